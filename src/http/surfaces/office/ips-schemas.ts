// What the office surface takes and gives of addresses (document 004, 2).
import { type Static, Type } from '@sinclair/typebox'
import { factsTaken, shownCustomFields } from '../../address-facts.js'
import {
  description,
  hostname,
  line,
  strict,
  stringOrNull,
  tags,
  timestamp,
  timestampOrNull,
} from '../../schema-parts.js'
import { SAYS } from '../../validation.js'
import { ADDRESS_CHARS_MAX } from './address-text.js'
import { numberedPage, pageFields } from './numbered-pages.js'

const RESERVE_REASON_CHARS_MAX = 1000
const RELEASE_REASON_CHARS_MAX = 500
const TEXT_CHARS_MAX = 200
const LIST_CHARS_MAX = 1000

const time = Type.String(timestamp)
export const subnetId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export type Status = 'available' | 'allocated' | 'reserved' | 'conflict'
const statuses: readonly Status[] = ['available', 'allocated', 'reserved', 'conflict']

export const IpAddress = Type.Object(
  {
    id: Type.Integer({
      nullable: true,
      description:
        "The allocation's; null of what is none: free and reserved addresses, and gateways.",
    }),
    ip_address: Type.String({ examples: ['192.168.1.100'] }),
    subnet_id: Type.Integer(),
    status: Type.String({
      enum: [...statuses],
      description: 'conflict: allocated, and seen under several MAC addresses.',
    }),
    mac_address: stringOrNull,
    hostname: stringOrNull,
    device_type: stringOrNull,
    location: stringOrNull,
    assigned_to: stringOrNull,
    description: Type.String({ nullable: true, description: 'Of a reservation its reason.' }),
    allocated_at: timestampOrNull,
    allocated_by: Type.Integer({ nullable: true, description: 'A user.' }),
    tags: Type.Array(Type.String()),
    custom_fields: shownCustomFields,
    created_at: time,
    updated_at: time,
    end_ip_address: Type.Optional(
      Type.String({ description: 'Last address of a run or block that is shown as one.' }),
    ),
    former_mac_addresses: Type.Optional(
      Type.Array(Type.String(), { description: 'Of a conflict, the latest first.' }),
    ),
    expires_at: Type.Optional(Type.String({ ...timestamp, description: 'Of a lease.' })),
    reserved_by: Type.Optional(Type.String({ description: 'User name.' })),
    reserved_until: Type.Optional(
      Type.String({
        ...timestamp,
        description: 'Of a reservation that ends by itself, or a hold.',
      }),
    ),
    is_gateway: Type.Optional(Type.Boolean({ description: 'Of its subnet.' })),
  },
  { title: 'IpAddress', ...strict },
)

export const IpPage = Type.Object(
  { data: Type.Array(IpAddress), ...pageFields },
  { title: 'IpAddresses', ...strict },
)

export const IpChanged = Type.Object(
  { ...IpAddress.properties, message: Type.String() },
  { title: 'IpAddressChanged', ...strict },
)

const status = Type.Unsafe<Status>(Type.String({ enum: [...statuses] }))
const text = (says: string) => Type.String({ maxLength: TEXT_CHARS_MAX, description: says })

const sort = Type.Unsafe<'ip_address' | 'hostname' | 'mac_address' | 'status' | 'allocated_at'>(
  Type.String({
    enum: ['ip_address', 'hostname', 'mac_address', 'status', 'allocated_at'],
    description: 'ip_address unless said.',
  }),
)
const order = Type.Unsafe<'asc' | 'desc'>(
  Type.String({ enum: ['asc', 'desc'], description: 'asc unless said.' }),
)

/** Of the addresses of one subnet. */
export const listedInSubnet = {
  ...numberedPage,
  status: Type.Optional(status),
  search: Type.Optional(
    text('Words of address, hostname, MAC and description; of address and MAC their beginnings.'),
  ),
  sort: Type.Optional(sort),
  order: Type.Optional(order),
}

export const Listed = Type.Object({ subnet_id: Type.Optional(subnetId), ...listedInSubnet })

export const Searched = Type.Object({
  q: Type.Optional(text('Words, all of which are to be found.')),
  fields: Type.Optional(
    Type.String({
      maxLength: LIST_CHARS_MAX,
      description:
        'Where: any of ip_address, hostname, mac_address, description, with commas between them; all unless said.',
    }),
  ),
  subnet_id: Type.Optional(subnetId),
  status: Type.Optional(status),
  tags: Type.Optional(
    Type.String({
      maxLength: LIST_CHARS_MAX,
      description: 'With commas between them: any of them. `key` also finds `key=value`.',
    }),
  ),
  ...numberedPage,
})

export type ListedQuery = Static<typeof Listed>
export type SearchedQuery = Static<typeof Searched>

export const NewIp = Type.Object(
  {
    subnet_id: subnetId,
    ip_address: Type.Optional(
      Type.String({
        maxLength: ADDRESS_CHARS_MAX,
        nullable: true,
        description: 'The lowest free one unless said.',
      }),
    ),
    hostname: Type.Optional(hostname),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    ...factsTaken,
  },
  { title: 'NewIpAddress', ...strict },
)

export const IpReservation = Type.Object(
  {
    reason: Type.Optional(
      Type.String({ ...line(0, RESERVE_REASON_CHARS_MAX), nullable: true, examples: ['server'] }),
    ),
    reserved_until: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$',
        [SAYS]: 'it must be a time like 2026-12-31T23:59:59Z',
        nullable: true,
        description: 'null or left out: until it is released. What has passed expires at once.',
      }),
    ),
  },
  { title: 'IpReservation', ...strict },
)

export const IpRelease = Type.Object(
  {
    reason: Type.Optional(
      Type.String({ ...line(0, RELEASE_REASON_CHARS_MAX), nullable: true, examples: ['retired'] }),
    ),
  },
  { title: 'IpRelease', ...strict },
)

const values = Type.Object({}, { additionalProperties: true })

export const IpHistory = Type.Object(
  {
    data: Type.Array(
      Type.Object(
        {
          id: Type.Integer(),
          action: Type.String({ examples: ['allocate'] }),
          old_values: values,
          new_values: values,
          user_id: Type.Integer({ nullable: true }),
          user_name: Type.String(),
          created_at: time,
        },
        { title: 'IpHistoryEntry', ...strict },
      ),
    ),
    ...pageFields,
  },
  { title: 'IpHistory', ...strict },
)
