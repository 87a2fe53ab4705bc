// What the nodes of the interval tree hold, as 32-bit words:
//
//                 first          run           block
//   in a leaf     first address  size - 1      largest aligned block   of one interval
//   in a branch   the lowest     the longest   the largest             of everything below one child
//
// `first` and `run` take `width` words each, highest first (size - 1, so that 2^128 fits); `block` is an exponent.
import { joinWords, splitWords } from '../address/words.js'
import { largestBlock } from './aligned-block.js'

/** Integers first..last, both included. */
export type Interval = { readonly first: bigint; readonly last: bigint }

/** A key is 128 bits at most. */
export const KEY_WORDS_MAX = 4

/** Scratch of encodeEntry. */
const lastKey = new Uint32Array(KEY_WORDS_MAX)

export function entryWords(width: number): number {
  return width * 2 + 1
}

/** Writes the leaf entry of first..last over `entry`. */
export function encodeEntry(entry: Uint32Array, interval: Interval, width: number): void {
  splitWords(interval.first, entry, 0, width)
  splitWords(interval.last - interval.first, entry, width, width)
  splitWords(interval.last, lastKey, 0, width)
  entry[width * 2] = largestBlock(entry, lastKey, width)
}

/** Below, at or above zero as the key at a[i ..] is below, at or above that at b[j ..]. */
export function compareKeys(
  a: Uint32Array,
  i: number,
  b: Uint32Array,
  j: number,
  width: number,
): number {
  for (let k = 0; k < width; k++) {
    const difference = (a[i + k] as number) - (b[j + k] as number)
    if (difference !== 0) return difference
  }
  return 0
}

export function readKey(words: Uint32Array, at: number, width: number): bigint {
  const end = at + width
  return joinWords(
    width > 3 ? (words[end - 4] as number) : 0,
    width > 2 ? (words[end - 3] as number) : 0,
    width > 1 ? (words[end - 2] as number) : 0,
    words[end - 1] as number,
  )
}
