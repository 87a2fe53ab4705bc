// A claim for later: nobody but its holder is given what it keeps (LEDGER.md, Reservations; document 004, 2).
import type { Family } from '../entities.js'

export type ReservationStatus = 'active' | 'expired' | 'converted' | 'cancelled'

/** Of one address, in the most specific network that contains it; counted there as reserved while it is active. */
export type Reservation = {
  readonly id: number
  /** UUID, made by the surface that took the request. */
  readonly uid: string
  readonly networkId: number
  readonly vrfId: number
  readonly family: Family
  readonly first: bigint
  readonly reason: string | null
  /** Name of the user who holds it, and his id. */
  readonly holder: string
  readonly holderId: number | null
  readonly status: ReservationStatus
  readonly createdMs: number
  /** null = never. */
  readonly expiresMs: number | null
  /** When it expired, was converted or cancelled; null while active. */
  readonly endedMs: number | null
  /** What it was converted to. */
  readonly allocationId: number | null
  /** Why it was cancelled, in the words of whoever did. */
  readonly cancelReason: string | null
  readonly revision: number
}
