// Who has addresses in a range of a network: claims, reservations and the gateway, merged in address order.
import { type LedgerRows, type Network, rangeContains } from '../ledger/index.js'
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
  for (const reservation of rows.reservationsIn(network.id, first, last, limit)) {
    occupants.push({ kind: 'reservation', reservation })
  }
  const address = network.subnet?.gateway ?? null
  if (address !== null && rangeContains({ first, last }, { first: address, last: address })) {
    const isTaken = claims.some(claim => claim.first <= address && address <= claim.last)
    if (!isTaken) occupants.push({ kind: 'gateway', network, address })
  }
  return occupants.sort(inAddressOrder).slice(0, limit)
}

function inAddressOrder(a: Occupant, b: Occupant): number {
  return firstOf(a) < firstOf(b) ? -1 : 1
}

/** They never overlap: the first address says which comes first. */
function firstOf(occupant: Occupant): bigint {
  if (occupant.kind === 'gateway') return occupant.address
  return occupant.kind === 'reservation' ? occupant.reservation.first : occupant.allocation.first
}
