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

/** How many of the node's usable addresses lie in `inner`. */
export function usableWithin(node: NetworkNode, inner: AddressRange): bigint {
  const range = clip(inner, node.usable)
  return range === null ? 0n : rangeSize(range)
}

/**
 * The unusable addresses at the node's ends that no child network covers, in address order. They are taken in the
 * free space (no claim may have them) and yet free for a child network, which may begin at its parent's edge.
 */
export function bareEdges(node: NetworkNode): AddressRange[] {
  const { range, usable, children } = node
  const edges: AddressRange[] = []
  if (range.first < usable.first && children[0]?.range.first !== range.first) {
    edges.push({ first: range.first, last: usable.first - 1n })
  }
  if (usable.last < range.last && children.at(-1)?.range.last !== range.last) {
    edges.push({ first: usable.last + 1n, last: range.last })
  }
  return edges
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
