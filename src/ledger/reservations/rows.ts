// What the ledger asks of the rows of reservations.
import type { Reservation } from './nouns.js'

export interface ReservationRows {
  reservation(id: number): Reservation | null
  insertReservation(reservation: Reservation): void
  /** Replaces the row of that id. */
  updateReservation(reservation: Reservation): void
  /** Active ones directly in the network from first to last, in address order, at most `limit`. */
  reservationsIn(networkId: number, first: bigint, last: bigint, limit: number): Reservation[]
  /** Active ones with expiresMs <= timeMs in (expiresMs, id) order, at most `limit`. */
  dueReservations(timeMs: number, limit: number): Reservation[]
}
