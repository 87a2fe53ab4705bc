// When each address of a range was released last: disjoint segments, each with the age that an ended claim gave it.
// A function of the set of claims that were painted, whatever their order.
import { joinWords, splitWords } from '../address/words.js'
import { compareKeys, type Interval, readKey } from './entry.js'
import { strideOf } from './index-node.js'
import { ANY_MARK, IndexTree } from './index-tree.js'
import { overlap } from './intervals.js'

/** The later the release, the greater: revision << 64 | id of the claim, or FRESH. */
export type Age = bigint

/** Of addresses that no ended claim covers. */
export const FRESH: Age = 0n

export const AGE_WORDS = 4

export function ageOf(claim: { readonly revision: number; readonly id: number }): Age {
  return (BigInt(claim.revision) << 64n) | BigInt(claim.id)
}

export function readAge(words: Uint32Array, at: number): Age {
  const word = (i: number) => words[at + i] as number
  return joinWords(word(0), word(1), word(2), word(3))
}

/** Addresses of one age; those before and after it have another. */
export type Segment = Interval & { readonly age: Age }

export class ReleaseAges {
  /** Segments that are not fresh: the first address, the age as mark, the last address. Kept so: no two of one age touch. */
  readonly #tree: IndexTree
  readonly #width: number

  /** @param width 32-bit words that any address in it fits in. */
  constructor(width: number) {
    this.#width = width
    this.#tree = new IndexTree({
      keyWords: width,
      markWords: AGE_WORDS,
      restWords: width,
      join: 'greatest',
    })
  }

  /** Gives the age to all of the range that has none or a lesser one. @returns how to take that back; last in, first out. */
  paint(range: Interval, age: Age): () => void {
    const old = this.#overlapping(range)
    const painted = paintOver(old, range, age)
    this.#replace(old, painted)
    return () => this.#replace(painted, old)
  }

  /** The segment that `at` is in; a fresh one reaches to its neighbours or to the ends of the number space. */
  segmentAt(at: bigint): Segment {
    const before = this.#tree.atOrBefore(this.#key(at))
    const segment = before === null ? null : this.#read(before)
    if (segment !== null && at <= segment.last) return segment
    const after = this.#tree.firstAfter(this.#key(at), ANY_MARK)
    return {
      first: segment === null ? 0n : segment.last + 1n,
      last: (after === null ? 1n << BigInt(this.#width * 32) : this.#read(after).first) - 1n,
      age: FRESH,
    }
  }

  /** A segment with the greatest age in the range. */
  greatestIn(range: Interval): Segment {
    const start = this.segmentAt(range.first)
    if (range.last <= start.last) return start
    const entry = this.#tree.greatestWithin(this.#key(start.last + 1n), this.#key(range.last))
    const greatest = entry === null ? start : this.#read(entry)
    return greatest.age > start.age ? greatest : start
  }

  /** All around the segment that is not younger than it, inside `bounds`, which it overlaps. */
  notYoungerAround({ first, last, age }: Segment, bounds: Interval): Interval {
    const words = new Uint32Array(AGE_WORDS)
    splitWords(age, words, 0, AGE_WORDS)
    const younger = (mark: Uint32Array, at: number) =>
      compareKeys(mark, at, words, 0, AGE_WORDS) > 0
    const before = bounds.first < first ? this.#tree.lastBefore(this.#key(first), younger) : null
    const after = last < bounds.last ? this.#tree.firstAfter(this.#key(last), younger) : null
    const window = {
      first: before === null ? bounds.first : this.#read(before).last + 1n,
      last: after === null ? bounds.last : this.#read(after).first - 1n,
    }
    return overlap(window, bounds) ?? bounds
  }

  #overlapping({ first, last }: Interval): Segment[] {
    const found: Segment[] = []
    for (let at = first; at <= last; ) {
      const segment = this.segmentAt(at)
      if (segment.age !== FRESH) found.push(segment)
      at = segment.last + 1n
    }
    return found
  }

  #replace(old: readonly Segment[], next: readonly Segment[]): void {
    const kept = new Set(next.map(segment => segment.first))
    for (const { first } of old) if (!kept.has(first)) this.#tree.delete(this.#key(first))
    for (const segment of next) {
      const entry = this.#key(segment.first)
      splitWords(segment.age, entry, this.#width, AGE_WORDS)
      splitWords(segment.last, entry, this.#width + AGE_WORDS, this.#width)
      this.#tree.set(entry)
    }
  }

  #key(at: bigint): Uint32Array {
    const key = new Uint32Array(strideOf(this.#tree.layout))
    splitWords(at, key, 0, this.#width)
    return key
  }

  #read(entry: Uint32Array): Segment {
    return {
      first: readKey(entry, 0, this.#width),
      last: readKey(entry, this.#width + AGE_WORDS, this.#width),
      age: readAge(entry, this.#width),
    }
  }
}

/** What the segments, which overlap the range, in order, become together with it. */
function paintOver(old: readonly Segment[], range: Interval, age: Age): Segment[] {
  const painted: Segment[] = []
  let rest: Segment | null = null
  let from = range.first
  for (const segment of old) {
    const { first, last } = segment
    if (segment.age > age) {
      if (from < first) painted.push({ first: from, last: first - 1n, age })
      painted.push(segment)
      from = last + 1n
      continue
    }
    if (first < range.first) painted.push({ ...segment, last: range.first - 1n })
    if (range.last < last) rest = { ...segment, first: range.last + 1n }
  }
  if (from <= range.last) painted.push({ first: from, last: range.last, age })
  if (rest !== null) painted.push(rest)
  return painted
}
