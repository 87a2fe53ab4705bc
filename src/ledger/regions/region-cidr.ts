// Where a region may be: 10.X.Y.0/24.
import type { AddressRange, Cidr } from '../address/range.js'

export const REGION_PREFIX_LENGTH = 24
/** X and Y are 0 to 255. */
export const OCTET_VALUES = 256
const TEN = 10n
/** Hosts that a region has room for: its addresses without the network and the broadcast address. */
export const HOSTS_OF_REGION = 254

export function isRegionCidr({ family, first, prefixLength }: Cidr): boolean {
  return family === 4 && prefixLength === REGION_PREFIX_LENGTH && first >> 24n === TEN
}

export function regionCidr(x: number, y: number): Cidr {
  const first = (TEN << 24n) | BigInt((x << 16) | (y << 8))
  return { family: 4, first, prefixLength: REGION_PREFIX_LENGTH }
}

/** X of an address 10.X.Y.Z; `yOf` is its Y. */
export function xOf(first: bigint): number {
  return Number((first >> 16n) & 0xffn)
}

export function yOf(first: bigint): number {
  return Number((first >> 8n) & 0xffn)
}

/** All 10.X.Y.Z with X from xFirst to xLast. */
export function rangeOfX(xFirst: number, xLast: number): AddressRange {
  return { first: regionCidr(xFirst, 0).first, last: regionCidr(xLast, 255).first + 255n }
}
