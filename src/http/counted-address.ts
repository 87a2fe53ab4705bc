// As what a client's address counts where requests are counted by it.
import { parseAddress } from '../ledger/index.js'

/** One household or office has a /64 of IPv6 and could count as 2^64 addresses. */
const IPV6_SHARED_BITS = 64n

/** @param text as the socket names it @returns one text for all that count together; empty when it is unknown */
export function countedAddress(text: string | null): string {
  const address = text === null ? null : parseAddress(text.split('%', 1)[0] ?? '')
  if (address === null) return ''
  return address.family === 4 ? String(address.value) : `/64 ${address.value >> IPV6_SHARED_BITS}`
}
