// Addresses as text: strict parsing, and the one canonical spelling of each.
import type { Family } from '../entities.js'

export type Address = { readonly family: Family; readonly value: bigint }

/**
 * Reads one address, nothing around it. IPv4: four decimal octets without leading zeros. IPv6: every form of
 * RFC 4291, 2.2, in either case, with `::` for one or more groups and an IPv4 tail; no zone id.
 * @returns null when the text is anything else (`explainAddress` says why).
 */
export function parseAddress(text: string): Address | null {
  throw new Error(`not built yet ${text}`)
}

/** Canonical text: dotted decimal, or RFC 5952 with IPv4-mapped addresses (::ffff:0:0/96) in mixed notation (its section 5). */
export function formatAddress(family: Family, value: bigint): string {
  throw new Error(`not built yet ${family} ${value}`)
}

/** Why `parseAddress` refused the text, as a clause for a client: 'octet 300 is above 255'. */
export function explainAddress(text: string): string {
  throw new Error(`not built yet ${text}`)
}
