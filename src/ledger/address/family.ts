// The two address families: how wide an address is and which values it may have.
import type { Family } from '../entities.js'

export const IPV4_BITS = 32
export const IPV6_BITS = 128

const IPV4_LAST = (1n << 32n) - 1n
const IPV6_LAST = (1n << 128n) - 1n

/** Bits in an address: 32 or 128; also the longest prefix length. */
export function addressBits(family: Family): number {
  return family === 4 ? IPV4_BITS : IPV6_BITS
}

/** The family's highest address, 2^32-1 or 2^128-1. */
export function familyLast(family: Family): bigint {
  return family === 4 ? IPV4_LAST : IPV6_LAST
}
