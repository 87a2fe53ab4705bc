// Reservations and gateways: each lies in its most specific network, or waits because there is none, and what is reserved is nobody
// else's, but for an address in a CIDR of the same holder (LEDGER.md, invariant 1). A gateway is not reserved.
import {
  type Cidr,
  type Family,
  formatAddress,
  formatCidr,
  isSingleAddress,
  lastAddress,
  type Network,
  networkRange,
  type Reservation,
  rangeContains,
  rangesOverlap,
  reservationText,
  usableRange,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { ClaimRows } from '../tables/claim-rows.js'
import { readNetworks } from '../tables/noun-rows.js'
import { readActiveReservations, SqliteReservationRows } from '../tables/reservation-rows.js'
import type { Findings } from './findings.js'
import { NetworkIndex } from './network-index.js'

type Found = (fault: string) => void
type Space = { readonly vrfId: number; readonly family: Family }

export function checkReservations(db: Database, findings: Findings): void {
  const networks = new NetworkIndex(readNetworks(db))
  const claims = new ClaimRows(db)
  const walk = new ReservationWalk()
  for (const reservation of readActiveReservations(db)) {
    const named = `Reservation ${reservation.id} (${reservationText(reservation)} in VRF ${reservation.vrfId})`
    const placed: Found = fault => findings.add('placement', `${named} ${fault}.`)
    const overlaps: Found = what => findings.add('overlap', `${named} is taken by ${what} too.`)
    checkPlace(reservation, networks, placed)
    const { networkId } = reservation
    const { first, last } = networkRange(reservation)
    const claim = networkId === null ? undefined : claims.claimsIn(networkId, first, last, 1)[0]
    if (claim !== undefined) overlaps(`allocation ${claim.id}`)
    const other = walk.visit(reservation)
    if (other !== null) overlaps(`reservation ${other.id}`)
  }
  checkGateways(networks, new SqliteReservationRows(db), findings)
}

/** Takes reservations in address order, and says which one before overlaps the one at hand though it may not. */
class ReservationWalk {
  #around: Reservation | null = null
  #address: Reservation | null = null

  visit(reservation: Reservation): Reservation | null {
    const other = [this.#address, this.#around].find(
      before => before !== null && overlap(before, reservation) && !mayNest(before, reservation),
    )
    if (isSingleAddress(reservation)) this.#address = reservation
    else this.#around = furthest(this.#around, reservation)
    return other ?? null
  }
}

/** Of two CIDRs the one that ends last: it is the one that a later address can lie in. */
function furthest(before: Reservation | null, next: Reservation): Reservation {
  if (before === null || !isSameSpace(before, next)) return next
  return lastAddress(before) > lastAddress(next) ? before : next
}

function mayNest(around: Reservation, inner: Reservation): boolean {
  const isHolders =
    around.holderId === inner.holderId &&
    (around.holderId !== null || around.holder === inner.holder)
  return isHolders && !isSingleAddress(around) && isSingleAddress(inner)
}

function overlap(a: Reservation, b: Reservation): boolean {
  return isSameSpace(a, b) && rangesOverlap(networkRange(a), networkRange(b))
}

function isSameSpace(a: Space, b: Space): boolean {
  return a.vrfId === b.vrfId && a.family === b.family
}

function checkPlace(reservation: Reservation, networks: NetworkIndex, found: Found): void {
  const { networkId, vrfId } = reservation
  const inside = networks.within(vrfId, reservation)
  if (inside !== undefined) found(`has the network ${formatCidr(inside)} in it`)
  if (networkId === null) {
    const around = networks.mostSpecific(vrfId, reservation)
    if (around !== undefined) found(`waits, and lies in the network ${formatCidr(around)}`)
    return
  }
  const network = networks.byId.get(networkId)
  if (network === undefined) found('lies in no network')
  else checkInNetwork(network, reservation, networks, found)
}

function checkGateways(
  networks: NetworkIndex,
  rows: SqliteReservationRows,
  findings: Findings,
): void {
  for (const network of networks.byId.values()) {
    const first = network.subnet?.gateway ?? null
    if (first === null) continue
    const { id, vrfId, family } = network
    const named = `The gateway ${formatAddress(family, first)} of network ${id}`
    const place = { vrfId, family, first, prefixLength: family === 4 ? 32 : 128 }
    checkInNetwork(network, place, networks, fault =>
      findings.add('placement', `${named} ${fault}.`),
    )
    const [other] = rows.reservationsIn(id, first, first, 1)
    if (other === undefined) continue
    findings.add('overlap', `${named} is taken by reservation ${other.id} too.`)
  }
}

/** An address is to be usable; a CIDR may have the edges too. */
function checkInNetwork(
  network: Network,
  place: Cidr & { readonly vrfId: number },
  networks: NetworkIndex,
  found: Found,
): void {
  const range = networkRange(place)
  if (!isSameSpace(network, place) || !rangeContains(networkRange(network), range)) {
    found(`lies outside its network ${formatCidr(network)}`)
    return
  }
  if (isSingleAddress(place) && !rangeContains(usableRange(network), range)) {
    found(`is not usable in its network ${formatCidr(network)}`)
  }
  const inner = networks.mostSpecific(place.vrfId, place)
  if (inner !== undefined && inner.prefixLength > network.prefixLength) {
    found(`lies in the more specific network ${formatCidr(inner)}`)
  }
}
