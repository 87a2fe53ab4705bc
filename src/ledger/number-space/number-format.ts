// What the numbers of each kind look like: how large they may be, who administers them, how they are written
// (RFC 4364, 4.2 and RFC 4360: route distinguishers and targets; RFC 5668: four-octet ASNs; 802.1Q: VLANs).
import { formatAddress, parseAddress } from '../address/address-text.js'
import type { NumberPool, RouteFormat } from '../entities.js'

/** What makes two pools pools of one space. */
export type NumberFormat = Pick<NumberPool, 'kind' | 'format' | 'administrator'>

export const ASN_MAX = 4_294_967_295
const ASN_TWO_OCTETS_MAX = 65_535

/** The lowest and the highest number there can be. */
export function numberLimits({ kind, format }: NumberFormat): {
  readonly first: number
  readonly last: number
} {
  if (kind === 'vlan') return { first: 1, last: 4094 }
  if (kind === 'asn') return { first: 1, last: ASN_MAX }
  return { first: 0, last: format === 0 ? 4_294_967_295 : 65_535 }
}

/** `65000:1000`, or the number alone for VLANs and ASNs. */
export function formatNumber({ kind, administrator }: NumberFormat, number: number): string {
  return kind === 'rt' || kind === 'rd' ? `${administrator}:${number}` : String(number)
}

/** The number of a text that is spelt exactly as `formatNumber` spells it; null for every other text. */
export function parseNumber(format: NumberFormat, text: string): number | null {
  const number = Number(text.slice(text.lastIndexOf(':') + 1))
  const { first, last } = numberLimits(format)
  const inside = Number.isInteger(number) && number >= first && number <= last
  return inside && formatNumber(format, number) === text ? number : null
}

/** Why the administrator cannot be one of an RT or RD of that format, as a clause; null when it can. */
export function explainAdministrator(format: RouteFormat, text: string): string | null {
  if (format === 1) {
    const address = parseAddress(text)
    const exact = address?.family === 4 && formatAddress(4, address.value) === text
    return exact ? null : 'must be an IPv4 address in format 1'
  }
  const max = format === 0 ? ASN_TWO_OCTETS_MAX : ASN_MAX
  const exact = /^[1-9]\d{0,9}$/.test(text) && Number(text) <= max
  return exact ? null : `must be an AS number from 1 to ${max} in format ${format}`
}
