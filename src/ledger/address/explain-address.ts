// Why a text is no address. Apart from the parsers, which must be quick; this runs only after they refused.
import { parseAddress } from './address-text.js'
import { parseIpv4 } from './ipv4-text.js'

/** Longest piece of a client's text that is quoted back. */
const QUOTED_CHARACTERS_MAX = 45

/** Why `parseAddress` refuses the text, as a clause for a client: 'octet 300 is above 255'. null when it does not. */
export function explainAddress(text: string): string | null {
  if (parseAddress(text) !== null) return null
  if (text === '') return 'the address is empty'
  if (/\s/.test(text)) return 'there is a space in the address'
  return text.includes(':') ? explainIpv6(text) : explainIpv4(text)
}

/** `text` in quotes, cut when long. */
export function quoted(text: string): string {
  const short = text.length > QUOTED_CHARACTERS_MAX
  return `'${short ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}…` : text}'`
}

function explainIpv4(text: string): string {
  const octets = text.split('.')
  const word = octets.find(octet => !/^\d*$/.test(octet))
  if (word !== undefined && octets.length === 1) return `${quoted(text)} is not an address`
  if (word !== undefined) return `${quoted(word)} is not a decimal octet`
  if (octets.length !== 4) return `an IPv4 address has four octets, not ${octets.length}`
  const bad = octets.find(octet => parseIpv4(`0.0.0.${octet}`) < 0) ?? ''
  if (bad === '') return 'an octet is missing'
  return bad.startsWith('0')
    ? `octet ${bad.slice(0, QUOTED_CHARACTERS_MAX)} has a leading zero`
    : `octet ${bad} is above 255`
}

function explainIpv6(text: string): string {
  if (text.includes('%')) return 'a zone id (%) is not part of an address'
  if (text.includes(':::')) return "':::' is not allowed, only '::'"
  const gaps = text.split('::').length - 1
  if (gaps > 1) return "'::' may stand only once"
  if (/^:[^:]|[^:]:$/.test(text)) return "a single ':' may not begin or end the address"
  const groups = text.split(':').filter(group => group !== '')
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) continue
    if (!group.includes('.')) {
      return /^[0-9a-f]+$/i.test(group)
        ? `group ${quoted(group)} has more than four digits`
        : `${quoted(group)} is not a hexadecimal group`
    }
    if (i < groups.length - 1 || text.endsWith(':'))
      return 'an embedded IPv4 address may stand only at the end'
    if (parseIpv4(group) < 0) return `in the embedded IPv4 address ${explainIpv4(group)}`
  }
  const count = groups.length + (groups.at(-1)?.includes('.') ? 1 : 0)
  return gaps === 1 && count >= 8
    ? "'::' leaves no group to stand for"
    : `an IPv6 address has eight groups, not ${count}`
}
