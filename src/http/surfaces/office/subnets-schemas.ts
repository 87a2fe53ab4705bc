// What the office surface takes and gives of subnets (document 004, 3).
import { type Static, Type } from '@sinclair/typebox'
import { customFields, location, shownCustomFields, vlanId } from '../../address-facts.js'
import { description, strict, stringOrNull, tags, timestamp } from '../../schema-parts.js'
import { ADDRESS_CHARS_MAX } from './address-text.js'
import { numberedPage, pageFields } from './numbered-pages.js'

const CIDR_CHARS_MAX = 64
const TEXT_CHARS_MAX = 200
const LIST_CHARS_MAX = 1000

const time = Type.String(timestamp)
const network = Type.String({
  minLength: 1,
  maxLength: CIDR_CHARS_MAX,
  description: 'A CIDR; host bits are cleared.',
  examples: ['192.168.1.0/24'],
})
const gateway = Type.String({
  maxLength: ADDRESS_CHARS_MAX,
  nullable: true,
  description: 'An address of the subnet, which is then nobody else’s.',
  examples: ['192.168.1.1'],
})

export const Subnet = Type.Object(
  {
    id: Type.Integer(),
    network: Type.String({ examples: ['192.168.1.0/24'] }),
    netmask: Type.String({ nullable: true, description: 'null of IPv6, which has prefixes only.' }),
    gateway: stringOrNull,
    description: stringOrNull,
    vlan_id: Type.Integer({ nullable: true }),
    location: stringOrNull,
    total_ips: Type.Integer({
      description: 'Usable addresses, subnets inside it left out; exact.',
    }),
    allocated_ips: Type.Integer({ description: 'The gateway is one of them.' }),
    reserved_ips: Type.Integer({ description: 'Reserved, or kept back after a release.' }),
    available_ips: Type.Integer(),
    utilization: Type.Number({ description: 'allocated_ips / total_ips in percent.' }),
    tags: Type.Array(Type.String()),
    custom_fields: shownCustomFields,
    created_by: Type.Integer({ nullable: true, description: 'A user.' }),
    created_at: time,
    updated_at: time,
  },
  { title: 'Subnet', ...strict },
)

export const SubnetPage = Type.Object(
  { data: Type.Array(Subnet), ...pageFields },
  { title: 'Subnets', ...strict },
)

const said = {
  gateway: Type.Optional(gateway),
  description: Type.Optional(description),
  vlan_id: Type.Optional(vlanId),
  location: Type.Optional(location),
  tags: Type.Optional(tags),
  custom_fields: Type.Optional(customFields),
}

export const NewSubnet = Type.Object({ network, ...said }, { title: 'NewSubnet', ...strict })

export const SubnetChange = Type.Object(
  {
    network: Type.Optional({
      ...network,
      description: 'As it is: the range of a subnet is fixed.',
    }),
    ...said,
  },
  { title: 'SubnetChange', minProperties: 1, ...strict },
)

export const Listed = Type.Object({
  ...numberedPage,
  search: Type.Optional(
    Type.String({
      maxLength: TEXT_CHARS_MAX,
      description:
        'Words, each of which is to be in description, location or tags, or to begin the network.',
    }),
  ),
  vlan_id: Type.Optional(Type.Integer({ minimum: 1, maximum: 4094 })),
  tags: Type.Optional(
    Type.String({
      maxLength: LIST_CHARS_MAX,
      description: 'With commas between them: any of them. `key` also finds `key=value`.',
    }),
  ),
  sort: Type.Optional(
    Type.Unsafe<'network' | 'id'>(
      Type.String({ enum: ['network', 'id'], description: 'network unless said.' }),
    ),
  ),
  order: Type.Optional(
    Type.Unsafe<'asc' | 'desc'>(
      Type.String({ enum: ['asc', 'desc'], description: 'asc unless said.' }),
    ),
  ),
})

export const Wish = Type.Object(
  { network: Type.String({ maxLength: TEXT_CHARS_MAX, examples: ['192.168.1.0/24'] }) },
  { title: 'SubnetWish', ...strict },
)

export const Verdict = Type.Object(
  {
    is_valid: Type.Boolean({ description: 'Whether a subnet can be made of it.' }),
    message: Type.String(),
    overlapping_subnets: Type.Array(
      Type.Object(
        {
          id: Type.Integer(),
          network: Type.String(),
          relation: Type.String({
            enum: ['same', 'contains', 'inside'],
            description: 'contains: it contains the network asked about; inside: the reverse.',
          }),
        },
        { title: 'OverlappingSubnet', ...strict },
      ),
      { description: 'All that contain it, and at most 100 directly inside it.' },
    ),
  },
  { title: 'SubnetVerdict', ...strict },
)

export type SaidOfSubnet = Omit<Static<typeof SubnetChange>, 'network'>
export type ListedQuery = Static<typeof Listed>
