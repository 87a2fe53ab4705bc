// One network as the address space keeps it in memory: its place among the others, its free space and its counters.
import type { AddressRange } from '../address/range.js'
import { networkRange, rangeSize, usableRange } from '../address/range.js'
import type { Network } from '../entities.js'
import type { BlockChoice } from '../free-space/block-choice.js'
import { FreeSpace } from '../free-space/free-space.js'
import { isInReserved, type ReservedRanges } from './reserved-ranges.js'

/**
 * Counters obey LEDGER.md, invariant 3: usableSize = childUsable + allocated + reserved + freeUsable, where `reserved`
 * (holds and reservations) is what is left and therefore not kept.
 */
export type NetworkNode = {
  network: Network
  readonly range: AddressRange
  /** Addresses in the range. */
  readonly size: bigint
  readonly usable: AddressRange
  readonly usableSize: bigint
  parent: NetworkNode | null
  /** Direct children, in address order. */
  children: NetworkNode[]
  /** The range less child networks, gateway, reservations, and claims, live or held; without a pool less unusable edges too. */
  space: FreeSpace
  /** Which block of `space` its pool hands out next; null without a pool. */
  choice: BlockChoice | null
  /** Usable addresses that belong to child networks. */
  childUsable: bigint
  /** Usable addresses of live claims directly in it, less the child networks inside them (blocks), and a gateway that stands. */
  allocated: bigint
  /** The gateway has its address by itself: no claim, live or held, has it. */
  gatewayStands: boolean
  /** Active reservations directly in it. */
  reservations: number
  /** What those of CIDRs among them keep. */
  reservedRanges: ReservedRanges
  /** Live claims directly in it. */
  liveClaims: number
  /** Blocks among them. */
  liveBlocks: number
}

const NO_EDGES = [null, null] as const

/** A node that nobody has placed or filled yet. */
export function makeNode(network: Network): NetworkNode {
  const range = networkRange(network)
  const usable = usableRange(network)
  return {
    network,
    range,
    size: rangeSize(range),
    usable,
    usableSize: rangeSize(usable),
    parent: null,
    children: [],
    space: new FreeSpace(range),
    choice: null,
    childUsable: 0n,
    allocated: 0n,
    gatewayStands: false,
    reservations: 0,
    reservedRanges: null,
    liveClaims: 0,
    liveBlocks: 0,
  }
}

export function gatewayOf({ subnet }: Network): bigint | null {
  return subnet?.gateway ?? null
}

/** The addresses of `range` that lie in `within` too; null when there are none. */
export function clip(range: AddressRange, within: AddressRange): AddressRange | null {
  if (range.last < within.first || within.last < range.first) return null
  let { first, last } = range
  if (first < within.first) first = within.first
  if (last > within.last) last = within.last
  return { first, last }
}

/** How many of the node's usable addresses lie in the range. */
export function usableWithin(node: NetworkNode, range: AddressRange): bigint {
  const { usable } = node
  if (usable.first <= range.first && range.last <= usable.last) return rangeSize(range)
  const clipped = clip(range, usable)
  return clipped === null ? 0n : rangeSize(clipped)
}

/** How many of the node's usable addresses lie in the range and in none of the networks `inside` it. */
export function ownUsable(
  node: NetworkNode,
  range: AddressRange,
  inside: readonly NetworkNode[],
): bigint {
  let size = usableWithin(node, range)
  for (const child of inside) size -= usableWithin(node, child.range)
  return size
}

/** What its free space may hold: a pool hands out every address of the range, edges too. */
export function grantable(node: NetworkNode): AddressRange {
  return node.network.pool === null ? node.usable : node.range
}

/** The unusable addresses at the low and the high end of the node, each null when there are none, or a child network or reserved CIDR has them. */
export function bareEdges(node: NetworkNode): readonly [AddressRange | null, AddressRange | null] {
  const { range, usable, children } = node
  const hasLow = range.first < usable.first && children[0]?.range.first !== range.first
  const hasHigh = usable.last < range.last && children.at(-1)?.range.last !== range.last
  const low = hasLow && !isInReserved(node, range.first)
  const high = hasHigh && !isInReserved(node, range.last)
  return [
    low ? { first: range.first, last: usable.first - 1n } : null,
    high ? { first: usable.last + 1n, last: range.last } : null,
  ]
}

/**
 * The bare edges of a network without a pool: taken in its free space (no claim may have them) and yet free for a child
 * network, which may begin and end where its parent does. A pool's blocks may have the edges, so it has none of these.
 */
export function barredEdges(
  node: NetworkNode,
): readonly [AddressRange | null, AddressRange | null] {
  return node.network.pool === null ? bareEdges(node) : NO_EDGES
}

/** Asks `find` while edges that no host may have are free, as they are for a child network. */
export function withEdgesFree<Found>(node: NetworkNode, find: (node: NetworkNode) => Found): Found {
  const { space } = node
  const edges = barredEdges(node).filter(edge => edge !== null)
  for (const edge of edges) space.release(edge.first, edge.last)
  const found = find(node)
  for (const edge of edges) space.take(edge.first, edge.last)
  return found
}

/** Index of the first of `nodes` (disjoint, in address order) that begins after `address`, looked for in from..to; `to` if none does. */
export function indexAfter(
  nodes: readonly NetworkNode[],
  address: bigint,
  from = 0,
  to = nodes.length,
): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    const node = nodes[middle] as NetworkNode
    if (node.range.first <= address) low = middle + 1
    else high = middle
  }
  return low
}

/** The one of `nodes` (disjoint, in address order) that contains the address, if any. */
export function nodeAt(nodes: readonly NetworkNode[], address: bigint): NetworkNode | null {
  const before = nodes[indexAfter(nodes, address) - 1]
  return before !== undefined && address <= before.range.last ? before : null
}

/** Child networks that begin in first..last; for an aligned range that no child straddles, those inside it. */
export function childrenIn(node: NetworkNode, range: AddressRange): readonly NetworkNode[] {
  const { children } = node
  if (children.length === 0) return children
  return children.slice(indexFrom(children, range.first), indexAfter(children, range.last))
}

/** Index of the first of `nodes` that begins at `address` or after it. */
export function indexFrom(nodes: readonly NetworkNode[], address: bigint): number {
  const after = indexAfter(nodes, address)
  return nodes[after - 1]?.range.first === address ? after - 1 : after
}
