// Free intervals one after the other, for who builds an index of them or goes through a part of the space.
import type { AddressRange } from '../address/range.js'
import type { FreeSpace } from './free-space.js'
import { overlap } from './intervals.js'

/** How many are read at once. */
const SLICE = 1024

/** Every free interval, in address order; nothing may change meanwhile. */
export function* allIntervals(space: FreeSpace): Generator<AddressRange> {
  for (let from = space.range.first; ; ) {
    const slice = space.intervals(from, SLICE)
    yield* slice
    const end = slice.at(-1)
    if (end === undefined || slice.length < SLICE) return
    from = end.last + 1n
  }
}

export type FreePart = { readonly part: AddressRange; readonly around: AddressRange }

/** What is free of the range, in address order, each with the free interval around it. */
export function freeParts(space: FreeSpace, range: AddressRange): FreePart[] {
  const found: FreePart[] = []
  for (let at = range.first; at <= range.last; ) {
    const [next] = space.intervals(at, 1)
    const part = next === undefined ? null : overlap(next, range)
    if (part === null) break
    found.push({ part, around: space.intervalAround(part.first) ?? part })
    at = part.last + 1n
  }
  return found
}
