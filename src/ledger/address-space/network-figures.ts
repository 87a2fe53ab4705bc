// Figures of networks: those of one, and the sums of a VRF.
import type { NetworkStatistics } from '../entities.js'
import type { AddressSpace } from './address-space.js'
import type { NetworkNode } from './network-node.js'
import { freeUsable } from './usable-space.js'

export type Figures = Pick<NetworkStatistics, 'total' | 'allocated' | 'reserved' | 'available'>

/** Sums over the IPv4 networks of a VRF (LEDGER.md, Big numbers). */
export type VrfTotals = Figures & { readonly networks: number }

/** O(log n). */
export function figuresOf(node: NetworkNode): Figures {
  const { allocated } = node
  const total = node.usableSize - node.childUsable
  const available = freeUsable(node)
  return { total, allocated, reserved: total - allocated - available, available }
}

/** O(networks of the VRF). */
export function totalsOf(space: AddressSpace, vrfId: number): VrfTotals {
  const sum = { networks: 0, total: 0n, allocated: 0n, reserved: 0n, available: 0n }
  const nodes = [...space.roots(vrfId, 4)]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const figures = figuresOf(node)
    sum.networks += 1
    sum.total += figures.total
    sum.allocated += figures.allocated
    sum.reserved += figures.reserved
    sum.available += figures.available
    for (const child of node.children) nodes.push(child)
  }
  return sum
}
