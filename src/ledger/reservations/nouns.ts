// A claim for later: nobody but its holder is given what it keeps (LEDGER.md, Reservations; documents 004, 2, and 001, 1).
import type { Family } from '../entities.js'

export type ReservationStatus = 'active' | 'expired' | 'converted' | 'cancelled'

/**
 * Of one address or a CIDR. While it is active it lies in the most specific network that contains all of it, and counts there as
 * reserved; where there is no such network, it waits for one. No two overlap, but for an address in a CIDR of the same holder.
 */
export type Reservation = {
  readonly id: number
  /** UUID, made by the surface that took the request. */
  readonly uid: string
  /** null: no network contains it. */
  readonly networkId: number | null
  readonly vrfId: number
  readonly family: Family
  readonly first: bigint
  /** 32 or 128: one address. */
  readonly prefixLength: number
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
  readonly madeNetworkId: number | null
  /** Why it was cancelled, in the words of whoever did. */
  readonly cancelReason: string | null
  /** Its holder does not want to see it any more. */
  readonly isHidden: boolean
  readonly revision: number
}
