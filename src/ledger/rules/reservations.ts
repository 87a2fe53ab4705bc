// Reservations: an address kept for its holder until it is cancelled, converted to an allocation, or over.
import { assert } from '../../lib/index.js'
import { type Address, formatAddress, parseAddress } from '../address/address-text.js'
import { explainAddress } from '../address/explain-address.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { nodeAtAddress } from '../address-space/tree-queries.js'
import { TIME_MS_MAX } from '../changes/iso-time.js'
import { reservationImage } from '../changes/reservation-images.js'
import type { Allocation, ChangeAction } from '../entities.js'
import type {
  CancelReservationCommand,
  CreateReservationCommand,
} from '../reservations/commands.js'
import type { Reservation } from '../reservations/nouns.js'
import { addressTaken, checkOwnAddress, isHeldByAsker } from './address-holders.js'
import { checkLine, checkRevision, checkText } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { isAdmin } from './ownership.js'

/** In code points. */
const REASON_CHARACTERS_MAX = 1000
const UID_CHARACTERS_MAX = 100

/** How a reservation ends, and what is said of it then. */
type End = Partial<Pick<Reservation, 'allocationId' | 'cancelReason'>> & {
  readonly status: Exclude<Reservation['status'], 'active'>
}

export function createReservation(
  context: CommandContext,
  command: CreateReservationCommand,
): Decision {
  const { ip, uid, reason, expiresMs } = command
  const address = parseAddress(ip)
  if (address === null) return invalid('ip', ip, explainAddress(ip) ?? 'not an address')
  const refused =
    checkLine('uid', uid, UID_CHARACTERS_MAX) ?? checkReason(reason) ?? checkExpiry(expiresMs)
  if (refused !== null) return refused
  const vrf = context.vrfs.named(command.vrf)
  if (vrf === null) return refuse({ code: 'vrf-not-found', vrf: command.vrf })
  const node = nodeAtAddress(context.space, vrf.id, address)
  const { value, family } = address
  if (node === null) {
    return refuse({ code: 'address-in-no-network', ip: formatAddress(family, value) })
  }
  const unfit = checkOwnAddress(context, node.network, address)
  if (unfit !== null) return unfit
  if (!node.space.isFree(value, value)) return addressTaken(context, node, value)
  return answer({ type: 'reservation', reservation: reserve(context, node, address, command) })
}

function reserve(
  context: CommandContext,
  node: NetworkNode,
  { family, value: first }: Address,
  { uid, reason, expiresMs }: CreateReservationCommand,
): Reservation {
  const { rows, origin, timeMs, revision } = context
  const { id: networkId, vrfId } = node.network
  const reservation: Reservation = {
    id: rows.nextId('reservation'),
    uid,
    networkId,
    vrfId,
    family,
    first,
    reason,
    holder: origin.actor,
    holderId: origin.userId ?? null,
    status: 'active',
    createdMs: timeMs,
    expiresMs,
    endedMs: null,
    allocationId: null,
    cancelReason: null,
    revision,
  }
  rows.insertReservation(reservation)
  context.space.reserve(node, first)
  const after = reservationImage(reservation)
  context.record('reservation.created', 'reservation', reservation.id, null, after)
  return reservation
}

export function cancelReservation(
  context: CommandContext,
  command: CancelReservationCommand,
): Decision {
  const { id, reason: cancelReason } = command
  const found = context.rows.reservation(id)
  if (found === null) return refuse({ code: 'reservation-not-found', id })
  const { status, holder } = found
  if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
  if (!isHeldByAsker(context, found) && !isAdmin(context)) {
    return refuse({ code: 'reservation-not-yours', id, holder })
  }
  const refused = checkRevision(command.ifRevision, found.revision) ?? checkReason(cancelReason)
  if (refused !== null) return refused
  return answer({ type: 'reservation', reservation: endCancelled(context, found, cancelReason) })
}

/** @param cancelReason as checked */
export function endCancelled(
  context: CommandContext,
  reservation: Reservation,
  cancelReason: string | null,
): Reservation {
  freeReserved(context, reservation)
  return endReservation(context, reservation, { status: 'cancelled', cancelReason })
}

export function expireReservation(context: CommandContext, reservation: Reservation): void {
  freeReserved(context, reservation)
  endReservation(context, reservation, { status: 'expired' })
}

/** Its address is free from now on: for everybody, or for the allocation that it is converted to. */
export function freeReserved(context: CommandContext, { id, networkId, first }: Reservation): void {
  const node = context.space.node(networkId)
  assert(node !== null, `active reservation ${id} lies in no network`)
  context.space.endReservation(node, first)
}

/** Its address was freed for the allocation, which has it by now. */
export function convertReservation(
  context: CommandContext,
  reservation: Reservation,
  { id: allocationId }: Allocation,
): void {
  endReservation(context, reservation, { status: 'converted', allocationId })
}

/** To a network whose free space has the address taken for it already. */
export function moveReservation(
  context: CommandContext,
  reservation: Reservation,
  networkId: number,
): void {
  const { revision } = context
  replaceReservation(context, 'reservation.moved', reservation, {
    ...reservation,
    networkId,
    revision,
  })
}

function endReservation(context: CommandContext, reservation: Reservation, end: End): Reservation {
  const { timeMs: endedMs, revision } = context
  const after = { ...reservation, ...end, endedMs, revision }
  return replaceReservation(context, `reservation.${end.status}`, reservation, after)
}

/** @returns what it is now. */
function replaceReservation(
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

function checkReason(reason: string | null): Decision | null {
  return reason === null ? null : checkText('reason', reason, REASON_CHARACTERS_MAX)
}

function checkExpiry(expiresMs: number | null): Decision | null {
  if (expiresMs === null) return null
  return Number.isSafeInteger(expiresMs) && expiresMs >= 0 && expiresMs <= TIME_MS_MAX
    ? null
    : invalid('expires_at', expiresMs, 'must be a time from 1970 on, before the year 10000')
}

export function placeReservation(_context: CommandContext, _command: unknown): Decision {
  throw new Error('to be built')
}

export function dismissReservation(_context: CommandContext, _command: unknown): Decision {
  throw new Error('to be built')
}
