// Takes and frees ranges of a network of which a part may be taken already, or may not be freed.
import type { AddressRange } from '../address/range.js'
import { childrenIn, clip, grantable, type NetworkNode } from './network-node.js'

/** Takes what is still free of the range. @returns what that was. */
export function takeRest(node: NetworkNode, range: AddressRange): AddressRange[] {
  const { space } = node
  if (space.isFree(range.first, range.last)) {
    space.take(range.first, range.last)
    return [range]
  }
  const taken: AddressRange[] = []
  for (;;) {
    const [free] = space.intervals(range.first, 1)
    const gap = free === undefined ? null : clip(free, range)
    if (gap === null) return taken
    space.take(gap.first, gap.last)
    taken.push(gap)
  }
}

/** Frees the range less child networks and edges that no claim may have; no claim may lie in what is left. */
export function releaseRest(node: NetworkNode, range: AddressRange): void {
  const own = clip(range, grantable(node))
  if (own === null) return
  let from = own.first
  for (const child of childrenIn(node, range)) {
    if (from < child.range.first) node.space.release(from, child.range.first - 1n)
    from = child.range.last + 1n
  }
  if (from <= own.last) node.space.release(from, own.last)
}
