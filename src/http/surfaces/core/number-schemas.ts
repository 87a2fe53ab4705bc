// Number pools of every kind, and the numbers that they hand out; where document 003 has the same thing, it has the same name.
import { Type } from '@sinclair/typebox'
import {
  adminValue,
  description,
  formatType,
  holder,
  idText,
  numberText,
  poolName,
  rangeNumber,
  revision,
  strict,
  stringOrNull,
  timestamp,
  timestampOrNull,
} from '../../schema-parts.js'

export const numberKind = Type.String({
  enum: ['rt', 'rd', 'vlan', 'asn'],
  description: 'Route targets, route distinguishers, VLAN ids (1-4094), AS numbers (1-4294967295).',
})

const formatOrNull = { ...formatType, nullable: true }
const adminOrNull = { ...adminValue, nullable: true }

export const NumberPool = Type.Object(
  {
    id: idText('numpool-1'),
    name: Type.String(),
    description: stringOrNull,
    kind: numberKind,
    format_type: Type.Integer({ nullable: true, description: 'Of rt and rd.' }),
    admin_value: Type.String({
      nullable: true,
      description:
        'Of rt and rd: ASN or IPv4 address; of vlan: the layer-2 domain that ids are unique in.',
    }),
    format_display: Type.String({ examples: ['65000:{1000-1999}'] }),
    range_start: Type.Integer(),
    range_end: Type.Integer(),
    total_values: Type.Integer(),
    allocated_count: Type.Integer(),
    available_count: Type.Integer({
      description: 'Without what other pools of the same kind, format and admin_value have taken.',
    }),
    created_at: Type.String(timestamp),
    updated_at: Type.String(timestamp),
    revision: Type.Integer({ description: 'Log index of its last change; its ETag.' }),
  },
  { title: 'NumberPool', ...strict },
)

export const NumberClaim = Type.Object(
  {
    id: idText('num-1'),
    value: Type.String({ examples: ['65000:1000', '100'] }),
    pool_name: Type.String(),
    kind: numberKind,
    description: stringOrNull,
    allocated_to: stringOrNull,
    status: Type.String({ enum: ['allocated', 'released'] }),
    allocated_at: Type.String(timestamp),
    released_at: timestampOrNull,
    revision: Type.Integer({ description: 'Log index of its last change; its ETag.' }),
  },
  { title: 'NumberClaim', ...strict },
)

export const NewNumberPool = Type.Object(
  {
    name: poolName,
    kind: numberKind,
    description: Type.Optional(description),
    format_type: Type.Optional(formatOrNull),
    admin_value: Type.Optional(adminOrNull),
    range_start: rangeNumber,
    range_end: rangeNumber,
  },
  { title: 'NewNumberPool', ...strict },
)

export const NumberPoolPatch = Type.Object({ description }, { title: 'NumberPoolPatch', ...strict })

export const NewNumber = Type.Object(
  {
    value: Type.Optional({ ...numberText, nullable: true }),
    description: Type.Optional(description),
    allocated_to: Type.Optional(holder),
  },
  { title: 'NewNumber', description: 'That value, or the lowest free one.', ...strict },
)

export const NumberRelease = Type.Object(
  { value: numberText, revision: Type.Optional(revision) },
  { title: 'NumberRelease', ...strict },
)
