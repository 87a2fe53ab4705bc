// Who has addresses in a range of a network: claims, reservations and the gateway, merged in address order. None overlaps another: of a
// reserved CIDR it gives the parts between the addresses in it that are reserved themselves.
import {
  type AddressRange,
  isSingleAddress,
  type LedgerRows,
  lastAddress,
  type Network,
  type Reservation,
  rangeContains,
} from '../ledger/index.js'
import type { Occupant } from './reads.js'

export type OccupantRange = {
  readonly first: bigint
  readonly last: bigint
  readonly limit: number
}

/** At most `limit` of each kind are read: what is cut off lies behind all that is given. */
export function occupantsOf(
  network: Network,
  rows: Pick<LedgerRows, 'claimsIn' | 'reservationsIn'>,
  { first, last, limit }: OccupantRange,
): Occupant[] {
  const claims = rows.claimsIn(network.id, first, last, limit)
  const occupants: Occupant[] = claims.map(allocation => {
    return { kind: allocation.status === 'allocated' ? 'allocation' : 'hold', allocation }
  })
  // A CIDR that gives no part has two addresses or more in it: so many rows are enough for as many parts as are asked for.
  const reservations = rows.reservationsIn(network.id, first, last, 2 * limit + 2)
  const isCut = reservations.length === 2 * limit + 2
  const end = isCut ? (reservations.at(-1) as Reservation).first : last
  occupants.push(...reservedParts(reservations, { first, last: end }))
  const address = network.subnet?.gateway ?? null
  if (address !== null && rangeContains({ first, last }, { first: address, last: address })) {
    const isTaken = claims.some(claim => claim.first <= address && address <= claim.last)
    if (!isTaken) occupants.push({ kind: 'gateway', network, address })
  }
  return occupants.sort(inAddressOrder).slice(0, limit)
}

/** The addresses that it has, in the range that was asked for. */
export function rangeOfOccupant(occupant: Occupant): AddressRange {
  switch (occupant.kind) {
    case 'gateway':
      return { first: occupant.address, last: occupant.address }
    case 'reservation': {
      const { part, reservation } = occupant
      return part ?? { first: reservation.first, last: lastAddress(reservation) }
    }
    default:
      return occupant.allocation
  }
}

/** @param reservations that overlap the range, a CIDR before the addresses in it */
function reservedParts(reservations: readonly Reservation[], range: AddressRange): Occupant[] {
  const parts: Occupant[] = []
  let around: Reservation | null = null
  // Behind what was given, or is not asked for.
  let next = range.first
  const close = (before: bigint) => {
    if (around === null) return
    const end = lastAddress(around)
    const last = end < before ? end : before - 1n
    if (next <= last) {
      parts.push({ kind: 'reservation', reservation: around, part: { first: next, last } })
    }
    if (end < before) around = null
    else next = before + 1n
  }
  for (const reservation of reservations) {
    close(reservation.first)
    if (isSingleAddress(reservation)) {
      parts.push({ kind: 'reservation', reservation })
    } else {
      around = reservation
      if (next < reservation.first) next = reservation.first
    }
  }
  close(range.last + 1n)
  return parts
}

function inAddressOrder(a: Occupant, b: Occupant): number {
  return rangeOfOccupant(a).first < rangeOfOccupant(b).first ? -1 : 1
}
