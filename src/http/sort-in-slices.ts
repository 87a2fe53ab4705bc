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
      longer.push(yield* merging([runs[at] ?? [], runs[at + 1] ?? []], compare))
    }
    runs = longer
  }
  finish(runs[0] ?? [])
}

function* merging<T>(
  [one, other]: readonly [T[], T[]],
  compare: (one: T, other: T) => number,
): Generator<undefined, T[]> {
  yield
  // What is in order already, as lists by address are, is not compared one by one.
  const [last, first] = [one.at(-1), other[0]]
  if (last === undefined || first === undefined || compare(last, first) <= 0)
    return one.concat(other)
  const merged: T[] = []
  let [left, right] = [0, 0]
  while (left < one.length || right < other.length) {
    const isRight =
      left === one.length ||
      (right < other.length && compare(other[right] as T, one[left] as T) < 0)
    merged.push(isRight ? (other[right++] as T) : (one[left++] as T))
    if (merged.length % STEPS === 0) yield
  }
  return merged
}
