// CIDRs as text: forgiving about host bits, strict about everything else, and plain about what is wrong.
import { formatAddress, parseAddress } from './address-text.js'
import { explainAddress, quoted } from './explain-address.js'
import { addressBits } from './family.js'
import { type Cidr, hostBits } from './range.js'

/** `reason`: a clause that names what is wrong with the text, fit for a client: 'octet 300 is above 255'. */
export type CidrError = { readonly reason: string }

/**
 * Reads `address/length`; host bits are cleared. Tell the two answers apart by `'reason' in result`.
 * The length is decimal without leading zeros, at most 32 or 128; there is no default.
 */
export function parseCidr(text: string): Cidr | CidrError {
  const slash = text.indexOf('/')
  const addressText = slash < 0 ? text : text.slice(0, slash)
  const address = parseAddress(addressText)
  if (address === null) return { reason: explainAddress(addressText) ?? 'not an address' }
  if (slash < 0) return { reason: 'the prefix length is missing (as in 10.0.0.0/8)' }
  const lengthText = text.slice(slash + 1)
  if (lengthText === '') return { reason: 'the prefix length after the slash is missing' }
  if (!/^\d+$/.test(lengthText)) {
    return { reason: `prefix length ${quoted(lengthText)} is not a decimal number` }
  }
  if (lengthText.length > 1 && lengthText.startsWith('0')) {
    return { reason: `prefix length ${quoted(lengthText)} has a leading zero` }
  }
  const { family, value } = address
  const prefixLength = Number(lengthText)
  if (prefixLength > addressBits(family)) {
    return { reason: `prefix length ${quoted(lengthText)} is above ${addressBits(family)}` }
  }
  return { family, first: clearHostBits(value, hostBits(family, prefixLength)), prefixLength }
}

/** Canonical text, `10.0.0.0/8`. */
export function formatCidr(network: Cidr): string {
  return `${formatAddress(network.family, network.first)}/${network.prefixLength}`
}

function clearHostBits(value: bigint, bits: number): bigint {
  return (value >> BigInt(bits)) << BigInt(bits)
}
