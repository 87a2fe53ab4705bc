// How full a network is, as one number.
import type { NetworkNode } from './network-node.js'

/** 100 % in hundredths of a percent. */
const WHOLE = 10_000n

/** Allocated of the network's own addresses in hundredths of a percent, rounded to nearest; 0 when it has none of its own. */
export function utilizationOf(node: NetworkNode): number {
  const total = node.usableSize - node.childUsable
  if (total === 0n) return 0
  return Number((2n * WHOLE * node.allocated + total) / (2n * total))
}
