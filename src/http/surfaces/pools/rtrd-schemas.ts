// The nouns of document 003's pools of route targets and distinguishers, and the values that they hand out.
import { Type } from '@sinclair/typebox'
import {
  adminValue,
  description,
  formatType,
  holder,
  numberText,
  poolName,
  rangeNumber,
  strict,
  stringOrNull,
  timestamp,
} from '../../schema-parts.js'
import { allocationsOf } from './schemas.js'

const rtrdPoolType = Type.String({ enum: ['rt', 'rd'] })
const rtrdPool = {
  id: Type.Integer(),
  name: Type.String(),
  description: stringOrNull,
  pool_type: rtrdPoolType,
  format_type: formatType,
  admin_value: Type.String(),
  format_display: Type.String({ examples: ['65000:{1000-1999}'] }),
  range_start: Type.Integer(),
  range_end: Type.Integer(),
  total_values: Type.Integer(),
  allocated_count: Type.Integer(),
  available_count: Type.Integer({
    description: 'Without what other pools of the same kind, format and admin_value have taken.',
  }),
  created_at: Type.String(timestamp),
}

export const RtrdPool = Type.Object(rtrdPool, { title: 'RtrdPool', ...strict })

export const RtrdValue = Type.Object(
  {
    id: Type.Integer(),
    value: Type.String({ examples: ['65000:1000'] }),
    pool_name: Type.String(),
    pool_type: rtrdPoolType,
    description: stringOrNull,
    allocated_to: stringOrNull,
    status: Type.String({ enum: ['allocated', 'released'] }),
    allocated_at: Type.String(timestamp),
  },
  { title: 'RtrdValue', ...strict },
)

export const RtrdPoolDetail = Type.Object(
  { ...rtrdPool, allocations: Type.Array(RtrdValue) },
  {
    title: 'RtrdPoolDetail',
    description:
      'All current allocations. While others write, the counts of a long list are a moment older than it.',
    ...strict,
  },
)

export const NewRtrdPool = Type.Object(
  {
    name: poolName,
    description: Type.Optional(description),
    pool_type: rtrdPoolType,
    format_type: formatType,
    admin_value: adminValue,
    range_start: rangeNumber,
    range_end: rangeNumber,
  },
  { title: 'NewRtrdPool', ...strict },
)

export const RtrdPoolPatch = Type.Object({ description }, { title: 'RtrdPoolPatch', ...strict })

export const NewRtrdValue = Type.Object(
  { description: Type.Optional(description), allocated_to: Type.Optional(holder) },
  { title: 'NewRtrdValue', ...strict },
)

export const ValueRelease = Type.Object({ value: numberText }, { title: 'ValueRelease', ...strict })

export const RtrdValueList = allocationsOf(RtrdValue, 'RtrdValueList')
