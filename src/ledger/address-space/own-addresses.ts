// Pages of a network's own addresses, as ranges: what is usable and no child network's, and what of that is free.
import type { AddressRange } from '../address/range.js'
import { rangeSize } from '../address/range.js'
import { clip, type NetworkNode } from './network-node.js'
import { usableIntervals } from './usable-space.js'

/** Free intervals that are asked for at once. */
const INTERVALS_AT_ONCE = 256

/** From the `skip`th on, at most `limit` addresses, in order. O(children). */
export function ownAddresses(node: NetworkNode, skip: bigint, limit: number): AddressRange[] {
  return page(gaps(node), skip, limit)
}

/** Of these the free ones. O(free intervals up to the page). */
export function freeAddresses(node: NetworkNode, skip: bigint, limit: number): AddressRange[] {
  return page(freeIntervals(node), skip, limit)
}

function* gaps(node: NetworkNode): Generator<AddressRange> {
  const { range, usable, children } = node
  let { first } = range
  for (const child of children) {
    const own = first < child.range.first ? { first, last: child.range.first - 1n } : null
    const gap = own === null ? null : clip(own, usable)
    if (gap !== null) yield gap
    first = child.range.last + 1n
  }
  const rest = first <= range.last ? clip({ first, last: range.last }, usable) : null
  if (rest !== null) yield rest
}

function* freeIntervals(node: NetworkNode): Generator<AddressRange> {
  let from = node.range.first
  for (;;) {
    const intervals = usableIntervals(node, from, INTERVALS_AT_ONCE)
    yield* intervals
    const last = intervals.at(-1)
    if (last === undefined) return
    from = last.last + 1n
  }
}

/** @param ranges in address order. */
function page(ranges: Iterable<AddressRange>, skip: bigint, limit: number): AddressRange[] {
  const found: AddressRange[] = []
  let before = skip
  let left = BigInt(limit)
  for (const { first, last } of ranges) {
    if (left === 0n) break
    const size = rangeSize({ first, last })
    const from = first + before
    before = before > size ? before - size : 0n
    if (from > last) continue
    const end = from + left - 1n
    const piece = { first: from, last: end < last ? end : last }
    found.push(piece)
    left -= rangeSize(piece)
  }
  return found
}
