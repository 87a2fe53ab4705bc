// What is asked of addresses, networks, reservations and alerts, answered the slow, obvious way from rows in memory.
import {
  type Address,
  type AddressRange,
  type Alert,
  type Allocation,
  type Cidr,
  familyLast,
  isSingleAddress,
  type Ledger,
  lastAddress,
  type Network,
  networkRange,
  type Reservation,
  rangeContains,
  rangeSize,
  rangesOverlap,
  usableRange,
} from '../../src/ledger/index.js'
import type { Occupant, PageRequest, Reads, Surroundings } from '../../src/store/index.js'
import type { MemoryRows } from './memory-rows.js'

const ALL = Number.POSITIVE_INFINITY

type AddressReads = Pick<
  Reads,
  | 'networkAt'
  | 'surroundings'
  | 'networksInTreeOrder'
  | 'utilization'
  | 'ownAddresses'
  | 'freeAddresses'
  | 'occupants'
  | 'reservation'
  | 'revisionTimeMs'
  | 'alert'
  | 'alertPage'
  | 'alertCount'
  | 'openAlertPage'
  | 'alertsToMail'
  | 'endingPage'
  | 'conflictPage'
>

export class MemoryAddressReads implements AddressReads {
  constructor(
    readonly rows: MemoryRows,
    readonly ledger: Ledger,
  ) {}

  networkAt(vrfId: number, { family, value }: Address): Network | null {
    const around = this.#networks(vrfId).filter(
      network =>
        network.family === family &&
        rangeContains(networkRange(network), { first: value, last: value }),
    )
    return around.at(-1) ?? null
  }

  surroundings(vrfId: number, cidr: Cidr, insideMax: number): Surroundings {
    const range = networkRange(cidr)
    const ofFamily = this.#networks(vrfId).filter(network => network.family === cidr.family)
    const exact = ofFamily.find(network => isSame(network, cidr)) ?? null
    const others = ofFamily.filter(network => network !== exact)
    const containing = others.filter(network => rangeContains(networkRange(network), range))
    const within = others.filter(
      network =>
        rangeContains(range, networkRange(network)) && network.prefixLength > cidr.prefixLength,
    )
    const inside = within.filter(
      inner =>
        !within.some(
          outer => outer !== inner && rangeContains(networkRange(outer), networkRange(inner)),
        ),
    )
    return { exact, containing, inside: inside.slice(0, insideMax) }
  }

  networksInTreeOrder(vrfId: number): Iterable<Network> {
    return this.#networks(vrfId)
  }

  utilization(networkId: number): number {
    const figures = this.ledger.statistics(networkId)
    if (figures === null || figures.total === 0n) return 0
    return Number((figures.allocated * 20_000n + figures.total) / (figures.total * 2n))
  }

  ownAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[] {
    return sliceOf(this.#own(networkId), skip, limit)
  }

  freeAddresses(networkId: number, skip: bigint, limit: number): readonly AddressRange[] {
    const network = this.ledger.network(networkId)
    if (network === null) return []
    const taken = this.occupants(networkId, network.first, lastAddress(network), ALL)
    return sliceOf(without(this.#own(networkId), taken.map(rangeOf)), skip, limit)
  }

  occupants(networkId: number, first: bigint, last: bigint, limit: number): readonly Occupant[] {
    const network = this.ledger.network(networkId)
    if (network === null) return []
    const { rows } = this
    const found: Occupant[] = [
      ...rows.claimsIn(networkId, first, last, limit).map(claimOccupant),
      ...reservedParts(rows.reservationsIn(networkId, first, last, ALL), { first, last }),
    ]
    const address = network.subnet?.gateway ?? null
    if (address !== null && first <= address && address <= last) {
      const gateway = { kind: 'gateway', network, address } as const
      if (!found.some(other => rangesOverlap(rangeOf(other), rangeOf(gateway)))) found.push(gateway)
    }
    return found.sort(inAddressOrder).slice(0, limit)
  }

  reservation(id: number) {
    return this.rows.reservation(id)
  }

  revisionTimeMs(revision: number): number | null {
    return this.rows.changes().find(change => change.revision === revision)?.timeMs ?? null
  }

  alert(id: number): Alert | null {
    return this.rows.alert(id)
  }

  alertPage({ open }: { open: boolean }, { afterId, limit }: PageRequest): readonly Alert[] {
    return this.#alerts(open)
      .filter(({ id }) => afterId === 0 || id < afterId)
      .reverse()
      .slice(0, limit)
  }

  alertCount({ open }: { open: boolean }): number {
    return this.#alerts(open).length
  }

  openAlertPage({ afterId, limit }: PageRequest): readonly Alert[] {
    return this.#alerts(true)
      .filter(({ id }) => id > afterId)
      .slice(0, limit)
  }

  alertsToMail(limit: number): readonly Alert[] {
    return this.#alerts(false)
      .filter(({ mails, mailed }) => mailed < mails)
      .slice(0, limit)
  }

  endingPage(
    untilMs: number,
    after: { readonly expiresMs: number; readonly id: number } | null,
    limit: number,
  ): readonly Allocation[] {
    return this.rows
      .expiredClaims(untilMs, Number.POSITIVE_INFINITY)
      .filter(({ id, expiresMs }) => {
        if (after === null || expiresMs === null) return true
        return expiresMs > after.expiresMs || (expiresMs === after.expiresMs && id > after.id)
      })
      .slice(0, limit)
  }

  conflictPage({ afterId, limit }: PageRequest): readonly Allocation[] {
    return this.rows
      .allocations()
      .filter(({ id, status }) => id > afterId && status === 'allocated')
      .filter(({ details }) => details !== null && details.formerMacs.length > 0)
      .slice(0, limit)
  }

  /** In tree order, as the memory has no other. */
  #networks(vrfId: number): readonly Network[] {
    return this.rows
      .image()
      .networks.filter(network => network.vrfId === vrfId)
      .sort(inTreeOrder)
  }

  #own(networkId: number): AddressRange[] {
    const network = this.ledger.network(networkId)
    if (network === null) return []
    return without([usableRange(network)], this.ledger.childNetworks(networkId).map(networkRange))
  }

  /** In id order. @param onlyOpen else all of them */
  #alerts(onlyOpen: boolean): readonly Alert[] {
    const ids = this.rows.changes().flatMap(change => {
      return change.entity === 'alert' ? [change.entityId] : []
    })
    return [...new Set(ids)]
      .sort((one, other) => one - other)
      .map(id => this.rows.alert(id))
      .filter(alert => alert !== null)
      .filter(({ resolvedMs }) => !onlyOpen || resolvedMs === null)
  }
}

