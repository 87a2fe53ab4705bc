// Proxies whose X-Forwarded-For is believed. Each appends whom it was asked by, so the list is read from its end: the first
// address that is no trusted proxy is the client. What stands before it is the client's own word, and nothing is made of it.
import { BlockList, isIP } from 'node:net'

/** Addresses that are looked at in one header; more proxies in a row nobody has. */
const HOPS_MAX = 32

export class TrustedProxies {
  readonly #ranges = new BlockList()

  /** @param ranges addresses and CIDRs, checked by the configuration */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', length] = range.split('/')
      const family = familyOf(address)
      if (length === undefined) this.#ranges.addAddress(address, family)
      else this.#ranges.addSubnet(address, Number(length), family)
    }
  }

  /** @param peer the other end of the connection. @param forwarded the header as it came */
  clientBehind(peer: string, forwarded: string): string {
    let client = peer
    for (const hop of forwarded.split(',').slice(-HOPS_MAX).reverse()) {
      if (!this.trusts(client)) return client
      const address = withoutPort(hop.trim())
      if (isIP(address) === 0) return client
      client = address
    }
    return client
  }

  /** An address of one link (`fe80::1%eth0`) counts without its zone. */
  trusts(client: string): boolean {
    const [address = ''] = client.split('%', 1)
    return this.#ranges.check(address, familyOf(address))
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` are written by some proxies. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)
  if (bracketed !== null) return bracketed[1] ?? ''
  return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text
}
