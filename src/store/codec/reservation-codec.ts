// A reservation as a compact array, inside stored outcomes.
import type { Reservation } from '../../ledger/index.js'
import { familyOf } from './entity-codec.js'
import type { Fields } from './fields.js'
import { reservationStatuses } from './name-codes.js'

export function encodeReservation(reservation: Reservation): unknown[] {
  return [
    reservation.id,
    reservation.uid,
    reservation.networkId,
    reservation.vrfId,
    reservation.family,
    reservation.first,
    reservation.reason,
    reservation.holder,
    reservation.holderId,
    reservationStatuses.codeOf(reservation.status),
    reservation.createdMs,
    reservation.expiresMs,
    reservation.endedMs,
    reservation.allocationId,
    reservation.cancelReason,
    reservation.revision,
  ]
}

export function readReservation(fields: Fields): Reservation {
  return {
    id: fields.count(),
    uid: fields.text(),
    networkId: fields.count(),
    vrfId: fields.count(),
    family: familyOf(fields.number()),
    first: fields.bigint(),
    reason: fields.textOrNull(),
    holder: fields.text(),
    holderId: fields.numberOrNull(),
    status: reservationStatuses.nameOf(fields.count()),
    createdMs: fields.number(),
    expiresMs: fields.numberOrNull(),
    endedMs: fields.numberOrNull(),
    allocationId: fields.numberOrNull(),
    cancelReason: fields.textOrNull(),
    revision: fields.count(),
  }
}
