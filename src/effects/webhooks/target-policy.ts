// Which addresses a webhook may be sent to (CONTRACT.md, D-20): whoever registers a URL must not reach through this server what only
// this server can reach. Loopback and private addresses are allowed: what is told of an office network is told inside it.
import {
  type Address,
  type Cidr,
  lastAddress,
  networkRange,
  parseAddress,
  parseCidr,
  rangeContains,
} from '../../ledger/index.js'

/** What nobody serves webhooks on: link-local addresses, metadata of clouds, unspecified, multicast and broadcast addresses. */
const REFUSED = [
  '0.0.0.0/8',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '169.254.169.254/32',
  '192.0.0.192/32',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  'fe80::/10',
  'ff00::/8',
].map(cidrOf)

/** IPv6 addresses that stand for an IPv4 address, and how many bits stand behind it. */
const EMBEDDING = [
  // IPv4-mapped (RFC 4291, 2.5.5.2).
  { within: cidrOf('::ffff:0:0/96'), bitsBehind: 0n },
  // NAT64 (RFC 6052, 2.1).
  { within: cidrOf('64:ff9b::/96'), bitsBehind: 0n },
  // NAT64 of one's own network (RFC 8215), as most have it: a /96 of it.
  { within: cidrOf('64:ff9b:1::/48'), bitsBehind: 0n },
  // IPv4-translated (RFC 2765, 2.1).
  { within: cidrOf('::ffff:0:0:0/96'), bitsBehind: 0n },
  // 6to4 (RFC 3056, 2).
  { within: cidrOf('2002::/16'), bitsBehind: 80n },
]
const IPV4_MASK = 0xffff_ffffn

export class TargetPolicy {
  readonly #denied: readonly Cidr[]
  readonly #allowed: readonly Cidr[]

  /**
   * Both as addresses and CIDRs, checked by the configuration. @param deny always wins. @param allow lifts what is refused by
   * itself where it names it: a range that lies in the refused one.
   */
  constructor({
    deny,
    allow,
  }: { readonly deny: readonly string[]; readonly allow: readonly string[] }) {
    this.#denied = deny.map(cidrOf)
    this.#allowed = allow.map(cidrOf)
  }

  /** @param text an address as a resolver or a URL spells it, without brackets. @returns false also for what is no address */
  allows(text: string): boolean {
    const [bare = ''] = text.split('%', 1)
    const address = parseAddress(bare)
    if (address === null) return false
    return [address, ...embeddedIn(address)].every(each => this.#allowsOne(each))
  }

  #allowsOne(address: Address): boolean {
    if (this.#denied.some(range => contains(range, address))) return false
    const lifting = this.#allowed.filter(range => contains(range, address))
    return REFUSED.filter(range => contains(range, address)).every(refused =>
      lifting.some(range => liesIn(refused, range)),
    )
  }
}

/** The IPv4 address that an IPv6 address stands for: none or one. */
function embeddedIn(address: Address): readonly Address[] {
  if (address.family === 4) return []
  return EMBEDDING.filter(({ within }) => contains(within, address)).map(({ bitsBehind }) => ({
    family: 4,
    value: (address.value >> bitsBehind) & IPV4_MASK,
  }))
}

function contains(range: Cidr, { family, value }: Address): boolean {
  return range.family === family && range.first <= value && value <= lastAddress(range)
}

function liesIn(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && rangeContains(networkRange(outer), networkRange(inner))
}

/** @throws when it is neither an address nor a CIDR */
function cidrOf(text: string): Cidr {
  const whole = text.includes(':') ? '128' : '32'
  const cidr = parseCidr(text.includes('/') ? text : `${text}/${whole}`)
  if ('reason' in cidr) throw new Error(`${text} is no range of addresses: ${cidr.reason}`)
  return cidr
}
