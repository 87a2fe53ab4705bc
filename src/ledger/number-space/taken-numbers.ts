// Which numbers of a space are taken and by which pool, and how many of a range, in a time that does not grow with them:
// counts of aligned groups of 16, 256, 4,096 and so on, kept for those groups only in which something is taken.

/** Numbers in the smallest group, and groups of one size in one of the next. */
const GROUP = 16
/** Sizes of groups below the whole: 16 to 16^7, as the largest space has 16^8 numbers. */
const SIZES = 7

export class TakenNumbers {
  /** Number → id of the pool that handed it out. */
  private readonly holders = new Map<number, number>()
  /** Of the size 16^(i+1): floor(number / 16^(i+1)) → how many of them are taken, never 0. */
  private readonly counts = Array.from({ length: SIZES }, () => new Map<number, number>())

  get size(): number {
    return this.holders.size
  }

  /** Id of the pool that handed it out; null when it is free. */
  holder(number: number): number | null {
    return this.holders.get(number) ?? null
  }

  add(number: number, poolId: number): void {
    this.holders.set(number, poolId)
    this.count(number, 1)
  }

  delete(number: number): void {
    this.holders.delete(number)
    this.count(number, -1)
  }

  /** How many of first..last are taken, both included; at most 30 look-ups for each size of groups. */
  between(first: number, last: number): number {
    let total = 0
    let from = first
    let behind = last + 1
    for (const taken of [this.numbers(), ...this.counts.map(countsOf)]) {
      for (; from < behind && from % GROUP !== 0; from += 1) total += taken(from)
      for (; from < behind && behind % GROUP !== 0; behind -= 1) total += taken(behind - 1)
      if (from === behind) return total
      from /= GROUP
      behind /= GROUP
    }
    // What is left is a range of groups that are as large as the space itself.
    return total + this.holders.size
  }

  private numbers(): (number: number) => number {
    return number => (this.holders.has(number) ? 1 : 0)
  }

  private count(number: number, by: 1 | -1): void {
    let group = number
    for (const counts of this.counts) {
      group = Math.floor(group / GROUP)
      const count = (counts.get(group) ?? 0) + by
      if (count === 0) counts.delete(group)
      else counts.set(group, count)
    }
  }
}

function countsOf(counts: ReadonlyMap<number, number>): (group: number) => number {
  return group => counts.get(group) ?? 0
}
