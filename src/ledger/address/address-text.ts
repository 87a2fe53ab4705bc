// Addresses as text: strict parsing, and the one canonical spelling of each.
import type { Family } from '../entities.js'
import { formatIpv4, parseIpv4 } from './ipv4-text.js'
import { formatIpv6, parseIpv6 } from './ipv6-text.js'

export type Address = { readonly family: Family; readonly value: bigint }

/**
 * Reads one address, nothing around it. IPv4: four decimal octets without leading zeros. IPv6: every form of
 * RFC 4291, 2.2, in either case, with `::` for one or more groups and an IPv4 tail; no zone id.
 * @returns null when the text is anything else (`explainAddress` says why).
 */
export function parseAddress(text: string): Address | null {
  if (text.includes(':')) {
    const value = parseIpv6(text)
    return value === null ? null : { family: 6, value }
  }
  const value = parseIpv4(text)
  return value < 0 ? null : { family: 4, value: BigInt(value) }
}

/** Canonical text: dotted decimal, or RFC 5952 with IPv4-mapped addresses (::ffff:0:0/96) in mixed notation (its section 5). */
export function formatAddress(family: Family, value: bigint): string {
  return family === 4 ? formatIpv4(Number(value)) : formatIpv6(value)
}
