// `least_recently_released`: an address rests as long as there is another one, so that what still knows its last user
// (caches, firewalls, DNS) has forgotten it before the next one has it.
import { assert } from '../../lib/index.js'
import type { AddressRange } from '../address/range.js'
import { splitWords } from '../address/words.js'
import type { EndedClaim } from '../ports.js'
import { bitLength, blockAround, largestAround, maximalBlocks } from './block-arithmetic.js'
import type { BlockChoice } from './block-choice.js'
import { type Interval, readKey } from './entry.js'
import { allIntervals, freeParts } from './free-intervals.js'
import type { FreeSpace } from './free-space.js'
import { strideOf } from './index-node.js'
import { IndexTree } from './index-tree.js'
import { overlap, without } from './intervals.js'
import { keysOf } from './keys.js'
import { AGE_WORDS, ageOf, ReleaseAges, readAge, type Segment } from './release-ages.js'

/**
 * One entry for each free segment (addresses of one free interval and one age): its age and first address, and as mark
 * the **reach**: the exponent of the largest free aligned block with an address of the segment and none that is younger.
 * A block's age is that of its youngest segment, so the first entry with enough reach has the block that was released
 * longest ago, and the lowest of those. Fresh segments come first.
 *
 * What is taken or freed changes the reach only of segments that are the youngest of a block around its ends: one for
 * each exponent at most. All here are offsets from the origin of the free space's keys.
 */
export class LeastRecentlyReleased implements BlockChoice {
  readonly strategy = 'least_recently_released'
  readonly #space: FreeSpace
  readonly #origin: bigint
  readonly #width: number
  readonly #ages: ReleaseAges
  readonly #index: IndexTree

  constructor(space: FreeSpace, ended: Iterable<EndedClaim>) {
    const { width, origin } = keysOf(space.range)
    this.#space = space
    this.#origin = origin
    this.#width = width
    this.#ages = new ReleaseAges(width)
    this.#index = new IndexTree({
      keyWords: AGE_WORDS + width,
      markWords: 1,
      restWords: 0,
      join: 'greatest',
    })
    for (const claim of ended) this.#ages.paint(this.#offsets(claim), ageOf(claim))
    for (const range of allIntervals(space)) {
      const interval = this.#offsets(range)
      for (const segment of this.#segmentsIn(interval)) this.#set(segment, interval)
    }
    space.observe({
      taken: (part, around) => this.#taken(this.#offsets(part), this.#offsets(around)),
      freed: (part, around) => this.#freed(this.#offsets(part), this.#offsets(around)),
    })
  }

  choose(sizeLog2: number): bigint | null {
    assert(sizeLog2 >= 0, 'a block has at least one address')
    const entry = this.#index.first((words, at) => (words[at] as number) >= sizeLog2)
    if (entry === null) return null
    const age = readAge(entry, 0)
    const first = readKey(entry, AGE_WORDS, this.#width)
    // Some block of the segment will do. If it is not the one that its first address is in, which may have younger
    // or taken ones before it, it is the next.
    const block = blockAround(first, sizeLog2)
    const free = this.#space.isFree(block.first + this.#origin, block.last + this.#origin)
    const fits = free && this.#ages.greatestIn(block).age <= age
    return (fits ? block.first : block.last + 1n) + this.#origin
  }

  ended(claim: EndedClaim): () => void {
    const range = this.#offsets(claim)
    const undo = this.#repaint(range, () => this.#ages.paint(range, ageOf(claim)))
    return () => this.#repaint(range, undo)
  }

  close(): void {
    this.#space.observe(null)
  }

  /** Changes ages in the range. What is free of it (nothing, in a claim that has just ended) is as if taken meanwhile. */
  #repaint<T>(range: Interval, paint: () => T): T {
    const first = range.first + this.#origin
    const free = freeParts(this.#space, { first, last: range.last + this.#origin })
    for (const { part, around } of free) this.#taken(this.#offsets(part), this.#offsets(around))
    const result = paint()
    for (const { part, around } of free) this.#freed(this.#offsets(part), this.#offsets(around))
    return result
  }

  #taken(part: Interval, around: Interval): void {
    this.#move(this.#concerned(part, around), [around], without(around, part))
  }

  #freed(part: Interval, around: Interval): void {
    this.#move(this.#concerned(part, around), without(around, part), [around])
  }

  /** Segments that lay in the intervals `from`, as far as they did, lie in the intervals `to` now. */
  #move(segments: Iterable<Segment>, from: readonly Interval[], to: readonly Interval[]): void {
    for (const segment of segments) {
      const pieces = to.flatMap(interval => {
        const piece = cut(segment, interval)
        return piece === null ? [] : [{ piece, interval }]
      })
      for (const interval of from) {
        const old = cut(segment, interval)
        if (old === null || pieces.some(({ piece }) => piece.first === old.first)) continue
        this.#index.delete(this.#key(old))
      }
      for (const { piece, interval } of pieces) this.#set(piece, interval)
    }
  }

  /** The segments of the interval `around` whose extent or reach depends on whether `part` is free. */
  #concerned(part: Interval, around: Interval): Iterable<Segment> {
    const found = new Map<bigint, Segment>()
    for (const segment of this.#segmentsOver(part)) found.set(segment.first, segment)
    for (const at of part.first === part.last ? [part.first] : [part.first, part.last]) {
      for (const segment of this.#youngestAround(at, around)) found.set(segment.first, segment)
    }
    return found.values()
  }

  /** Of each aligned block around the address, inside the interval, the youngest segment. */
  *#youngestAround(at: bigint, interval: Interval): Generator<Segment> {
    let block: Interval = { first: at, last: at }
    while (interval.first <= block.first && block.last <= interval.last) {
      const segment = this.#ages.greatestIn(block)
      yield segment
      // It is the youngest of all larger blocks, too, up to the first one with a younger one in it.
      const window = this.#ages.notYoungerAround(segment, interval)
      block = blockAround(at, largestAround(at, window) + 1)
    }
  }

  #set(segment: Segment, interval: Interval): void {
    const entry = this.#key(segment)
    entry[AGE_WORDS + this.#width] = this.#reach(segment, interval)
    this.#index.set(entry)
  }

  /** @param segment as far as it lies in the interval. */
  #reach(segment: Segment, interval: Interval): number {
    const window = this.#ages.notYoungerAround(segment, interval)
    return Math.max(
      bitLength(maximalBlocks(segment)) - 1,
      largestAround(segment.first, window),
      largestAround(segment.last, window),
    )
  }

  #segmentsIn(interval: Interval): Segment[] {
    return [...this.#segmentsOver(interval)].flatMap(segment => cut(segment, interval) ?? [])
  }

  /** The segments that overlap the range, whole. */
  *#segmentsOver({ first, last }: Interval): Generator<Segment> {
    for (let at = first; at <= last; ) {
      const segment = this.#ages.segmentAt(at)
      yield segment
      at = segment.last + 1n
    }
  }

  #key({ first, age }: Segment): Uint32Array {
    const key = new Uint32Array(strideOf(this.#index.layout))
    splitWords(age, key, 0, AGE_WORDS)
    splitWords(first, key, AGE_WORDS, this.#width)
    return key
  }

  #offsets({ first, last }: AddressRange): Interval {
    return { first: first - this.#origin, last: last - this.#origin }
  }
}

/** The part of the segment that lies in the interval; null when there is none. */
function cut(segment: Segment, interval: Interval): Segment | null {
  const part = overlap(segment, interval)
  return part === null ? null : { ...part, age: segment.age }
}
