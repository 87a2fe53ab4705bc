// Networks by where they begin: what contains a CIDR is looked up once for each prefix length that there is.
import {
  addressBits,
  type Cidr,
  type Family,
  isSingleAddress,
  lastAddress,
  type Network,
} from '../../ledger/index.js'

export class NetworkIndex {
  readonly byId: ReadonlyMap<number, Network>
  readonly #byCidr: ReadonlyMap<string, Network>
  /** By space, in the order of their first addresses. */
  readonly #inOrder: ReadonlyMap<string, readonly Network[]>
  /** From the longest on. */
  readonly #lengths: Readonly<Record<Family, readonly number[]>>

  constructor(networks: readonly Network[]) {
    this.byId = new Map(networks.map(network => [network.id, network]))
    this.#byCidr = new Map(networks.map(network => [cidrKey(network.vrfId, network), network]))
    const sorted = [...networks].sort((a, b) => (a.first < b.first ? -1 : 1))
    const inOrder = new Map<string, Network[]>()
    for (const network of sorted) {
      const key = spaceKey(network.vrfId, network.family)
      const others = inOrder.get(key)
      if (others === undefined) inOrder.set(key, [network])
      else others.push(network)
    }
    this.#inOrder = inOrder
    const lengths = (family: Family) => {
      const found = networks.filter(network => network.family === family)
      return [...new Set(found.map(network => network.prefixLength))].sort((a, b) => b - a)
    }
    this.#lengths = { 4: lengths(4), 6: lengths(6) }
  }

  /** The most specific one that contains the CIDR, or equals it. */
  mostSpecific(vrfId: number, cidr: Cidr): Network | undefined {
    const { family, first } = cidr
    const bits = addressBits(family)
    for (const prefixLength of this.#lengths[family]) {
      if (prefixLength > cidr.prefixLength) continue
      const hostBits = BigInt(bits - prefixLength)
      const around = { family, first: (first >> hostBits) << hostBits, prefixLength }
      const network = this.#byCidr.get(cidrKey(vrfId, around))
      if (network !== undefined) return network
    }
    return undefined
  }

  /** One that lies in the CIDR or equals it; an address has none in it. */
  within(vrfId: number, cidr: Cidr): Network | undefined {
    if (isSingleAddress(cidr)) return undefined
    const exact = this.#byCidr.get(cidrKey(vrfId, cidr))
    if (exact !== undefined) return exact
    const networks = this.#inOrder.get(spaceKey(vrfId, cidr.family)) ?? []
    const last = lastAddress(cidr)
    for (let at = indexFrom(networks, cidr.first); at < networks.length; at += 1) {
      const network = networks[at] as Network
      if (network.first > last) return undefined
      if (network.prefixLength > cidr.prefixLength) return network
    }
    return undefined
  }
}

/** Index of the first that begins at the address or behind it. */
function indexFrom(networks: readonly Network[], address: bigint): number {
  let low = 0
  let high = networks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((networks[middle] as Network).first < address) low = middle + 1
    else high = middle
  }
  return low
}

function spaceKey(vrfId: number, family: Family): string {
  return `${vrfId} ${family}`
}

function cidrKey(vrfId: number, { family, first, prefixLength }: Cidr): string {
  return `${vrfId} ${family} ${first} ${prefixLength}`
}
