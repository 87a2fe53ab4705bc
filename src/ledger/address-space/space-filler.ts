// Builds a network's free space and claim counters from its claims in address order, O(n), children already placed.
import type { AddressRange } from '../address/range.js'
import { FreeSpaceBuilder } from '../free-space/free-space.js'
import { barredEdges, type NetworkNode, usableWithin } from './network-node.js'

/** A claim as the filler needs it; `live` false = held back. */
export type ClaimRange = AddressRange & { readonly live: boolean; readonly block: boolean }

export class SpaceFiller {
  private readonly builder: FreeSpaceBuilder
  /** Barred edges and children in address order: taken whatever the claims are. */
  private readonly fixed: AddressRange[] = []
  private next = 0

  constructor(private readonly node: NetworkNode) {
    this.builder = new FreeSpaceBuilder(node.range)
    node.allocated = 0n
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
  }

  /** Claims in address order; children may lie inside one (a block), never across its edge. */
  addClaim(claim: ClaimRange): void {
    this.takeFixedBefore(claim.first)
    let inside = 0n
    for (let range = this.fixed[this.next]; range !== undefined; range = this.fixed[this.next]) {
      if (range.first > claim.last) break
      inside += usableWithin(this.node, range)
      this.next += 1
    }
    this.builder.addTaken(claim.first, claim.last)
    if (!claim.live) return
    this.node.allocated += usableWithin(this.node, claim) - inside
    this.node.liveClaims += 1
    if (claim.block) this.node.liveBlocks += 1
  }

  /** Call once, after the last claim: the node has its free space from then on. */
  finish(): void {
    this.takeFixedBefore(this.node.range.last + 1n)
    this.node.space = this.builder.finish()
  }

  private takeFixedBefore(address: bigint): void {
    for (let range = this.fixed[this.next]; range !== undefined; range = this.fixed[this.next]) {
      if (range.first >= address) break
      this.builder.addTaken(range.first, range.last)
      this.next += 1
    }
  }
}
