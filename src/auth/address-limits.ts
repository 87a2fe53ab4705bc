// Where a token may be used from.
import { type Address, type Cidr, lastAddress, parseAddress, parseCidr } from '../ledger/index.js'

/** ::ffff:0:0/96 (RFC 4291, 2.5.5.2): how a dual-stack socket names an IPv4 client. */
const MAPPED_PREFIX = 0xffffn
const IPV4_BITS = 32n
const IPV4_MASK = (1n << IPV4_BITS) - 1n
const MAPPED_LENGTH = 96

/**
 * @param limits CIDRs of either family, IPv4 also in mapped notation; empty = anywhere
 * @param clientAddress as the socket names it, perhaps with a zone (`fe80::1%eth0`); null = unknown, and in no limit
 */
export function isAddressAllowed(limits: readonly string[], clientAddress: string | null): boolean {
  if (limits.length === 0) return true
  const address = clientAddress === null ? null : parseAddress(withoutZone(clientAddress))
  if (address === null) return false
  const plain = unmapAddress(address)
  return limits.some(limit => limitContains(limit, plain))
}

/** A limit that cannot be read admits nobody. */
function limitContains(limit: string, { family, value }: Address): boolean {
  const parsed = parseCidr(limit)
  if ('reason' in parsed) return false
  const cidr = unmapCidr(parsed)
  return cidr.family === family && cidr.first <= value && value <= lastAddress(cidr)
}

function withoutZone(text: string): string {
  const percent = text.indexOf('%')
  return percent < 0 ? text : text.slice(0, percent)
}

function unmapAddress(address: Address): Address {
  if (address.family === 4 || address.value >> IPV4_BITS !== MAPPED_PREFIX) return address
  return { family: 4, value: address.value & IPV4_MASK }
}

function unmapCidr(cidr: Cidr): Cidr {
  if (cidr.family === 4 || cidr.prefixLength < MAPPED_LENGTH) return cidr
  if (cidr.first >> IPV4_BITS !== MAPPED_PREFIX) return cidr
  return {
    family: 4,
    first: cidr.first & IPV4_MASK,
    prefixLength: cidr.prefixLength - MAPPED_LENGTH,
  }
}
