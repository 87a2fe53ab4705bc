// Numbers that are the same at every run (Park and Miller's generator).

/** @param seed 1 to 2^31 - 2. @returns a function that gives a number below its argument. */
export function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}
