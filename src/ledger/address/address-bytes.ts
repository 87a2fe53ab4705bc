// Addresses as the 16-byte big-endian blobs of the tables, whose byte order is address order.
import { assert } from '../../lib/index.js'
import { joinWords, splitWords } from './words.js'

export const ADDRESS_BYTES = 16

const words = new Uint32Array(4)

/** Big-endian, both families in 16 bytes: IPv4 10.0.0.1 is twelve zeros, then 0a 00 00 01. @param value 0 to 2^128-1. */
export function addressToBytes(value: bigint): Uint8Array {
  assert(value >= 0n && value >> 128n === 0n, 'an address is an integer from 0 to 2^128-1')
  const bytes = new Uint8Array(ADDRESS_BYTES)
  splitWords(value, words, 0, 4)
  for (let i = 0; i < 4; i++) {
    const word = words[i] ?? 0
    bytes[i * 4] = word >>> 24
    bytes[i * 4 + 1] = word >>> 16
    bytes[i * 4 + 2] = word >>> 8
    bytes[i * 4 + 3] = word
  }
  return bytes
}

/** The inverse of `addressToBytes`. @param bytes exactly 16 of them (a Buffer will do). */
export function bytesToAddress(bytes: Uint8Array): bigint {
  assert(bytes.length === ADDRESS_BYTES, 'an address blob has 16 bytes')
  return joinWords(wordAt(bytes, 0), wordAt(bytes, 4), wordAt(bytes, 8), wordAt(bytes, 12))
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  )
}
