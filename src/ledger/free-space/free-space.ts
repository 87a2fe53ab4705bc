// The free addresses of one range as an ordered set of intervals: the allocator asks it for the lowest free address,
// run or aligned block, in time that grows with the logarithm of the number of intervals only (README.md).
import { AssertionError, assert } from '../../lib/index.js'
import { type AddressRange, rangeContains, rangeSize } from '../address/range.js'
import { lowestBlockIn } from './block-arithmetic.js'
import { IntervalTree } from './interval-tree.js'
import { IntervalTreeBuilder } from './interval-tree-builder.js'
import { type Keys, keysOf } from './keys.js'

/** Who keeps an index of what is free. It is told after each change, and must not change the free space itself. */
export interface FreeSpaceObserver {
  /** @param around the free interval that `part` was in. */
  taken(part: AddressRange, around: AddressRange): void
  /** @param around the free interval that `part` is in now. */
  freed(part: AddressRange, around: AddressRange): void
}

/**
 * Free addresses of a range. Starts wholly free. take and release are each other's inverse, so that an undo list
 * of them is enough to go back. Plain integers: numbers of an RT/RD pool do as well as addresses.
 */
export class FreeSpace {
  /** Free intervals as offsets from #origin. Kept so: none overlaps or touches another. */
  #tree: IntervalTree
  /** Kept so: the sum of the sizes of the free intervals. */
  #freeCount: bigint
  /** Aligned to more than any block within the range: a block is aligned in offsets when it is in addresses. */
  readonly #origin: bigint
  #observer: FreeSpaceObserver | null = null

  /**
   * @param range any first <= last within 0..2^128-1; it needs no alignment.
   * @param built what is free, when it is not all: for FreeSpaceBuilder.
   */
  constructor(
    readonly range: AddressRange,
    built?: { readonly tree: IntervalTree; readonly freeCount: bigint },
  ) {
    const keys = keysOf(range)
    this.#origin = keys.origin
    this.#tree = built?.tree ?? wholeTree(range, keys)
    this.#freeCount = built?.freeCount ?? rangeSize(range)
  }

  /** How many addresses are free, exact. */
  get freeCount(): bigint {
    return this.#freeCount
  }

  /** Free intervals, none touching another; 1 when nothing is taken, 0 when full. */
  get intervalCount(): number {
    return this.#tree.count
  }

  /** The lowest free address; null when full. */
  first(): bigint | null {
    const offset = this.#tree.lowest()
    return offset === null ? null : offset + this.#origin
  }

