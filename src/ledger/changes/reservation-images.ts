// Reservations as history keeps them (images.ts). Histories of single addresses read as they did before CIDRs could be reserved.
import { formatAddress } from '../address/address-text.js'
import { formatCidr } from '../address/cidr-text.js'
import { isSingleAddress } from '../address/range.js'
import type { Image } from '../entities.js'
import type { Reservation } from '../reservations/nouns.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'

/** `ip`: its first address. */
export function reservationImage(reservation: Reservation): Image {
  const { madeNetworkId } = reservation
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
    ...(isSingleAddress(reservation) ? {} : { cidr: formatCidr(reservation) }),
    ...(madeNetworkId === null ? {} : { made_network_id: madeNetworkId }),
    ...(reservation.isHidden ? { hidden: true } : {}),
  }
}

/** As a person would write it: `10.0.0.5` or `10.0.1.0/24`. */
export function reservationText(reservation: Reservation): string {
  const { family, first } = reservation
  return isSingleAddress(reservation) ? formatAddress(family, first) : formatCidr(reservation)
}
