// The exact figures of one network, with the one that is read from a row.
import type { NetworkStatistics } from '../entities.js'
import type { LedgerRows } from '../ports.js'
import { figuresOf } from './network-figures.js'
import { gatewayOf, type NetworkNode } from './network-node.js'
import { firstUsable } from './usable-space.js'

/** O(log n), and one row for `lastAllocated`. */
export function statisticsOf(
  node: NetworkNode,
  rows: Pick<LedgerRows, 'highestClaim'>,
): NetworkStatistics {
  const networkId = node.network.id
  const claimed = rows.highestClaim(networkId)?.last ?? null
  const gateway = node.gatewayStands ? gatewayOf(node.network) : null
  const isHigher = gateway !== null && (claimed === null || gateway > claimed)
  return {
    networkId,
    ...figuresOf(node),
    firstAvailable: firstUsable(node),
    lastAllocated: isHigher ? gateway : claimed,
  }
}
