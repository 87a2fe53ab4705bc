// Aligned blocks in plain integers: which of them an interval is made of, and which are around one address.
import type { Interval } from './entry.js'

/** Bits of `value` without leading zeros; 0 for 0. */
export function bitLength(value: bigint): number {
  let bits = 0
  let rest = value
  for (; rest >> 32n !== 0n; rest >>= 32n) bits += 32
  return bits + 32 - Math.clz32(Number(rest))
}

/** Start of the block of 2^sizeLog2 that contains `at`. */
export function blockStart(at: bigint, sizeLog2: number): bigint {
  const bits = BigInt(sizeLog2)
  return (at >> bits) << bits
}

/** The block of 2^sizeLog2 that contains `at`. */
export function blockAround(at: bigint, sizeLog2: number): Interval {
  const first = blockStart(at, sizeLog2)
  return { first, last: first + (1n << BigInt(sizeLog2)) - 1n }
}

/** Start of the lowest block of 2^sizeLog2 in the interval; null when there is none. */
export function lowestBlockIn({ first, last }: Interval, sizeLog2: number): bigint | null {
  const rest = (1n << BigInt(sizeLog2)) - 1n
  const start = blockStart(first + rest, sizeLog2)
  return start + rest <= last ? start : null
}

/** Exponent of the largest block that contains `at` and lies in the interval, which contains `at`. */
export function largestAround(at: bigint, { first, last }: Interval): number {
  // A block that contains two addresses is at least as large as the highest bit in which they differ.
  const right = bitLength(at ^ (last + 1n)) - 1
  return first === 0n ? right : Math.min(right, bitLength(at ^ (first - 1n)) - 1)
}

/**
 * The maximal aligned blocks that the interval is made of: those on the left of its middle, in size rising, have the
 * bits of `left`, those on the right, falling, the bits of `right`. No size occurs twice on a side.
 */
export type Halves = { readonly middle: bigint; readonly left: bigint; readonly right: bigint }

export function halvesOf({ first, last }: Interval): Halves {
  // The middle is the multiple of the highest power of two in first+1..last; a whole left and a whole right half
  // are one block.
  const bit = BigInt(bitLength(first ^ last))
  const whole = 1n << bit
  if (last - first + 1n === whole) return { middle: first, left: 0n, right: whole }
  const middle = (last >> (bit - 1n)) << (bit - 1n)
  return { middle, left: middle - first, right: last + 1n - middle }
}

/** Bit k is set when 2^k is among the sizes of the maximal aligned blocks of the interval. */
export function maximalBlocks(interval: Interval): bigint {
  const { left, right } = halvesOf(interval)
  return left | right
}

/** Start of the lowest maximal aligned block of exactly 2^sizeLog2 in the interval, which has one. */
export function maximalBlockStart(interval: Interval, sizeLog2: number): bigint {
  const { middle, left, right } = halvesOf(interval)
  const bit = 1n << BigInt(sizeLog2)
  // On the left smaller ones lie before it, on the right larger ones.
  if ((left & bit) !== 0n) return interval.first + (left & (bit - 1n))
  return middle + blockStart(right, sizeLog2 + 1)
}