  /** Lowest start of `count` free addresses in a row; null when there is no such run. @param count at least 1. */
  firstRun(count: bigint): bigint | null {
    assert(count >= 1n, 'a run has at least one address')
    if (count > this.#freeCount) return null
    const interval = this.#tree.lowestWithRun(count)
    return interval === null ? null : interval.first + this.#origin
  }

  /** Start of the lowest free block of 2^sizeLog2 addresses, aligned to its own size; null when there is none. */
  firstBlock(sizeLog2: number): bigint | null {
    assert(sizeLog2 >= 0, 'a block has at least one address')
    const interval = this.#tree.lowestWithBlock(sizeLog2)
    if (interval === null) return null
    const bits = BigInt(sizeLog2)
    const start = -(-interval.first >> bits) << bits
    return start + this.#origin
  }

  /** The same of those that begin at `from` or behind it. */
  firstBlockFrom(from: bigint, sizeLog2: number): bigint | null {
    const { first, last } = this.range
    if (from > last) return null
    const start = from < first ? first : from
    const around = this.intervalAround(start)
    const inIt = around && lowestBlockIn({ first: start, last: around.last }, sizeLog2)
    if (inIt !== null) return inIt
    const next = this.#tree.lowestWithBlockAfter(sizeLog2, start - this.#origin)
    return next === null ? null : lowestBlockIn(this.#range(next.first, next.last), sizeLog2)
  }

  /** Start of the highest free block of 2^sizeLog2 addresses, aligned to its own size; null when there is none. */
  lastBlock(sizeLog2: number): bigint | null {
    assert(sizeLog2 >= 0, 'a block has at least one address')
    const interval = this.#tree.highestWithBlock(sizeLog2)
    if (interval === null) return null
    const bits = BigInt(sizeLog2)
    const start = (((interval.last + 1n) >> bits) - 1n) << bits
    return start + this.#origin
  }

  /** Exponent of the largest free aligned block; -1 when nothing is free. */
  largestBlockLog2(): number {
    return this.#tree.largestBlock()
  }

  /**
   * Start of the largest free aligned block, the lowest of the largest ones, if 2^sizeLog2 addresses fit in; else null.
   * Who takes blocks there bisects the space, and each of them has room to grow.
   */
  sparseBlock(sizeLog2: number): bigint | null {
    assert(sizeLog2 >= 0, 'a block has at least one address')
    const largest = this.largestBlockLog2()
    return largest < sizeLog2 ? null : this.firstBlock(largest)
  }

  /** Has one observer told of every change from now on; null: none. */
  observe(observer: FreeSpaceObserver | null): void {
    assert(
      observer === null || this.#observer === null,
      'a free space has one observer at a time: the one before must be closed first',
    )
    this.#observer = observer
  }

  /** True when all of first..last is free; false when any of it is taken or outside the range. */
  isFree(first: bigint, last: bigint): boolean {
    assert(first <= last, 'a range has its ends in order')
    if (!rangeContains(this.range, { first, last })) return false
    const interval = this.#tree.atOrBefore(first - this.#origin)
    return interval !== null && last - this.#origin <= interval.last
  }

  /** True when nothing of first..last is free; false when any of it is free or outside the range. */
  isTaken(first: bigint, last: bigint): boolean {
    assert(first <= last, 'a range has its ends in order')
    if (!rangeContains(this.range, { first, last })) return false
    const interval = this.#tree.atOrBefore(last - this.#origin)
    return interval === null || interval.last < first - this.#origin
  }

  /** Takes first..last, which must be wholly free (asserted, before anything changes). */
  take(first: bigint, last: bigint): void {
    const tree = this.#tree
    const from = first - this.#origin
    const to = last - this.#origin
    const inside = first <= last && rangeContains(this.range, { first, last })
    const interval = inside ? tree.atOrBefore(from) : null
    if (interval === null || interval.last < to) {
      throw new AssertionError(`${first}..${last} is not wholly free, so it cannot be taken`)
    }
    const leavesLeft = interval.first < from
    const leavesRight = to < interval.last
    if (leavesLeft) {
      tree.shrink(interval.first, { first: interval.first, last: from - 1n })
      if (leavesRight) tree.insert({ first: to + 1n, last: interval.last })
    } else if (leavesRight) tree.shrink(interval.first, { first: to + 1n, last: interval.last })
    else tree.remove(interval.first)
    this.#freeCount -= to - from + 1n
    this.#observer?.taken({ first, last }, this.#range(interval.first, interval.last))
  }

  /** Frees first..last, which must be wholly taken (asserted, before anything changes). */
  release(first: bigint, last: bigint): void {
    const tree = this.#tree
    const from = first - this.#origin
    const to = last - this.#origin
    const inside = first <= last && rangeContains(this.range, { first, last })
    const before = inside ? tree.atOrBefore(to) : null
    if (!inside || (before !== null && before.last >= from)) {
      throw new AssertionError(`${first}..${last} is not wholly taken, so it cannot be released`)
    }
    const after = tree.firstAfter(to) === to + 1n ? tree.atOrBefore(to + 1n) : null
    const joinsBefore = before !== null && before.last + 1n === from
    const wide = { first: joinsBefore ? before.first : from, last: after?.last ?? to }
    if (joinsBefore) {
      if (after !== null) tree.remove(after.first)
      tree.extend(wide.first, wide)
    } else if (after !== null) tree.extend(after.first, wide)
    else tree.insert(wide)
    this.#freeCount += to - from + 1n
    this.#observer?.freed({ first, last }, this.#range(wide.first, wide.last))
  }

  /** The free interval that contains the address; null when it is taken or outside the range. */
  intervalAround(address: bigint): AddressRange | null {
    if (!rangeContains(this.range, { first: address, last: address })) return null
    const interval = this.#tree.atOrBefore(address - this.#origin)
    if (interval === null || interval.last < address - this.#origin) return null
    return this.#range(interval.first, interval.last)
  }

  /** Free intervals from the address `from` on (the first cut off there), at most `limit`, in order. */
  intervals(from: bigint, limit: number): AddressRange[] {
    const { first, last } = this.range
    if (from > last || limit < 1) return []
    const start = from < first ? first : from
    // One more, because the interval found first may end before `start`.
    const found = this.#tree.collect(start - this.#origin, limit + 1)
    return found
      .map(interval => this.#range(interval.first, interval.last))
      .filter(interval => interval.last >= start)
      .slice(0, limit)
      .map(interval => (interval.first < start ? { first: start, last: interval.last } : interval))
  }

  /** Makes the whole range free again; nobody may be observing. */
  clear(): void {
    assert(this.#observer === null, 'an observed free space is not cleared')
    this.#tree = wholeTree(this.range, { width: this.#tree.width, origin: this.#origin })
    this.#freeCount = rangeSize(this.range)
  }

  /** Offsets as addresses. */
  #range(from: bigint, to: bigint): AddressRange {
    return { first: from + this.#origin, last: to + this.#origin }
  }

  /** Bulk build, O(n). @param taken in address order, disjoint (touching is fine), inside the range; asserted. */
  static fromTaken(range: AddressRange, taken: Iterable<AddressRange>): FreeSpace {
    const builder = new FreeSpaceBuilder(range)
    for (const { first, last } of taken) builder.addTaken(first, last)
    return builder.finish()
  }
}

/** `FreeSpace.fromTaken` in slices, for a load that must let others breathe: add every claim, then finish. */
export class FreeSpaceBuilder {
  readonly #tree: IntervalTreeBuilder
  readonly #origin: bigint
  #freeCount = 0n
  /** First address behind all that was added. */
  #next: bigint

  constructor(readonly range: AddressRange) {
    const keys = keysOf(range)
    this.#tree = new IntervalTreeBuilder(keys.width)
    this.#origin = keys.origin
    this.#next = range.first
  }

  /** @param first after the last one added; asserted. */
  addTaken(first: bigint, last: bigint): void {
    if (first < this.#next || last < first || last > this.range.last) {
      throw new AssertionError(
        `${first}..${last} is out of order, or not in ${this.#next}..${this.range.last}`,
      )
    }
    this.#addFree(first - 1n)
    this.#next = last + 1n
  }

  /** The free space; the builder is of no use afterwards. */
  finish(): FreeSpace {
    this.#addFree(this.range.last)
    return new FreeSpace(this.range, { tree: this.#tree.finish(), freeCount: this.#freeCount })
  }

  #addFree(last: bigint): void {
    if (last < this.#next) return
    this.#tree.append({ first: this.#next - this.#origin, last: last - this.#origin })
    this.#freeCount += last - this.#next + 1n
  }
}

/** All of the range free. */
function wholeTree(range: AddressRange, { width, origin }: Keys): IntervalTree {
  const tree = new IntervalTree(width)
  tree.insert({ first: range.first - origin, last: range.last - origin })
  return tree
}