/** The addresses that it has. */
export function rangeOf(occupant: Occupant): AddressRange {
  switch (occupant.kind) {
    case 'gateway':
      return { first: occupant.address, last: occupant.address }
    case 'reservation':
      return occupant.part ?? networkRange(occupant.reservation)
    default:
      return occupant.allocation
  }
}

/** Of a CIDR, what no address in it has for itself. */
function reservedParts(reservations: readonly Reservation[], asked: AddressRange): Occupant[] {
  const gone = reservations.filter(isSingleAddress).map(networkRange)
  const outside = [
    { first: 0n, last: asked.first - 1n },
    { first: asked.last + 1n, last: familyLast(6) },
  ]
  return reservations.flatMap((reservation): Occupant[] => {
    if (isSingleAddress(reservation)) return [{ kind: 'reservation', reservation }]
    return without([networkRange(reservation)], [...outside, ...gone]).map(part => {
      return { kind: 'reservation', reservation, part }
    })
  })
}

function claimOccupant(allocation: Allocation): Occupant {
  return { kind: allocation.status === 'allocated' ? 'allocation' : 'hold', allocation }
}

function inAddressOrder(left: Occupant, right: Occupant): number {
  return rangeOf(left).first < rangeOf(right).first ? -1 : 1
}

function inTreeOrder(left: Network, right: Network): number {
  if (left.family !== right.family) return left.family - right.family
  if (left.first !== right.first) return left.first < right.first ? -1 : 1
  return left.prefixLength - right.prefixLength
}

function isSame(network: Network, cidr: Cidr): boolean {
  return network.first === cidr.first && network.prefixLength === cidr.prefixLength
}

/** What is left of the ranges; both in address order. */
function without(ranges: readonly AddressRange[], gone: readonly AddressRange[]): AddressRange[] {
  let left = [...ranges]
  for (const hole of gone)
    left = left.flatMap(range => {
      if (!rangesOverlap(range, hole)) return [range]
      return [
        { first: range.first, last: hole.first - 1n },
        { first: hole.last + 1n, last: range.last },
      ].filter(({ first, last }) => first <= last)
    })
  return left
}

function sliceOf(ranges: readonly AddressRange[], skip: bigint, limit: number): AddressRange[] {
  const found: AddressRange[] = []
  let [toSkip, wanted] = [skip, BigInt(limit)]
  for (const range of ranges) {
    if (wanted === 0n) break
    const size = rangeSize(range)
    const skipped = toSkip < size ? toSkip : size
    toSkip -= skipped
    const taken = size - skipped < wanted ? size - skipped : wanted
    wanted -= taken
    const first = range.first + skipped
    if (taken > 0n) found.push({ first, last: first + taken - 1n })
  }
  return found
}
