// Reservations of addresses and CIDRs: kept for their holder until cancelled, converted (reservation-conversion.ts), or over.
import { parseAddress } from '../address/address-text.js'
import { explainAddress } from '../address/explain-address.js'
import { addressBits } from '../address/family.js'
import { TIME_MS_MAX } from '../changes/iso-time.js'
import type {
  CancelReservationCommand,
  CreateReservationCommand,
  DismissReservationCommand,
  PlaceReservationCommand,
} from '../reservations/commands.js'
import type { Reservation } from '../reservations/nouns.js'
import { isHeldByAsker } from './address-holders.js'
import { checkLine, checkRevision, checkText, checkTtl } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { namedSite } from './networks.js'
import { isAdmin } from './ownership.js'
import {
  endReservation,
  freeReserved,
  type ReservationFacts,
  replaceReservation,
  reserve,
} from './reservation-life.js'
import { findPlace, type ReservationSite } from './reservation-placement.js'

/** In code points. */
const REASON_CHARACTERS_MAX = 1000
const PLACED_REASON_CHARACTERS_MAX = 500
const UID_CHARACTERS_MAX = 100

/** Only of an address that a network contains. */
export function createReservation(
  context: CommandContext,
  command: CreateReservationCommand,
): Decision {
  const { ip, uid, reason, expiresMs } = command
  const address = parseAddress(ip)
  if (address === null) return invalid('ip', ip, explainAddress(ip) ?? 'not an address')
  const refused =
    checkLine('uid', uid, UID_CHARACTERS_MAX) ??
    checkReason(reason, REASON_CHARACTERS_MAX) ??
    checkExpiry(expiresMs)
  if (refused !== null) return refused
  const vrf = context.vrfs.named(command.vrf)
  if (vrf === null) return refuse({ code: 'vrf-not-found', vrf: command.vrf })
  const { family, value: first } = address
  const cidr = { family, first, prefixLength: addressBits(family) }
  return place(context, { vrfId: vrf.id, cidr, mayWait: false }, command)
}

export function placeReservation(
  context: CommandContext,
  command: PlaceReservationCommand,
): Decision {
  const { uid, reason, ttlMs } = command
  const refused =
    checkLine('uid', uid, UID_CHARACTERS_MAX) ??
    checkReason(reason, PLACED_REASON_CHARACTERS_MAX) ??
    checkTtl(ttlMs, context.timeMs)
  if (refused !== null) return refused
  const site = namedSite(context, command.vrf, command.cidr)
  if ('ok' in site) return site
  const expiresMs = ttlMs === null ? null : context.timeMs + ttlMs
  return place(context, { ...site, mayWait: true }, { uid, reason, expiresMs })
}

function place(context: CommandContext, site: ReservationSite, facts: ReservationFacts): Decision {
  const found = findPlace(context, site)
  if ('ok' in found) return found
  const reservation = reserve(context, { ...site, node: found.node }, facts)
  return answer({ type: 'reservation', reservation })
}

export function cancelReservation(
  context: CommandContext,
  command: CancelReservationCommand,
): Decision {
  const { id, reason: cancelReason } = command
  const found = context.rows.reservation(id)
  if (found === null) return refuse({ code: 'reservation-not-found', id })
  const { status } = found
  if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
  const refused =
    checkMine(context, found) ??
    checkRevision(command.ifRevision, found.revision) ??
    checkReason(cancelReason, REASON_CHARACTERS_MAX)
  if (refused !== null) return refused
  const reservation = endCancelled(context, found, cancelReason)
  return answer({ type: 'reservation', reservation })
}

/** Whoever holds it. @returns what it is now */
export function endCancelled(
  context: CommandContext,
  reservation: Reservation,
  cancelReason: string | null,
): Reservation {
  freeReserved(context, reservation)
  return endReservation(context, reservation, { status: 'cancelled', cancelReason })
}

/** Of one that was cancelled, or hidden before, there is nothing left to hide. */
export function dismissReservation(
  context: CommandContext,
  { id, ifRevision }: DismissReservationCommand,
): Decision {
  const found = context.rows.reservation(id)
  if (found === null) return refuse({ code: 'reservation-not-found', id })
  const refused = checkMine(context, found)
  if (refused !== null) return refused
  if (found.status === 'active') return refuse({ code: 'reservation-active', id })
  const stale = checkRevision(ifRevision, found.revision)
  if (stale !== null) return stale
  const isOver = found.isHidden || found.status === 'cancelled'
  const reservation = isOver ? found : hide(context, found)
  return answer({ type: 'reservation', reservation })
}

function hide(context: CommandContext, found: Reservation): Reservation {
  const after = { ...found, isHidden: true, revision: context.revision }
  return replaceReservation(context, 'reservation.dismissed', found, after)
}

export function expireReservation(context: CommandContext, reservation: Reservation): void {
  freeReserved(context, reservation)
  endReservation(context, reservation, { status: 'expired' })
}

/** The holder's, or anybody's to who may administer. */
function checkMine(context: CommandContext, reservation: Reservation): Decision | null {
  if (isHeldByAsker(context, reservation) || isAdmin(context)) return null
  const { id, holder } = reservation
  return refuse({ code: 'reservation-not-yours', id, holder })
}

function checkReason(reason: string | null, charactersMax: number): Decision | null {
  return reason === null ? null : checkText('reason', reason, charactersMax)
}

function checkExpiry(expiresMs: number | null): Decision | null {
  if (expiresMs === null) return null
  return Number.isSafeInteger(expiresMs) && expiresMs >= 0 && expiresMs <= TIME_MS_MAX
    ? null
    : invalid('expires_at', expiresMs, 'must be a time from 1970 on, before the year 10000')
}
