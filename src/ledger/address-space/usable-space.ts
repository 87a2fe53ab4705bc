// What of a network's free space a host may have. Without a pool that is all of it; with one, what is left without the
// edges, which only blocks may have.
import type { AddressRange } from '../address/range.js'
import type { PoolFigures } from '../entities.js'
import { bareEdges, clip, type NetworkNode } from './network-node.js'

/** How many addresses are free for hosts. */
export function freeUsable(node: NetworkNode): bigint {
  let count = node.space.freeCount
  for (const edge of freeEdges(node)) count -= edge.last - edge.first + 1n
  return count
}

/** The lowest free address for a host; null when there is none. */
export function firstUsable(node: NetworkNode): bigint | null {
  const { space, usable } = node
  if (node.network.pool === null) return space.first()
  const [free] = space.intervals(usable.first, 1)
  return free === undefined || free.first > usable.last ? null : free.first
}

/** The lowest start of `count` free addresses for hosts in a row; null when there is no such run. */
export function firstUsableRun(node: NetworkNode, count: bigint): bigint | null {
  const { space } = node
  const edges = freeEdges(node)
  for (const edge of edges) space.take(edge.first, edge.last)
  const first = space.firstRun(count)
  for (const edge of edges) space.release(edge.first, edge.last)
  return first
}

/** Ranges free for hosts from `from` on, at most `limit`, in address order. */
export function usableIntervals(node: NetworkNode, from: bigint, limit: number): AddressRange[] {
  const { space, usable } = node
  return space
    .intervals(from < usable.first ? usable.first : from, limit)
    .map(free => clip(free, usable))
    .filter(free => free !== null)
}

/** Only where there is a pool: elsewhere an edge is never free. */
function freeEdges(node: NetworkNode): readonly AddressRange[] {
  if (node.network.pool === null) return []
  return bareEdges(node)
    .filter(edge => edge !== null)
    .filter(edge => node.space.isFree(edge.first, edge.last))
}

/** Of a pool: it hands out every address of its range. */
export function poolFigures({ size, space }: NetworkNode): PoolFigures {
  const available = space.freeCount
  return { total: size, allocated: size - available, available }
}
