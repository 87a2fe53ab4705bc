// Builds a network's free space and claim counters from its claims in address order, O(n), children already placed.
import type { AddressRange } from '../address/range.js'
import { FreeSpaceBuilder } from '../free-space/free-space.js'
import { bareEdges, type NetworkNode, usableWithin } from './network-node.js'

/** A claim as the filler needs it; `live` false = held back. */
export type ClaimRange = AddressRange & { readonly live: boolean }

export class SpaceFiller {
  private readonly builder: FreeSpaceBuilder
  /** Bare edges and children in address order: taken whatever the claims are. */
  private readonly fixed: AddressRange[] = []
  private next = 0

  constructor(private readonly node: NetworkNode) {
    this.builder = new FreeSpaceBuilder(node.range)
    node.allocated = 0n
    node.liveClaims = 0
    node.childUsable = 0n
    const [low, high] = bareEdges(node)
    if (low !== null) this.fixed.push(low)
    for (const child of node.children) {
      this.fixed.push(child.range)
      node.childUsable += usableWithin(node, child)
    }
    if (high !== null) this.fixed.push(high)
  }

  /** Claims in address order; children may lie inside one (a block), never across its edge. */
  addClaim(claim: ClaimRange): void {
    this.takeFixedBefore(claim.first)
    let inside = 0n
    for (let range = this.fixed[this.next]; range !== undefined; range = this.fixed[this.next]) {
      if (range.first > claim.last) break
      inside += range.last - range.first + 1n
      this.next += 1
    }
    this.builder.addTaken(claim.first, claim.last)
    if (!claim.live) return
    this.node.allocated += claim.last - claim.first + 1n - inside
    this.node.liveClaims += 1
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
