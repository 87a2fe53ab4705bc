// Which reservation a path names, as far as whoever asks may know of it (CONTRACT.md D-5, D-21, D-22).
import { permits } from '../../../auth/index.js'
import { IPV4_BITS, type Reservation, type User } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { notFound } from './found.js'

const REGION_BITS = 24
/** Of 10.0.0.0/8. */
const TEN = 10n
const TEN_SHIFT = 24n

/** One's own, or anybody's for an admin; neither cancelled nor hidden. The caller has awaited a read. @throws ApiError 404 */
export function findReservation(call: Call, uid: string): Reservation {
  const reservation = everReservation(call, uid)
  if (reservation.isHidden || reservation.status === 'cancelled') throw notFound('reservation', uid)
  return reservation
}

/** Also one that is gone. @throws ApiError 404 */
export function everReservation(call: Call, uid: string): Reservation {
  const reservation = call.app.store.reads.regions.reservationByUid(uid.toLowerCase())
  if (reservation === null || !isOfDocument(reservation)) throw notFound('reservation', uid)
  const { id, role } = callerOf(call)
  if (reservation.holderId !== id && !permits(role, 'admin')) throw notFound('reservation', uid)
  return reservation
}

/** On this surface everybody has signed in. */
export function callerOf({ caller }: Call): User {
  if (caller === null) throw new Error('A route without a token asked whose it is.')
  return caller.user
}

export function isRegionSized({ prefixLength }: Reservation): boolean {
  return prefixLength === REGION_BITS
}

function isOfDocument(reservation: Reservation): boolean {
  const { family, first, prefixLength } = reservation
  if (family !== 4 || first >> TEN_SHIFT !== TEN) return false
  return isRegionSized(reservation) || prefixLength === IPV4_BITS
}
