// What the ledger asks of the rows of reservations.
import type { AddressRange } from '../address/range.js'
import type { Family } from '../entities.js'
import type { Reservation } from './nouns.js'

export interface ReservationRows {
  reservation(id: number): Reservation | null
  insertReservation(reservation: Reservation): void
  /** Replaces the row of that id. */
  updateReservation(reservation: Reservation): void
  /**
   * Active ones directly in the network that overlap first..last, in (first, prefixLength) order (what covers an address before the
   * address), at most `limit`.
   */
  reservationsIn(networkId: number, first: bigint, last: bigint, limit: number): Reservation[]
  /** The same of those that lie in no network. */
  reservationsOutside(
    site: { readonly vrfId: number; readonly family: Family } & AddressRange,
    limit: number,
  ): Reservation[]
  /** Active ones with expiresMs <= timeMs in (expiresMs, id) order, at most `limit`. */
  dueReservations(timeMs: number, limit: number): Reservation[]
}
