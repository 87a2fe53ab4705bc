// The nouns of the core surface (document 002, PRODUCT.md): one schema each for validation, serialization and OpenAPI.
// `title` names a schema in the OpenAPI document; `nullable` is understood by Ajv and fast-json-stringify alike.
import { type Static, Type } from '@sinclair/typebox'
import { BULK_STEPS_MAX, HOLD_HOURS_MAX } from '../../../ledger/index.js'
import { factsTaken, shownCustomFields } from '../../address-facts.js'
import {
  description,
  errorFields,
  hostname,
  idText,
  line,
  NAME_CHARS_MAX,
  prefixLength,
  revision,
  strict,
  stringOrNull,
  tags,
  timestamp,
  timestampOrNull,
  ttlHours,
} from '../../schema-parts.js'
import { SAYS } from '../../validation.js'

const holdHours = Type.Integer({
  minimum: 0,
  maximum: HOLD_HOURS_MAX,
  description:
    'Hours that a released or expired address is kept back before it is handed out again.',
})
const name = Type.String({
  ...line(1, NAME_CHARS_MAX),
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9 ._:/-]*[A-Za-z0-9])?$',
  [SAYS]:
    'it must be letters, digits, spaces and . _ : / - and begin and end with a letter or digit',
})
export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'A sentence for people.' }),
    code: Type.Integer({ description: 'The HTTP status.' }),
    ...errorFields,
    existing_id: Type.Optional(Type.String({ description: 'The entity that is there already.' })),
  },
  { title: 'Error', additionalProperties: true },
)

export const Network = Type.Object(
  {
    id: idText('net-123'),
    cidr: Type.String({ examples: ['192.168.1.0/24'] }),
    description: stringOrNull,
    tags: Type.Array(Type.String()),
    created_at: Type.String(timestamp),
    updated_at: Type.String(timestamp),
    vrf: Type.String({ description: 'Name of its address space.' }),
    hold_hours: Type.Integer(),
    revision: Type.Integer({ description: 'Log index of its last change; its ETag.' }),
    gateway: Type.Optional(
      Type.String({
        nullable: true,
        description: 'This and what follows: of networks of which an office network team said it.',
      }),
    ),
    vlan_id: Type.Optional(Type.Integer({ nullable: true })),
    location: Type.Optional(stringOrNull),
    custom_fields: Type.Optional(shownCustomFields),
  },
  { title: 'Network', ...strict },
)

export const NewNetwork = Type.Object(
  {
    cidr: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: 'Host bits are cleared. Either cidr, or parent and prefix_length.',
      }),
    ),
    parent: Type.Optional(idText('net-123')),
    prefix_length: Type.Optional(prefixLength),
    vrf: Type.Optional(name),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    hold_hours: Type.Optional(holdHours),
  },
  { title: 'NewNetwork', ...strict },
)

export const NetworkPatch = Type.Object(
  {
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    hold_hours: Type.Optional(holdHours),
  },
  { title: 'NetworkPatch', minProperties: 1, ...strict },
)

export const NetworkStats = Type.Object(
  {
    network_id: idText('net-123'),
    total_ips: Type.Integer({ description: 'Usable addresses, child networks left out; exact.' }),
    allocated_ips: Type.Integer(),
    reserved_ips: Type.Integer({ description: 'Reserved, or kept back after a release.' }),
    available_ips: Type.Integer(),
    utilization_percent: Type.Number(),
    first_available: stringOrNull,
    last_allocated: stringOrNull,
  },
  { title: 'NetworkStats', ...strict },
)

export const Allocation = Type.Object(
  {
    id: idText('alloc-789'),
    network_id: idText('net-123'),
    ip: Type.String({ examples: ['192.168.1.10'] }),
    end_ip: Type.String({ nullable: true, description: 'Last address of a run or block.' }),
    hostname: stringOrNull,
    description: stringOrNull,
    status: Type.String({ enum: ['allocated', 'released', 'expired'] }),
    allocated_at: Type.String(timestamp),
    expires_at: timestampOrNull,
    released_at: timestampOrNull,
    allocated_cidr: Type.String({ nullable: true, description: 'Of an aligned block.' }),
    tags: Type.Array(Type.String()),
    held_until: timestampOrNull,
    revision: Type.Integer({ description: 'Log index of its last change; its ETag.' }),
    mac_address: Type.Optional(
      Type.String({
        nullable: true,
        description: 'This and what follows: only of allocations of which something of it is said.',
      }),
    ),
    former_mac_addresses: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Those that it had before, the latest first: a conflict until the present one is said once more.',
      }),
    ),
    device_type: Type.Optional(stringOrNull),
    location: Type.Optional(stringOrNull),
    assigned_to: Type.Optional(stringOrNull),
    custom_fields: Type.Optional(shownCustomFields),
    release_reason: Type.Optional(Type.String()),
  },
  { title: 'Allocation', ...strict },
)

export const NewAllocation = Type.Object(
  {
    network_id: idText('net-123'),
    count: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'So many addresses in a row; 1 unless said.',
      }),
    ),
    ip: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'This address.' })),
    prefix_length: Type.Optional(prefixLength),
    hostname: Type.Optional(hostname),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    ttl_hours: Type.Optional(ttlHours),
    ...factsTaken,
  },
  { title: 'NewAllocation', ...strict },
)

export const AllocationPatch = Type.Object(
  {
    hostname: Type.Optional(hostname),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
    ...factsTaken,
  },
  { title: 'AllocationPatch', minProperties: 1, ...strict },
)

export const Renewal = Type.Object(
  { ttl_hours: ttlHours },
  {
    title: 'Renewal',
    description: 'A new time to live from now; null = never expires.',
    ...strict,
  },
)

export const Release = Type.Object(
  { revision: Type.Optional(revision) },
  {
    title: 'Release',
    description: 'With the revision, a late release never frees what someone else holds by now.',
    ...strict,
  },
)

const Step = Type.Object(
  {
    allocate: Type.Optional(NewAllocation),
    release: Type.Optional(
      Type.Object({ id: idText('alloc-789'), revision: Type.Optional(revision) }, strict),
    ),
  },
  { minProperties: 1, maxProperties: 1, ...strict },
)

export const Bulk = Type.Object(
  { steps: Type.Array(Step, { minItems: 1, maxItems: BULK_STEPS_MAX }) },
  { title: 'Bulk', description: 'All of it happens, in order, or none of it.', ...strict },
)

export const BulkResult = Type.Object(
  { allocations: Type.Array(Allocation, { description: 'One for each step, in order.' }) },
  { title: 'BulkResult', ...strict },
)

export const Vrf = Type.Object(
  {
    id: idText('vrf-1'),
    name: Type.String(),
    description: stringOrNull,
    created_at: Type.String(timestamp),
    revision: Type.Integer(),
  },
  { title: 'Vrf', ...strict },
)

export const NewVrf = Type.Object(
  { name, description: Type.Optional(description) },
  { title: 'NewVrf', ...strict },
)

export const VrfPatch = Type.Object(
  { name: Type.Optional(name), description: Type.Optional(description) },
  { title: 'VrfPatch', minProperties: 1, ...strict },
)

export const vrfName = name

export type NewNetwork = Static<typeof NewNetwork>
export type NewAllocation = Static<typeof NewAllocation>
export type AllocationView = Static<typeof Allocation>
