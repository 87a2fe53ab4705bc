// Which addresses are whose, in memory: networks, their nesting, free space and counters (README.md, The address
// space). It never refuses: rules ask first, and an operation that does not fit is a bug and throws.
import { assert } from '../../lib/index.js'
import type { AddressRange, Cidr } from '../address/range.js'
import { hostBits, rangeSize } from '../address/range.js'
import type { Network } from '../entities.js'
import { NetworkForest, type Position } from './network-forest.js'
import {
  bareEdges,
  childrenIn,
  clip,
  makeNode,
  type NetworkNode,
  nodeAt,
  usableWithin,
} from './network-node.js'
import { type ClaimRange, SpaceFiller } from './space-filler.js'

/** What directly in the parent lies around a network: nothing, a live block, or a held one. */
export type Enclosure = 'none' | 'live' | 'held'

export class AddressSpace {
  private readonly nodes = new Map<number, NetworkNode>()
  private readonly forest = new NetworkForest()
  private readonly countByVrf = new Map<number, number>()
  /** How to take back what was done since `attempt` began; null outside of one. */
  private undo: (() => void)[] | null = null

  node(id: number): NetworkNode | null {
    return this.nodes.get(id) ?? null
  }

  networkCount(vrfId: number): number {
    return this.countByVrf.get(vrfId) ?? 0
  }

  locate(vrfId: number, cidr: Cidr): Position {
    return this.forest.locate(vrfId, cidr)
  }

  /** The most specific network below `node` that contains the address; null when it is the node's own. */
  descendantAt(node: NetworkNode, address: bigint): NetworkNode | null {
    let found: NetworkNode | null = null
    let children = node.children
    for (;;) {
      const child = nodeAt(children, address)
      if (child === null) return found
      found = child
      children = child.children
    }
  }

  /** The lowest range free for a child network of that length: edges that no host may have are free for it. */
  firstChildRange(node: NetworkNode, prefixLength: number): bigint | null {
    const edges = bareEdges(node).filter(edge => edge !== null)
    for (const edge of edges) node.space.release(edge.first, edge.last)
    const first = node.space.firstBlock(hostBits(node.network.family, prefixLength))
    for (const edge of edges) node.space.take(edge.first, edge.last)
    return first
  }

  /**
   * Puts a new network in. @param moved claims of the parent that are the new network's from now on, in address order.
   * @param enclosure `live`: it lies in a block of the parent, whose addresses are taken there already.
   */
  addNetwork(network: Network, moved: readonly ClaimRange[], enclosure: 'none' | 'live'): void {
    const node = makeNode(network)
    const { parent } = this.forest.locate(network.vrfId, network)
    const inside = this.forest.insert(node, parent)
    this.register(node)
    const filler = new SpaceFiller(node)
    for (const claim of moved) filler.addClaim(claim)
    filler.finish()
    if (parent === null) return
    parent.childUsable += ownUsable(parent, node, inside)
    if (enclosure === 'live') parent.allocated -= ownSize(node.range, inside)
    else takeRest(parent, node.range)
    for (const claim of moved) {
      if (!claim.live) continue
      parent.allocated -= rangeSize(claim)
      parent.liveClaims -= 1
    }
  }

  /** Takes a network without live claims out. Its children move up, its holds end, the rest goes back to the parent. */
  removeNetwork(node: NetworkNode, enclosure: Enclosure): void {
    assert(node.liveClaims === 0, `network ${node.network.id} is removed with live claims in it`)
    const { parent, children } = node
    this.forest.remove(node)
    this.unregister(node)
    if (parent === null) return
    parent.childUsable -= ownUsable(parent, node, children)
    if (enclosure === 'live') parent.allocated += ownSize(node.range, children)
    else if (enclosure === 'none') releaseRest(parent, node.range)
  }

  /** The same network with other facts about it: its place and range never change. */
  replaceNetwork(network: Network): void {
    const node = this.nodes.get(network.id)
    assert(node !== undefined, `network ${network.id} is replaced and does not exist`)
    node.network = network
  }

  /** A new live claim on free addresses. */
  claim(node: NetworkNode, range: AddressRange): void {
    node.space.take(range.first, range.last)
    node.allocated += range.last - range.first + 1n
    node.liveClaims += 1
    this.undo?.push(() => {
      node.space.release(range.first, range.last)
      node.allocated -= rangeSize(range)
      node.liveClaims -= 1
    })
  }

  /** A live claim ends; held, its addresses stay taken until `endHold`. Child networks inside (a block's) stay. */
  endClaim(node: NetworkNode, range: AddressRange, held: boolean): void {
    const inside = childrenIn(node, range)
    const size = ownSize(range, inside)
    node.allocated -= size
    node.liveClaims -= 1
    if (!held) releaseRest(node, range)
    this.undo?.push(() => {
      if (!held) takeRest(node, range)
      node.allocated += size
      node.liveClaims += 1
    })
  }

  endHold(node: NetworkNode, range: AddressRange): void {
    releaseRest(node, range)
  }

  /** Claims made and ended in `run` are taken back when it returns false; nothing else may change in it. */
  attempt(run: () => boolean): void {
    assert(this.undo === null, 'attempts on the address space do not nest')
    const undo: (() => void)[] = []
    this.undo = undo
    const kept = run()
    this.undo = null
    if (!kept) for (const step of undo.reverse()) step()
  }

  /** Adds a network while loading, in (VRF, family, first, prefix length) order; `fill` must follow for every node. */
  append(network: Network, previous: NetworkNode | null): NetworkNode {
    const node = makeNode(network)
    this.forest.append(node, previous)
    this.register(node)
    return node
  }

  allNodes(): IterableIterator<NetworkNode> {
    return this.nodes.values()
  }

  private register(node: NetworkNode): void {
    const { id, vrfId } = node.network
    this.nodes.set(id, node)
    this.countByVrf.set(vrfId, this.networkCount(vrfId) + 1)
  }

  private unregister(node: NetworkNode): void {
    const { id, vrfId } = node.network
    this.nodes.delete(id)
    const left = this.networkCount(vrfId) - 1
    if (left > 0) this.countByVrf.set(vrfId, left)
    else this.countByVrf.delete(vrfId)
  }
}

/** Addresses of the range that lie in none of the networks inside it. */
function ownSize(range: AddressRange, inside: readonly NetworkNode[]): bigint {
  let size = rangeSize(range)
  for (const child of inside) size -= child.size
  return size
}

/** The parent's usable addresses that lie in the node and in none of the networks inside that. */
function ownUsable(parent: NetworkNode, node: NetworkNode, inside: readonly NetworkNode[]): bigint {
  let size = usableWithin(parent, node)
  for (const child of inside) size -= usableWithin(parent, child)
  return size
}

/** Takes what is still free of the range. */
function takeRest(node: NetworkNode, range: AddressRange): void {
  const { space } = node
  if (space.isFree(range.first, range.last)) {
    space.take(range.first, range.last)
    return
  }
  for (;;) {
    const [free] = space.intervals(range.first, 1)
    const gap = free === undefined ? null : clip(free, range)
    if (gap === null) return
    space.take(gap.first, gap.last)
  }
}

/** Frees the range less child networks and unusable edges; no claim may lie in what is left. */
function releaseRest(node: NetworkNode, range: AddressRange): void {
  const own = clip(range, node.usable)
  if (own === null) return
  let from = own.first
  for (const child of childrenIn(node, range)) {
    if (from < child.range.first) node.space.release(from, child.range.first - 1n)
    from = child.range.last + 1n
  }
  if (from <= own.last) node.space.release(from, own.last)
}
