// Pools and what they handed out, in the words of document 003, as JSON text.
import {
  type Allocation,
  type Cidr,
  formatAddress,
  formatCidr,
  formatNumber,
  lastAddress,
  type Network,
  type NumberClaim,
  type NumberFigures,
  type NumberPool,
  networkSize,
  type PoolFacet,
  type PoolFigures,
} from '../../../ledger/index.js'
import { assert } from '../../../lib/index.js'
import { jsonWriter } from '../../json-writer.js'
import { rangeText } from '../../number-text.js'
import { timestamp } from '../../timestamps.js'
import * as ip from './ip-schemas.js'
import * as rtrd from './rtrd-schemas.js'

const writePool = jsonWriter(ip.IpPool)
const writeBlock = jsonWriter(ip.Block)
const writeRtrdPool = jsonWriter(rtrd.RtrdPool)
const writeValue = jsonWriter(rtrd.RtrdValue)

/** The pool of a network that has one. */
export function facetOf(network: Network): PoolFacet {
  assert(network.pool !== null, `network ${network.id} has a pool`)
  return network.pool
}

export function presentIpPool(network: Network, figures: PoolFigures): string {
  const { family, first } = network
  const { id, name, description, createdMs, strategy } = facetOf(network)
  return writePool({
    id,
    name,
    description,
    pool_type: `ipv${family}`,
    cidr: formatCidr(network),
    network_address: formatAddress(family, first),
    broadcast_address: broadcastAddress(network),
    total_addresses: figures.total,
    usable_addresses: figures.total,
    allocated_count: figures.allocated,
    available_count: figures.available,
    created_at: timestamp(createdMs),
    ...(strategy === 'first' ? {} : { strategy }),
  })
}

/** @param network the pool's */
export function presentBlock(allocation: Allocation, network: Network): string {
  const { family, first, blockId, expiresMs } = allocation
  assert(blockId !== null, `allocation ${allocation.id} is a pool's block`)
  const cidr = blockCidr(allocation)
  const { prefixLength } = cidr
  const size = networkSize(cidr)
  const isListed = size <= BigInt(ip.ADDRESSES_LISTED_MAX)
  return writeBlock({
    id: blockId,
    allocated_cidr: formatCidr(cidr),
    network_address: formatAddress(family, first),
    broadcast_address: broadcastAddress(cidr),
    ip_addresses: isListed ? addresses(allocation) : [],
    ...(isListed ? {} : { ip_addresses_truncated: true }),
    block_size: size,
    pool_name: facetOf(network).name,
    pool_type: `ipv${family}`,
    pool_cidr: formatCidr(network),
    prefix_length: prefixLength,
    subnet_mask: family === 4 ? subnetMask(prefixLength) : null,
    description: allocation.description,
    allocated_to: allocation.owner,
    status: allocation.status,
    allocated_at: timestamp(allocation.allocatedMs),
    ...(expiresMs === null ? {} : { expires_at: timestamp(expiresMs) }),
  })
}

export function blockCidr({ id, family, first, prefixLength }: Allocation): Cidr {
  assert(prefixLength !== null, `allocation ${id} is a block`)
  return { family, first, prefixLength }
}

function broadcastAddress(cidr: Cidr): string | null {
  return cidr.family === 4 ? formatAddress(4, lastAddress(cidr)) : null
}

function addresses({ family, first, last }: Allocation): string[] {
  const texts: string[] = []
  for (let address = first; address <= last; address++) texts.push(formatAddress(family, address))
  return texts
}

const IPV4_LAST = 2n ** 32n - 1n

function subnetMask(prefixLength: number): string {
  const hostMask = IPV4_LAST >> BigInt(prefixLength)
  return formatAddress(4, IPV4_LAST - hostMask)
}

export function presentRtrdPool(pool: NumberPool, figures: NumberFigures): string {
  return writeRtrdPool({
    id: pool.id,
    name: pool.name,
    description: pool.description,
    pool_type: pool.kind,
    format_type: pool.format,
    admin_value: pool.administrator,
    format_display: rangeText(pool),
    range_start: pool.rangeStart,
    range_end: pool.rangeEnd,
    total_values: figures.total,
    allocated_count: figures.allocated,
    available_count: figures.available,
    created_at: timestamp(pool.createdMs),
  })
}

export function presentValue(claim: NumberClaim, pool: NumberPool): string {
  return writeValue({
    id: claim.id,
    value: formatNumber(pool, claim.value),
    pool_name: pool.name,
    pool_type: pool.kind,
    description: claim.description,
    allocated_to: claim.owner,
    status: claim.status,
    allocated_at: timestamp(claim.allocatedMs),
  })
}

/** A pool's object, opened up to its list of allocations. */
export function withAllocations(pool: string): string {
  return `${pool.slice(0, -1)},"allocations":[`
}

export function allocationsHead(poolName: string, total: number): string {
  return `{"pool_name":${JSON.stringify(poolName)},"total_allocations":${total},"allocations":[`
}

export const presentReleased = (what: 'Block' | 'Value', text: string): string =>
  JSON.stringify({ message: `${what} '${text}' released successfully` })
