// Where the next region of a country goes: the lowest free 10.X.Y.0/24 of a range. It goes along siblings only, so that a country that
// is packed costs a step for each site, however much is in its networks.
import type { AddressRange } from '../address/range.js'
import { indexAfter, type NetworkNode, withEdgesFree } from './network-node.js'

const SITE_SIZE_LOG2 = 8
const SITE_SIZE = 1n << BigInt(SITE_SIZE_LOG2)

/** The lowest site in a range that none of the siblings has a part of; null when there is none. */
type LowestIn = (gap: AddressRange) => bigint | null
/** Of what lies in no network: the first in address order that ends at the address or behind it. Asked with ever higher addresses. */
type Reaching = (address: bigint) => AddressRange | null

/**
 * Start of the lowest /24 in first..last (which begins with one) with no network equal to it or inside it, and wholly free in the network
 * around it; null when there is none.
 * @param roots networks that lie in no other, in address order
 * @param reaching what is taken where there is no network
 */
export function lowestSite(
  roots: readonly NetworkNode[],
  { first, last }: AddressRange,
  reaching: Reaching,
): bigint | null {
  return lowestAmong(roots, { first, last }, gap => lowestOutside(gap, reaching))
}

function lowestAmong(
  siblings: readonly NetworkNode[],
  { first, last }: AddressRange,
  lowestIn: LowestIn,
): bigint | null {
  let from = first
  let index = indexReaching(siblings, from)
  while (from <= last) {
    const next = siblings[index]
    const isBehind = next === undefined || next.range.first > last
    if (isBehind || next.range.first > from) {
      const found = lowestIn({ first: from, last: isBehind ? last : next.range.first - 1n })
      if (found !== null || isBehind) return found
    }
    const inside = next.size > SITE_SIZE ? lowestInside(next, { first: from, last }) : null
    if (inside !== null) return inside
    from = siteFrom(next.range.last + 1n)
    // Behind one that is smaller than a site are others in that same site.
    index = next.size < SITE_SIZE ? indexBehind(siblings, index, from) : index + 1
  }
  return null
}

/** In a network that is larger than a site. */
function lowestInside(node: NetworkNode, { first, last }: AddressRange): bigint | null {
  const within = {
    first: first < node.range.first ? node.range.first : first,
    last: last < node.range.last ? last : node.range.last,
  }
  return withEdgesFree(node, ({ children, space }) => {
    // The lowest one of its own: the first gap that reaches it has it, and no gap before has any.
    const own = space.firstBlockFrom(within.first, SITE_SIZE_LOG2)
    const ownIn: LowestIn = gap => (own !== null && own + SITE_SIZE - 1n <= gap.last ? own : null)
    return lowestAmong(children, within, ownIn)
  })
}

function lowestOutside(gap: AddressRange, reaching: Reaching): bigint | null {
  let { first } = gap
  while (first + SITE_SIZE - 1n <= gap.last) {
    const obstacle = reaching(first)
    if (obstacle === null || obstacle.first > first + SITE_SIZE - 1n) return first
    first = siteFrom(obstacle.last + 1n)
  }
  return null
}

/** Index of the first sibling that ends at the address or behind it. */
function indexReaching(siblings: readonly NetworkNode[], address: bigint): number {
  const after = indexAfter(siblings, address)
  const before = siblings[after - 1]
  return before !== undefined && before.range.last >= address ? after - 1 : after
}

/** Index of the first sibling that begins at `from` or behind it: at most a site's worth of siblings behind the one at `index`. */
function indexBehind(siblings: readonly NetworkNode[], index: number, from: bigint): number {
  const to = Math.min(siblings.length, index + Number(SITE_SIZE))
  return indexAfter(siblings, from - 1n, index + 1, to)
}

/** The first site that begins at the address or behind it. */
function siteFrom(address: bigint): bigint {
  return (address + SITE_SIZE - 1n) & ~(SITE_SIZE - 1n)
}
