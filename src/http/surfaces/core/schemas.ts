// The nouns of the core surface (document 002, PRODUCT.md): one schema each for validation, serialization and OpenAPI.
// `title` names a schema in the OpenAPI document; `nullable` is understood by Ajv and fast-json-stringify alike.
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { BULK_STEPS_MAX, HOLD_HOURS_MAX } from '../../../ledger/index.js'
import { SAYS } from '../../validation.js'

const strict = { additionalProperties: false }

const HOURS_MAX = 24 * 366 * 100
const TAGS_MAX = 64
const TAG_CHARS_MAX = 100
const HOSTNAME_CHARS_MAX = 255
const DESCRIPTION_CHARS_MAX = 4096
const NAME_CHARS_MAX = 100

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'

/** Text without control characters and unpaired surrogates, so that every node and file keeps it unchanged. */
const line = (minLength: number, maxLength: number) => ({
  minLength,
  maxLength,
  pattern: '^[^\\p{Cc}\\p{Cs}]*$',
  [SAYS]: 'it must be text without control characters',
})

const timestamp = { pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' }
const timestampOrNull = Type.String({ ...timestamp, nullable: true })
const stringOrNull = Type.String({ nullable: true })

const hostname = Type.String({
  maxLength: HOSTNAME_CHARS_MAX,
  pattern: `^(?:${LABEL}(?:\\.${LABEL})*\\.?)?$`,
  [SAYS]: 'it must be a host name: labels of letters, digits, - and _, with dots between them',
  nullable: true,
})
const description = Type.String({
  maxLength: DESCRIPTION_CHARS_MAX,
  pattern: '^(?:[^\\p{Cc}\\p{Cs}]|[\\t\\n\\r])*$',
  [SAYS]: 'it must be text without control characters',
  nullable: true,
})
const tags = Type.Array(Type.String(line(1, TAG_CHARS_MAX)), {
  maxItems: TAGS_MAX,
  nullable: true,
  description: '`key` or `key=value`.',
})
const ttlHours = Type.Number({
  exclusiveMinimum: 0,
  maximum: HOURS_MAX,
  nullable: true,
  description: 'Expires that many hours after it is made; fractions are fine; null = never.',
})
const holdHours = Type.Integer({
  minimum: 0,
  maximum: HOLD_HOURS_MAX,
  description:
    'Hours that a released or expired address is kept back before it is handed out again.',
})
const prefixLength = Type.Integer({ minimum: 0, maximum: 128 })
const name = Type.String({
  ...line(1, NAME_CHARS_MAX),
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9 ._:/-]*[A-Za-z0-9])?$',
  [SAYS]:
    'it must be letters, digits, spaces and . _ : / - and begin and end with a letter or digit',
})
const revision = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const idText = (example: string) =>
  Type.String({ minLength: 1, maxLength: 64, examples: [example] })

export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'A sentence for people.' }),
    code: Type.Integer({ description: 'The HTTP status.' }),
    reason: Type.Optional(Type.String({ description: 'The kind of error, for programs.' })),
    field: Type.Optional(Type.String({ description: 'Which field or parameter was wrong.' })),
    value: Type.Optional(
      Type.String({ description: 'Its value, as JSON, cut at 100 characters.' }),
    ),
    outcome: Type.Optional(
      Type.String({
        enum: ['known', 'unknown'],
        description:
          'known: nothing happened; unknown: ask again with the same Idempotency-Key to learn it.',
      }),
    ),
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
  },
  { title: 'NewAllocation', ...strict },
)

export const AllocationPatch = Type.Object(
  {
    hostname: Type.Optional(hostname),
    description: Type.Optional(description),
    tags: Type.Optional(tags),
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

export const listOf = <Item extends TSchema>(item: Item) => Type.Array(item)

export type NewNetwork = Static<typeof NewNetwork>
export type NewAllocation = Static<typeof NewAllocation>
export type AllocationView = Static<typeof Allocation>
