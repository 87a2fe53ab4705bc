// The free addresses of one range as an ordered set of intervals: the allocator asks it for the lowest free address,
// run or aligned block, in time that grows with the logarithm of the number of intervals only (README.md).
import type { AddressRange } from '../address/range.js'

/**
 * Free addresses of first..last. Starts wholly free. take and release are each other's inverse, so that an undo list
 * of them is enough to go back. Plain integers: numbers of an RT/RD pool do as well as addresses.
 */
export class FreeSpace {
  /** @param range any first <= last within 0..2^128-1; it needs no alignment. */
  constructor(readonly range: AddressRange) {}

  /** How many addresses are free, exact. */
  get freeCount(): bigint {
    throw new Error('not built yet')
  }

  /** Free intervals, none touching another; 1 when empty of claims, 0 when full. */
  get intervalCount(): number {
    throw new Error('not built yet')
  }

  /** The lowest free address; null when full. */
  first(): bigint | null {
    throw new Error('not built yet')
  }

  /** Lowest start of `count` free addresses in a row; null when there is no such run. @param count at least 1. */
  firstRun(count: bigint): bigint | null {
    throw new Error(`not built yet ${count}`)
  }

  /** Start of the lowest free block of 2^sizeLog2 addresses, aligned to its own size; null when there is none. */
  firstBlock(sizeLog2: number): bigint | null {
    throw new Error(`not built yet ${sizeLog2}`)
  }

  /** True when all of first..last is free; false when any of it is taken or outside the range. */
  isFree(first: bigint, last: bigint): boolean {
    throw new Error(`not built yet ${first} ${last}`)
  }

  /** True when nothing of first..last is free (it must lie inside the range). */
  isTaken(first: bigint, last: bigint): boolean {
    throw new Error(`not built yet ${first} ${last}`)
  }

  /** Takes first..last, which must be wholly free (asserted, before anything changes). */
  take(first: bigint, last: bigint): void {
    throw new Error(`not built yet ${first} ${last}`)
  }

  /** Frees first..last, which must be wholly taken (asserted, before anything changes). */
  release(first: bigint, last: bigint): void {
    throw new Error(`not built yet ${first} ${last}`)
  }

  /** Free intervals from the address `from` on (the first cut off there), at most `limit`, in order. */
  intervals(from: bigint, limit: number): AddressRange[] {
    throw new Error(`not built yet ${from} ${limit}`)
  }

  /** Makes the whole range free again. */
  clear(): void {
    throw new Error('not built yet')
  }

  /** Bulk build, O(n). @param taken in address order, disjoint (touching is fine), inside the range; asserted. */
  static fromTaken(range: AddressRange, taken: Iterable<AddressRange>): FreeSpace {
    throw new Error(`not built yet ${range.first} ${taken}`)
  }
}

/** `FreeSpace.fromTaken` in slices, for a load that must let others breathe: add every claim, then finish. */
export class FreeSpaceBuilder {
  constructor(readonly range: AddressRange) {}

  /** @param first after the last one added; asserted. */
  addTaken(first: bigint, last: bigint): void {
    throw new Error(`not built yet ${first} ${last}`)
  }

  /** The free space; the builder is of no use afterwards. */
  finish(): FreeSpace {
    throw new Error('not built yet')
  }
}
