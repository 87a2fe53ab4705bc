// How a reservation begins, moves and ends, in its row, in the address space and in history. Whether it may is decided before.
import { assert } from '../../lib/index.js'
import { type Cidr, isSingleAddress, networkRange } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { reservationImage } from '../changes/reservation-images.js'
import type { ChangeAction } from '../entities.js'
import type { Reservation } from '../reservations/nouns.js'
import type { CommandContext } from './command-context.js'

/** What a client says of it. */
export type ReservationFacts = Pick<Reservation, 'uid' | 'reason' | 'expiresMs'>

/** How a reservation ends, and what is said of it then. */
export type End = Partial<Pick<Reservation, 'allocationId' | 'madeNetworkId' | 'cancelReason'>> & {
  readonly status: Exclude<Reservation['status'], 'active'>
}

/** Addresses of one CIDR that are read at once. */
const ADDRESSES_AT_ONCE = 1000

/** @param place `node`: the most specific network that contains it; null: there is none */
export function reserve(
  context: CommandContext,
  place: { readonly node: NetworkNode | null; readonly vrfId: number; readonly cidr: Cidr },
  { uid, reason, expiresMs }: ReservationFacts,
): Reservation {
  const { rows, origin, timeMs, revision } = context
  const { node, vrfId, cidr } = place
  const reservation: Reservation = {
    id: rows.nextId('reservation'),
    uid,
    networkId: node?.network.id ?? null,
    vrfId,
    family: cidr.family,
    first: cidr.first,
    prefixLength: cidr.prefixLength,
    reason,
    holder: origin.actor,
    holderId: origin.userId ?? null,
    status: 'active',
    createdMs: timeMs,
    expiresMs,
    endedMs: null,
    allocationId: null,
    madeNetworkId: null,
    cancelReason: null,
    isHidden: false,
    revision,
  }
  rows.insertReservation(reservation)
  if (node !== null) context.space.reserve(node, networkRange(cidr))
  const after = reservationImage(reservation)
  context.record('reservation.created', 'reservation', reservation.id, null, after)
  return reservation
}

/** What it kept is free from now on, but for addresses in it that are reserved themselves: for everybody, or for what it becomes. */
export function freeReserved(context: CommandContext, reservation: Reservation): void {
  const { id, networkId } = reservation
  if (networkId === null) return
  const node = context.space.node(networkId)
  assert(node !== null, `active reservation ${id} lies in no network`)
  const within = isSingleAddress(reservation) ? [] : addressesIn(context, networkId, reservation)
  context.space.endReservation(node, networkRange(reservation), within)
}

/** Of what was freed before. @returns what it is now */
export function endReservation(
  context: CommandContext,
  reservation: Reservation,
  end: End,
): Reservation {
  const { timeMs: endedMs, revision } = context
  const after = { ...reservation, ...end, endedMs, revision }
  return replaceReservation(context, `reservation.${end.status}`, reservation, after)
}

/** To a network whose free space has its addresses taken for it already. */
export function moveReservation(
  context: CommandContext,
  reservation: Reservation,
  networkId: number,
): void {
  const { revision } = context
  const after = { ...reservation, networkId, revision }
  replaceReservation(context, 'reservation.moved', reservation, after)
}

/** @returns what it is now. */
export function replaceReservation(
  context: CommandContext,
  action: ChangeAction,
  before: Reservation,
  after: Reservation,
): Reservation {
  context.rows.updateReservation(after)
  const images = [reservationImage(before), reservationImage(after)] as const
  context.record(action, 'reservation', after.id, ...images)
  return after
}

/** Those reserved themselves in a reserved CIDR, in order. */
function addressesIn({ rows }: CommandContext, networkId: number, cidr: Cidr): bigint[] {
  const { first, last } = networkRange(cidr)
  const addresses: bigint[] = []
  for (let from = first; ; ) {
    const page = rows.reservationsIn(networkId, from, last, ADDRESSES_AT_ONCE)
    addresses.push(...page.filter(isSingleAddress).map(one => one.first))
    const end = page.at(-1)
    if (end === undefined || page.length < ADDRESSES_AT_ONCE || end.first === last) return addresses
    from = end.first + 1n
  }
}
