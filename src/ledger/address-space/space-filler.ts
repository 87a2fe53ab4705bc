// Builds a network's free space and counters from its claims in address order, O(n), children already placed.
import type { AddressRange } from '../address/range.js'
import { FreeSpaceBuilder } from '../free-space/free-space.js'
import { barredEdges, gatewayOf, type NetworkNode, usableWithin } from './network-node.js'
import { addReserved } from './reserved-ranges.js'

/** A claim as the filler needs it: a live one, one that is held back, or a reservation. */
export type ClaimRange = AddressRange & {
  readonly state: 'live' | 'held' | 'reserved'
  readonly block: boolean
}

export class SpaceFiller {
  private readonly builder: FreeSpaceBuilder
  /** Barred edges, children and gateway in address order: taken whatever the claims are. */
  private readonly fixed: AddressRange[] = []
  private readonly gateway: AddressRange | null
  private next = 0
  /** The reserved range that was added last. */
  private reserved: AddressRange | null = null

  constructor(private readonly node: NetworkNode) {
    this.builder = new FreeSpaceBuilder(node.range)
    node.allocated = 0n
    node.gatewayStands = false
    node.reservations = 0
    node.reservedRanges = null
    node.liveClaims = 0
    node.liveBlocks = 0
    node.childUsable = 0n
    const [low, high] = barredEdges(node)
    if (low !== null) this.fixed.push(low)
    for (const child of node.children) {
      this.fixed.push(child.range)
      node.childUsable += usableWithin(node, child.range)
    }
    if (high !== null) this.fixed.push(high)
    this.gateway = this.addGateway()
  }

  /**
   * Claims in address order, a reserved CIDR before the addresses in it; children and gateway may lie inside one, a child never
   * across its edge.
   */
  addClaim(claim: ClaimRange): void {
    const { node } = this
    if (claim.state === 'reserved' && this.isNested(claim)) return
    this.takeFixedBefore(claim.first)
    let inside = 0n
    for (let range = this.fixed[this.next]; range !== undefined; range = this.fixed[this.next]) {
      if (range.first > claim.last) break
      if (range !== this.gateway) inside += usableWithin(node, range)
      this.next += 1
    }
    this.builder.addTaken(claim.first, claim.last)
    if (claim.state !== 'live') return
    node.allocated += usableWithin(node, claim) - inside
    node.liveClaims += 1
    if (claim.block) node.liveBlocks += 1
  }

  /** Call once, after the last claim: the node has its free space from then on. */
  finish(): void {
    this.takeFixedBefore(this.node.range.last + 1n)
    this.node.space = this.builder.finish()
  }

  /** Counts a reservation. @returns whether a reserved range that was added has its addresses already */
  private isNested({ first, last }: ClaimRange): boolean {
    this.node.reservations += 1
    if (this.reserved !== null && first <= this.reserved.last) return true
    if (first < last) {
      this.reserved = { first, last }
      addReserved(this.node, this.reserved)
    }
    return false
  }

  private addGateway(): AddressRange | null {
    const address = gatewayOf(this.node.network)
    if (address === null) return null
    const gateway = { first: address, last: address }
    const after = this.fixed.findIndex(range => range.first > address)
    this.fixed.splice(after < 0 ? this.fixed.length : after, 0, gateway)
    return gateway
  }

  private takeFixedBefore(address: bigint): void {
    for (let range = this.fixed[this.next]; range !== undefined; range = this.fixed[this.next]) {
      if (range.first >= address) break
      this.builder.addTaken(range.first, range.last)
      if (range === this.gateway) {
        this.node.allocated += 1n
        this.node.gatewayStands = true
      }
      this.next += 1
    }
  }
}
