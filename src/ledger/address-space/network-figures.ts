// Figures of a network that need no row.
import type { NetworkStatistics } from '../entities.js'
import type { NetworkNode } from './network-node.js'
import { freeUsable } from './usable-space.js'

export type Figures = Pick<NetworkStatistics, 'total' | 'allocated' | 'reserved' | 'available'>

/** O(log n). */
export function figuresOf(node: NetworkNode): Figures {
  const { allocated } = node
  const total = node.usableSize - node.childUsable
  const available = freeUsable(node)
  return { total, allocated, reserved: total - allocated - available, available }
}
