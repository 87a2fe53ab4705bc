// The slow and obvious address space: networks and allocations in lists, every question answered address by address.
import {
  type Allocation,
  type Family,
  isSingleAddress,
  lastAddress,
  type Network,
  type NetworkStatistics,
  networkRange,
  type Reservation,
  usableRange,
} from '../../src/ledger/index.js'

type Range = { readonly first: bigint; readonly last: bigint }

/** One address whose most specific network is the one asked about. */
export type Cell = {
  readonly address: bigint
  readonly usable: boolean
  readonly claim: Allocation | null
  /** Active: its own, or else that of a CIDR around it. */
  readonly reservation: Reservation | null
  /** Active, of a CIDR around it. */
  readonly covering: Reservation | null
  /** The network's gateway, and no claim has it. */
  readonly gateway: boolean
}

export const isFree = ({ claim, reservation, gateway }: Cell) =>
  claim === null && reservation === null && !gateway

export const isLive = (claim: Allocation) => claim.status === 'allocated'
export const isHeld = (claim: Allocation) => claim.heldUntilMs !== null
export const contains = (outer: Range, inner: Range) =>
  outer.first <= inner.first && inner.last <= outer.last
export const rangeOf = (network: Network): Range => {
  return { first: network.first, last: lastAddress(network) }
}

export const touches = (one: Range, other: Range) =>
  one.first <= other.last && other.first <= one.last

/** By address, what covers an address before the address. */
function outerFirst(a: Reservation, b: Reservation): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.prefixLength - b.prefixLength
}

export class ModelSpace {
  networks: Network[] = []
  allocations: Allocation[] = []
  reservations: Reservation[] = []

  network(id: number): Network | undefined {
    return this.networks.find(network => network.id === id)
  }

  allocation(id: number): Allocation | undefined {
    return this.allocations.find(allocation => allocation.id === id)
  }

  replace(allocation: Allocation): void {
    this.allocations = this.allocations.map(old => (old.id === allocation.id ? allocation : old))
  }

  replaceNetwork(network: Network): void {
    this.networks = this.networks.map(old => (old.id === network.id ? network : old))
  }

  /** Active ones directly in the network, in address order. */
  reserved(networkId: number): Reservation[] {
    return this.reservations
      .filter(one => one.networkId === networkId && one.status === 'active')
      .sort(outerFirst)
  }

  /** Active ones in no network. */
  waiting(family: Family): Reservation[] {
    return this.reservations
      .filter(one => one.networkId === null && one.family === family && one.status === 'active')
      .sort(outerFirst)
  }

  /** Larger networks that contain the range, the most specific one first. */
  around(vrfId: number, family: Family, range: Range, prefixLength: number): Network[] {
    return this.networks
      .filter(network => network.vrfId === vrfId && network.family === family)
      .filter(network => network.prefixLength < prefixLength && contains(rangeOf(network), range))
      .sort((a, b) => b.prefixLength - a.prefixLength)
  }

  parent(network: Network): Network | undefined {
    const { vrfId, family, prefixLength } = network
    return this.around(vrfId, family, rangeOf(network), prefixLength)[0]
  }

  /** Direct children, in address order. */
  children(network: Network): Network[] {
    return this.networks
      .filter(other => this.parent(other)?.id === network.id)
      .sort((a, b) => (a.first < b.first ? -1 : 1))
  }

  /** Live and held claims directly in the network that touch the range, in address order. */
  claims(networkId: number, range: Range): Allocation[] {
    return this.allocations
      .filter(claim => claim.networkId === networkId && (isLive(claim) || isHeld(claim)))
      .filter(claim => claim.first <= range.last && range.first <= claim.last)
      .sort((a, b) => (a.first < b.first ? -1 : 1))
  }

  /** The network's own addresses: those that are in no network inside it. */
  cells(network: Network): Cell[] {
    const range = rangeOf(network)
    const usable = usableRange(network)
    const inside = this.children(network).map(rangeOf)
    const claims = this.claims(network.id, range)
    const reserved = this.reserved(network.id)
    const covers = (address: bigint) => (other: Range) =>
      other.first <= address && address <= other.last
    const cells: Cell[] = []
    for (let address = range.first; address <= range.last; address += 1n) {
      if (inside.some(covers(address))) continue
      const claim = claims.find(covers(address)) ?? null
      const kept = reserved.filter(one => covers(address)(networkRange(one)))
      cells.push({
        address,
        usable: covers(address)(usable),
        claim,
        reservation: kept.at(-1) ?? null,
        covering: kept.find(one => !isSingleAddress(one)) ?? null,
        gateway: claim === null && network.subnet?.gateway === address,
      })
    }
    return cells
  }

  free(network: Network): bigint[] {
    return this.cells(network)
      .filter(cell => cell.usable && isFree(cell))
      .map(cell => cell.address)
  }

  /** Addresses that a block may have: all of the network's own where there is a pool. */
  freeForBlocks(network: Network): bigint[] {
    if (network.pool === null) return this.free(network)
    return this.cells(network)
      .filter(isFree)
      .map(cell => cell.address)
  }

  /** The lowest start, a multiple of `align`, of `size` addresses that are all among `addresses`. */
  lowest(addresses: readonly bigint[], size: bigint, align: bigint): bigint | null {
    const set = new Set(addresses)
    for (const start of addresses) {
      if (start % align !== 0n) continue
      let end = start
      while (end < start + size && set.has(end)) end += 1n
      if (end === start + size) return start
    }
    return null
  }

  statistics(network: Network): NetworkStatistics {
    const cells = this.cells(network).filter(cell => cell.usable)
    const count = (test: (cell: Cell) => boolean) => BigInt(cells.filter(test).length)
    const live = this.claims(network.id, rangeOf(network)).filter(isLive)
    const gateway = cells.find(cell => cell.gateway)?.address ?? -1n
    const last = live.at(-1)?.last ?? -1n
    const highest = gateway > last ? gateway : last
    return {
      networkId: network.id,
      total: BigInt(cells.length),
      allocated: count(cell => cell.gateway || (cell.claim !== null && isLive(cell.claim))),
      reserved: count(
        cell => cell.reservation !== null || (cell.claim !== null && isHeld(cell.claim)),
      ),
      available: count(isFree),
      firstAvailable: cells.find(isFree)?.address ?? null,
      lastAllocated: highest < 0n ? null : highest,
    }
  }
}
