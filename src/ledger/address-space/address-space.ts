// Which addresses are whose, in memory: networks, their nesting, free space and counters (README.md, The address
// space). It never refuses: rules ask first, and an operation that does not fit is a bug and throws.
import { assert } from '../../lib/index.js'
import type { AddressRange, Cidr } from '../address/range.js'
import { hostBits, rangeSize } from '../address/range.js'
import type { Allocation, Family, Network } from '../entities.js'
import { makeBlockChoice } from '../free-space/make-block-choice.js'
import type { EndedClaim } from '../ports.js'
import type { UndoList } from '../undo-list.js'
import { releaseRest, takeRest } from './free-rest.js'
import { standGateway, withdrawGateway } from './gateway.js'
import { NetworkForest, type Position } from './network-forest.js'
import {
  barredEdges,
  childrenIn,
  gatewayOf,
  makeNode,
  type NetworkNode,
  ownUsable,
  usableWithin,
  withEdgesFree,
} from './network-node.js'
import { RegionTable } from './region-table.js'
import { giveBack, keepBack } from './reservation-space.js'
import { addReserved, dropReserved } from './reserved-ranges.js'
import { type ClaimRange, SpaceFiller } from './space-filler.js'

/** What directly in the parent lies around a network: nothing, a live block, or a held one. */
export type Enclosure = 'none' | 'live' | 'held'

/** A live claim directly in the network. */
type ClaimOfNode = AddressRange & Pick<Allocation, 'kind'>

export class AddressSpace {
  private readonly nodes = new Map<number, NetworkNode>()
  private readonly forest = new NetworkForest()
  private readonly countByVrf = new Map<number, number>()
  private readonly pools = new Map<string, NetworkNode>()
  /** Networks with the facet of a region. */
  readonly regions = new RegionTable()

  /** @param undo every change here says to it how it is taken back. */
  constructor(private readonly undo: UndoList) {}

  node(id: number): NetworkNode | null {
    return this.nodes.get(id) ?? null
  }

  /** The network of that pool. */
  pool(name: string): NetworkNode | null {
    return this.pools.get(name) ?? null
  }

  poolNodes(): IterableIterator<NetworkNode> {
    return this.pools.values()
  }

  networkCount(vrfId: number): number {
    return this.countByVrf.get(vrfId) ?? 0
  }

  locate(vrfId: number, cidr: Cidr): Position {
    return this.forest.locate(vrfId, cidr)
  }

  /** Networks of the VRF and family that lie in no other, in address order. */
  roots(vrfId: number, family: Family): readonly NetworkNode[] {
    return this.forest.rootsOf(vrfId, family)
  }

  /** The lowest range free for a child network of that length: edges that no host may have are free for it. */
  firstChildRange(node: NetworkNode, prefixLength: number): bigint | null {
    return withEdgesFree(node, ({ space }) =>
      space.firstBlock(hostBits(node.network.family, prefixLength)),
    )
  }

  /**
   * Puts a new network in, which has no pool yet; the parent's gateway does not lie in it. @param moved claims and
   * reservations, of the parent or of no network, that are the new network's from now on, in address order, a reserved CIDR before
   * the addresses in it. @param enclosure `live`: it lies in a block of the parent, whose addresses are taken there.
   */
  addNetwork(network: Network, moved: readonly ClaimRange[], enclosure: 'none' | 'live'): void {
    const node = makeNode(network)
    const { parent } = this.forest.locate(network.vrfId, network)
    const inside = this.forest.insert(node, parent)
    this.register(node)
    const filler = new SpaceFiller(node)
    for (const claim of moved) filler.addClaim(claim)
    filler.finish()
    this.undo.push(() => {
      this.forest.remove(node)
      this.unregister(node)
    })
    if (parent === null) return
    const own = ownUsable(parent, node.range, inside)
    let movedSize = 0n
    for (const claim of moved) if (claim.state === 'live') movedSize += rangeSize(claim)
    const ofBlock = enclosure === 'live' ? own : 0n
    const taken = enclosure === 'live' ? [] : takeRest(parent, node.range)
    const { liveClaims, reservations } = node
    const ranges = moved.filter(one => one.state === 'reserved' && one.first < one.last)
    for (const range of ranges) dropReserved(parent, range)
    const change = (sign: 1n | -1n) => {
      parent.childUsable += sign * own
      parent.allocated -= sign * (ofBlock + movedSize)
      parent.liveClaims -= Number(sign) * liveClaims
      parent.reservations -= Number(sign) * reservations
    }
    change(1n)
    this.undo.push(() => {
      change(-1n)
      for (const range of ranges) addReserved(parent, range)
      for (const range of taken) parent.space.release(range.first, range.last)
    })
  }

  /** Takes a network out. Its children move up, its claims and its gateway are gone with it, the rest goes back to the parent. */
  removeNetwork(node: NetworkNode, enclosure: Enclosure): void {
    const { parent, children } = node
    this.forest.remove(node)
    this.unregister(node)
    this.undo.push(() => {
      this.forest.insert(node, parent)
      this.register(node)
    })
    if (parent === null) return
    const own = ownUsable(parent, node.range, children)
    const ofBlock = enclosure === 'live' ? own : 0n
    parent.childUsable -= own
    parent.allocated += ofBlock
    if (enclosure === 'none') releaseRest(parent, node.range)
    this.undo.push(() => {
      parent.childUsable += own
      parent.allocated -= ofBlock
      if (enclosure === 'none') takeRest(parent, node.range)
    })
  }

