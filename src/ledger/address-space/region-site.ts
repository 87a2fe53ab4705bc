// Where the next region of a country goes: the lowest free 10.X.Y.0/24 of a range. It goes along siblings and free intervals, so that
// a country that is packed costs a step for each network in it, and not a search.
import type { AddressRange } from '../address/range.js'
import { indexAfter, type NetworkNode, withEdgesFree } from './network-node.js'

const SITE_SIZE = 256n
/** Free intervals that are asked for at once. */
const INTERVALS_AT_ONCE = 64

/**
 * Start of the lowest /24 in first..last (which begins with one) with no network equal to it or inside it, and wholly free in the network
 * around it; null when there is none.
 * @param roots networks that lie in no other, in address order
 * @param taken of a /24 that no network contains: the last address of something that has a part of it; null when nothing has
 */
export function lowestSite(
  roots: readonly NetworkNode[],
  { first, last }: AddressRange,
  taken: (site: AddressRange) => bigint | null,
): bigint | null {
  return lowestAmong(roots, { first, last }, gap => lowestOutside(gap, taken))
}

/** @param lowestIn the lowest site in a range that none of the siblings has a part of */
function lowestAmong(
  siblings: readonly NetworkNode[],
  { first, last }: AddressRange,
  lowestIn: (gap: AddressRange) => bigint | null,
): bigint | null {
  let from = first
  for (let index = indexReaching(siblings, from); from <= last; index += 1) {
    const next = siblings[index]
    // Smaller than a site, and in the one that is passed over already.
    if (next !== undefined && next.range.last < from) continue
    const isBehind = next === undefined || next.range.first > last
    if (isBehind || next.range.first > from) {
      const found = lowestIn({ first: from, last: isBehind ? last : next.range.first - 1n })
      if (found !== null || isBehind) return found
    }
    const inside = next.size > SITE_SIZE ? lowestInside(next, { first: from, last }) : null
    if (inside !== null) return inside
    const behind = next.range.last + 1n
    from = next.size === SITE_SIZE ? behind : siteFrom(behind)
  }
  return null
}

/** In a network that is larger than a site. */
function lowestInside(node: NetworkNode, { first, last }: AddressRange): bigint | null {
  const within = {
    first: first < node.range.first ? node.range.first : first,
    last: last < node.range.last ? last : node.range.last,
  }
  return withEdgesFree(node, ({ children, space }) =>
    lowestAmong(children, within, gap => {
      let from = gap.first
      while (from + SITE_SIZE - 1n <= gap.last) {
        const intervals = space.intervals(from, INTERVALS_AT_ONCE)
        for (const free of intervals) {
          const site = siteFrom(free.first)
          const end = site + SITE_SIZE - 1n
          if (end > gap.last) return null
          if (end <= free.last) return site
        }
        const behind = intervals.at(-1)
        if (behind === undefined) return null
        from = behind.last + 1n
      }
      return null
    }),
  )
}

function lowestOutside(
  gap: AddressRange,
  taken: (site: AddressRange) => bigint | null,
): bigint | null {
  let first = gap.first
  while (first + SITE_SIZE - 1n <= gap.last) {
    const obstacle = taken({ first, last: first + SITE_SIZE - 1n })
    if (obstacle === null) return first
    first = siteFrom(obstacle + 1n)
  }
  return null
}

/** Index of the first sibling that ends at the address or behind it. */
function indexReaching(siblings: readonly NetworkNode[], address: bigint): number {
  const after = indexAfter(siblings, address)
  const before = siblings[after - 1]
  return before !== undefined && before.range.last >= address ? after - 1 : after
}

/** The first site that begins at the address or behind it. */
function siteFrom(address: bigint): bigint {
  return (address + SITE_SIZE - 1n) & ~(SITE_SIZE - 1n)
}
