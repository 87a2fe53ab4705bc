// Arithmetic on intervals of integers.
import type { Interval } from './entry.js'

/** What the two have in common; null when that is nothing. */
export function overlap(a: Interval, b: Interval): Interval | null {
  let { first, last } = a
  if (first < b.first) first = b.first
  if (last > b.last) last = b.last
  return first <= last ? { first, last } : null
}

/** What is left of `around` without `part`, which lies in it: nothing, one interval or two. */
export function without(around: Interval, part: Interval): Interval[] {
  const rest: Interval[] = []
  if (around.first < part.first) rest.push({ first: around.first, last: part.first - 1n })
  if (part.last < around.last) rest.push({ first: part.last + 1n, last: around.last })
  return rest
}
