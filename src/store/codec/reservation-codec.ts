// A reservation as a compact array, inside stored outcomes. What came with CIDRs stands behind the other fields, and only where it says
// something: an address that is reserved in a network is the same bytes as before.
import { addressBits, isSingleAddress, type Reservation } from '../../ledger/index.js'
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
    ...laterFields(reservation),
  ]
}

function laterFields(reservation: Reservation): unknown[] {
  const { madeNetworkId, isHidden } = reservation
  const prefixLength = isSingleAddress(reservation) ? null : reservation.prefixLength
  if (isHidden) return [prefixLength, madeNetworkId, true]
  if (madeNetworkId !== null) return [prefixLength, madeNetworkId]
  return prefixLength === null ? [] : [prefixLength]
}

export function readReservation(fields: Fields): Reservation {
  const before = {
    id: fields.count(),
    uid: fields.text(),
    networkId: fields.skipNull() ? null : fields.count(),
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
  const prefixLength = fields.more() ? fields.numberOrNull() : null
  return {
    ...before,
    prefixLength: prefixLength ?? addressBits(before.family),
    madeNetworkId: fields.more() ? fields.numberOrNull() : null,
    isHidden: fields.more() ? fields.boolean() : false,
  }
}
