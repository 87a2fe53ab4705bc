// CIDRs as text: forgiving about host bits, strict about everything else, and plain about what is wrong.
import type { Cidr } from './range.js'

/** `reason`: a clause that names what is wrong with the text, fit for a client: 'octet 300 is above 255'. */
export type CidrError = { readonly reason: string }

/**
 * Reads `address/length`; host bits are cleared. Tell the two answers apart by `'reason' in result`.
 * The length is decimal without leading zeros, at most 32 or 128; there is no default.
 */
export function parseCidr(text: string): Cidr | CidrError {
  throw new Error(`not built yet ${text}`)
}

/** Canonical text, `10.0.0.0/8`. */
export function formatCidr(network: Cidr): string {
  throw new Error(`not built yet ${network.first}`)
}
