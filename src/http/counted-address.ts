// As what a client's address counts where requests are counted by it.
import { parseAddress } from '../ledger/index.js'

/** One household or office has a /64 of IPv6 and could count as 2^64 addresses. */
const IPV6_SHARED_BITS = 64n
/** ::ffff:0:0/96 (RFC 4291, 2.5.5.2): all of IPv4 would count as one /64. */
const MAPPED_PREFIX = 0xffffn
const IPV4_BITS = 32n

/** @param text as the socket names it @returns one text for all that count together; empty when it is unknown */
export function countedAddress(text: string | null): string {
  const address = text === null ? null : parseAddress(text.split('%', 1)[0] ?? '')
  if (address === null) return ''
  const { family, value } = address
  if (family === 6 && value >> IPV4_BITS !== MAPPED_PREFIX)
    return `/64 ${value >> IPV6_SHARED_BITS}`
  return String(BigInt.asUintN(Number(IPV4_BITS), value))
}
