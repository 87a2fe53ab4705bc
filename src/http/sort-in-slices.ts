// Sorting tens of thousands of things without holding up everybody else.
import type { Call } from './call.js'
import { visitInSlices } from './slices.js'

/** Sorted at once. */
const RUN = 64
/** Steps of merging between two yields. */
const STEPS = 32

/** Stable; others are served in between. @throws ClientGone */
export async function sortInSlices<T>(
  call: Call,
  items: readonly T[],
  compare: (one: T, other: T) => number,
): Promise<T[]> {
  let sorted: T[] = []
  const finish = (result: T[]) => {
    sorted = result
  }
  await visitInSlices(call, sorting(items, compare, finish), () => undefined)
  return sorted
}

function* sorting<T>(
  items: readonly T[],
  compare: (one: T, other: T) => number,
  finish: (sorted: T[]) => void,
): Generator<undefined> {
  let runs: T[][] = []
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const longer: T[][] = []
    for (let at = 0; at < runs.length; at += 2) {
      const merged: T[] = []
      yield* merging([runs[at] ?? [], runs[at + 1] ?? []], merged, compare)
      longer.push(merged)
    }
    runs = longer
  }
  finish(runs[0] ?? [])
}

function* merging<T>(
  [one, other]: readonly [readonly T[], readonly T[]],
  merged: T[],
  compare: (one: T, other: T) => number,
): Generator<undefined> {
  let [left, right] = [0, 0]
  while (left < one.length || right < other.length) {
    const isRight =
      left === one.length ||
      (right < other.length && compare(other[right] as T, one[left] as T) < 0)
    merged.push(isRight ? (other[right++] as T) : (one[left++] as T))
    if (merged.length % STEPS === 0) yield
  }
}
