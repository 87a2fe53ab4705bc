// How a range's addresses become keys of a tree: the free space and what indexes it use the same ones.
import { assert } from '../../lib/index.js'
import type { AddressRange } from '../address/range.js'

export type Keys = { readonly width: number; readonly origin: bigint }

/**
 * How a range's addresses become keys of the tree: as offsets from an origin that is aligned to 2^(32 width), in
 * `width` words, so that IPv4 has one word to compare and to keep, an IPv6 /64 two, a /32 three.
 */
export function keysOf(range: AddressRange): Keys {
  const { first, last } = range
  assert(0n <= first && first <= last && last >> 128n === 0n, 'a range lies in 0..2^128-1')
  let width = 1
  while (first >> BigInt(width * 32) !== last >> BigInt(width * 32)) width++
  const bits = BigInt(width * 32)
  return { width, origin: (first >> bits) << bits }
}
