// Reservations as history keeps them (images.ts).
import { formatAddress } from '../address/address-text.js'
import type { Image } from '../entities.js'
import type { Reservation } from '../reservations/nouns.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'

export function reservationImage(reservation: Reservation): Image {
  return {
    id: reservation.id,
    uid: reservation.uid,
    network_id: reservation.networkId,
    ip: formatAddress(reservation.family, reservation.first),
    reason: reservation.reason,
    holder: reservation.holder,
    holder_id: reservation.holderId,
    status: reservation.status,
    created_at: isoTime(reservation.createdMs),
    expires_at: isoTimeOrNull(reservation.expiresMs),
    ended_at: isoTimeOrNull(reservation.endedMs),
    allocation_id: reservation.allocationId,
    cancel_reason: reservation.cancelReason,
    revision: reservation.revision,
  }
}
