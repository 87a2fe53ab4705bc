// The nouns of document 003's pools of addresses, and the blocks that they hand out.
import { type Static, Type } from '@sinclair/typebox'
import {
  description,
  holder,
  poolName,
  prefixLength,
  strict,
  stringOrNull,
  timestamp,
  ttlHours,
} from '../../schema-parts.js'
import { allocationsOf } from './schemas.js'

/** Addresses of a block that are listed one by one (CONTRACT.md D-11). */
export const ADDRESSES_LISTED_MAX = 1024

export const strategy = Type.String({
  enum: ['first', 'best', 'last', 'least_recently_released', 'sparse'],
  description:
    'Which free block is handed out: first (unless said): the lowest; last: the highest; best: of the smallest free space that fits; least_recently_released: the one that has been free for longest; sparse (IPv6): in the middle of the largest free space, so that each block has room to grow.',
})

const ipPoolType = Type.String({ enum: ['ipv4', 'ipv6'] })
const cidrText = Type.String({ minLength: 1, maxLength: 64, examples: ['10.100.0.0/24'] })

const ipPool = {
  id: Type.Integer(),
  name: Type.String(),
  description: stringOrNull,
  pool_type: ipPoolType,
  cidr: Type.String({ examples: ['10.100.0.0/24'] }),
  network_address: Type.String(),
  broadcast_address: Type.String({ nullable: true, description: 'Null for IPv6.' }),
  total_addresses: Type.Integer({ description: 'Exact, also beyond 2^53.' }),
  usable_addresses: Type.Integer({ description: 'All of them: first and last are handed out.' }),
  allocated_count: Type.Integer({ description: 'Addresses, not blocks.' }),
  available_count: Type.Integer(),
  created_at: Type.String(timestamp),
  strategy: Type.Optional(strategy),
}

export const IpPool = Type.Object(ipPool, {
  title: 'IpPool',
  description: '`strategy` is there only when it is not `first`.',
  ...strict,
})

export const Block = Type.Object(
  {
    id: Type.Integer(),
    allocated_cidr: Type.String({ examples: ['10.100.0.0/30'] }),
    network_address: Type.String(),
    broadcast_address: Type.String({ nullable: true, description: 'Null for IPv6.' }),
    ip_addresses: Type.Array(Type.String(), {
      description: `Every address of a block of at most ${ADDRESSES_LISTED_MAX}.`,
    }),
    ip_addresses_truncated: Type.Optional(
      Type.Boolean({ description: 'True, and ip_addresses is empty: there are too many.' }),
    ),
    block_size: Type.Integer({ description: 'Exact, also beyond 2^53.' }),
    pool_name: Type.String(),
    pool_type: ipPoolType,
    pool_cidr: Type.String(),
    prefix_length: Type.Integer(),
    subnet_mask: Type.String({ nullable: true, description: 'Null for IPv6.' }),
    description: stringOrNull,
    allocated_to: stringOrNull,
    status: Type.String({ enum: ['allocated', 'released', 'expired'] }),
    allocated_at: Type.String(timestamp),
    expires_at: Type.Optional(Type.String(timestamp)),
  },
  { title: 'Block', description: '`expires_at` is there only when it expires.', ...strict },
)

export const IpPoolDetail = Type.Object(
  { ...ipPool, allocations: Type.Array(Block) },
  {
    title: 'IpPoolDetail',
    description:
      'All current allocations. While others write, the counts of a long list are a moment older than it.',
    ...strict,
  },
)

export const NewIpPool = Type.Object(
  {
    name: poolName,
    description: Type.Optional(description),
    pool_type: ipPoolType,
    cidr: cidrText,
    strategy: Type.Optional(strategy),
  },
  {
    title: 'NewIpPool',
    description:
      'Host bits of the CIDR are cleared. An existing network of that CIDR becomes the pool.',
    ...strict,
  },
)

export const IpPoolPatch = Type.Object(
  { description: Type.Optional(description), strategy: Type.Optional(strategy) },
  { title: 'IpPoolPatch', minProperties: 1, ...strict },
)

export const NewBlock = Type.Object(
  {
    prefix_length: prefixLength,
    description: Type.Optional(description),
    allocated_to: Type.Optional(holder),
    ttl_hours: Type.Optional(ttlHours),
  },
  { title: 'NewBlock', ...strict },
)

export const BlockRelease = Type.Object(
  { allocated_cidr: cidrText },
  { title: 'BlockRelease', ...strict },
)

export const BlockList = allocationsOf(Block, 'BlockList')

export type NewIpPool = Static<typeof NewIpPool>
export type NewBlock = Static<typeof NewBlock>