  /** The same network with other facts about it: its place and range never change, nor what its pool chooses by. */
  replaceNetwork(network: Network): void {
    const node = this.nodes.get(network.id)
    assert(node !== undefined, `network ${network.id} is replaced and does not exist`)
    const old = node.network
    const sameGateway = gatewayOf(old) === gatewayOf(network)
    if (!sameGateway) withdrawGateway(node, this.undo)
    this.regions.delete(node)
    node.network = network
    this.regions.put(node)
    this.undo.push(() => {
      this.regions.delete(node)
      node.network = old
      this.regions.put(node)
    })
    if (!sameGateway) standGateway(node, this.undo)
  }

  /**
   * Gives the network the pool that it has in `network`, or another strategy to the one that it had.
   * @param ended claims directly in it that ended since the strategy was set.
   */
  setPool(node: NetworkNode, network: Network, ended: Iterable<EndedClaim>): void {
    const { network: old, choice, space } = node
    const edges = barredEdges(node).filter(edge => edge !== null)
    for (const edge of edges) space.release(edge.first, edge.last)
    choice?.close()
    node.network = network
    this.register(node)
    this.choose(node, ended)
    this.undo.push(() => {
      assert(choice === null, 'the strategy of a pool is not set in an attempt')
      this.unregister(node)
      node.choice?.close()
      node.choice = null
      node.network = old
      this.register(node)
      for (const edge of edges) space.take(edge.first, edge.last)
    })
  }

  /** Leaves the network without its pool, of which there is no block, live or held: the edges are nobody's again. */
  takePool(node: NetworkNode, network: Network): void {
    const { pool } = node.network
    assert(pool !== null && network.pool === null, 'a pool is taken from a network that has one')
    node.choice?.close()
    node.choice = null
    this.pools.delete(pool.name)
    node.network = network
    for (const edge of barredEdges(node)) {
      if (edge !== null) node.space.take(edge.first, edge.last)
    }
    this.undo.push(() => {
      throw new Error('a pool is not taken from its network in an attempt')
    })
  }

  /** A new live claim on free addresses. */
  claim(node: NetworkNode, claim: ClaimOfNode): void {
    const { first, last } = claim
    node.space.take(first, last)
    const size = usableWithin(node, claim)
    count(node, claim, size, 1)
    this.undo.push(() => {
      node.space.release(first, last)
      count(node, claim, -size, -1)
    })
  }

  /** A live claim ends; held, its addresses stay taken until `endHold`. Child networks inside (a block's) stay. */
  endClaim(node: NetworkNode, claim: EndedClaim & ClaimOfNode, held: boolean): void {
    const size = ownUsable(node, claim, childrenIn(node, claim))
    count(node, claim, -size, -1)
    this.undo.push(() => count(node, claim, size, 1))
    if (!held) this.free(node, claim)
  }

  endHold(node: NetworkNode, claim: EndedClaim): void {
    this.free(node, claim)
  }

  /** Keeps an address or a CIDR for somebody: no claim, network, gateway or other CIDR reservation lies in it. */
  reserve(node: NetworkNode, range: AddressRange): void {
    keepBack(node, range, this.undo)
  }

  /** Was it converted, whoever has it now takes it anew. @param within addresses of a CIDR that stay reserved, in order */
  endReservation(node: NetworkNode, range: AddressRange, within: readonly bigint[]): void {
    giveBack(node, range, within, this.undo)
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

  /** Begins to choose blocks as the network's pool says, once its free space is there. */
  choose(node: NetworkNode, ended: Iterable<EndedClaim>): void {
    const { pool } = node.network
    assert(pool !== null, `network ${node.network.id} has no pool`)
    node.choice = makeBlockChoice(node.space, pool.strategy, ended)
  }

  /** The addresses of a claim that is over may be handed out again, but for a gateway that waited for its own. */
  private free(node: NetworkNode, claim: EndedClaim): void {
    const forget = node.choice?.ended(claim)
    releaseRest(node, claim)
    this.undo.push(() => {
      takeRest(node, claim)
      forget?.()
    })
    standGateway(node, this.undo)
  }

  private register(node: NetworkNode): void {
    const { id, vrfId, pool } = node.network
    if (!this.nodes.has(id)) this.countByVrf.set(vrfId, this.networkCount(vrfId) + 1)
    this.nodes.set(id, node)
    if (pool !== null) this.pools.set(pool.name, node)
    this.regions.put(node)
  }

  private unregister(node: NetworkNode): void {
    const { id, vrfId, pool } = node.network
    this.nodes.delete(id)
    if (pool !== null) this.pools.delete(pool.name)
    this.regions.delete(node)
    const left = this.networkCount(vrfId) - 1
    if (left > 0) this.countByVrf.set(vrfId, left)
    else this.countByVrf.delete(vrfId)
  }
}

/** @param size usable addresses of the claim, child networks in it left out; below 0 when it ends. */
function count(node: NetworkNode, claim: ClaimOfNode, size: bigint, claims: 1 | -1): void {
  node.allocated += size
  node.liveClaims += claims
  if (claim.kind === 'block') node.liveBlocks += claims
}
