// One network as the address space keeps it in memory: its place among the others, its free space and its counters.
import type { AddressRange } from '../address/range.js'
import { networkRange, rangeSize, usableRange } from '../address/range.js'
import type { Network } from '../entities.js'
import { FreeSpace } from '../free-space/free-space.js'

/**
 * Counters obey LEDGER.md, invariant 3: usableSize = childUsable + allocated + held + space.freeCount, where `held`
 * is what is left and therefore not kept.
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
  /** What `count: 1` may choose from: the range less unusable edges, child networks, and claims, live or held. */
  space: FreeSpace
  /** Usable addresses that belong to child networks. */
  childUsable: bigint
  /** Addresses of live claims directly in it, less the child networks inside them (blocks). */
  allocated: bigint
  /** Live claims directly in it. */
  liveClaims: number
}

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
    childUsable: 0n,
    allocated: 0n,
    liveClaims: 0,
  }
}

/** The addresses of `range` that lie in `within` too; null when there are none. */
export function clip(range: AddressRange, within: AddressRange): AddressRange | null {
  if (range.last < within.first || within.last < range.first) return null
  let { first, last } = range
  if (first < within.first) first = within.first
  if (last > within.last) last = within.last
  return { first, last }
}

/** How many of the node's usable addresses lie in `inner`, a network inside it. */
export function usableWithin(node: NetworkNode, inner: NetworkNode): bigint {
  const { usable } = node
  const { first, last } = inner.range
  if (usable.first <= first && last <= usable.last) return inner.size
  const range = clip(inner.range, usable)
  return range === null ? 0n : rangeSize(range)
}

/**
 * The unusable addresses at the low and the high end of the node, each null when there are none or a child network
 * has them. They are taken in the free space (no claim may have them) and yet free for a child network, which may
 * begin and end where its parent does.
 */
export function bareEdges(node: NetworkNode): readonly [AddressRange | null, AddressRange | null] {
  const { range, usable, children } = node
  const low = range.first < usable.first && children[0]?.range.first !== range.first
  const high = usable.last < range.last && children.at(-1)?.range.last !== range.last
  return [
    low ? { first: range.first, last: usable.first - 1n } : null,
    high ? { first: usable.last + 1n, last: range.last } : null,
  ]
}

/** Index of the first of `nodes` (disjoint, in address order) that begins after `address`; the last index + 1 if none. */
export function indexAfter(nodes: readonly NetworkNode[], address: bigint): number {
  let low = 0
  let high = nodes.length
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
