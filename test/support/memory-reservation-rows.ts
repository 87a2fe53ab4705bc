// ReservationRows in a plain Map: the part of MemoryRows that keeps reservations.
import type { Reservation, ReservationRows } from '../../src/ledger/index.js'
import { MemoryAlertRows } from './memory-alert-rows.js'

export class MemoryReservationRows extends MemoryAlertRows implements ReservationRows {
  #reservations = new Map<number, Reservation>()

  reservation(id: number): Reservation | null {
    return this.#reservations.get(id) ?? null
  }

  insertReservation(reservation: Reservation): void {
    const { id } = reservation
    if (this.#reservations.has(id)) throw new Error(`reservation ${id} is inserted twice`)
    this.#reservations.set(id, reservation)
  }

  updateReservation(reservation: Reservation): void {
    const { id } = reservation
    if (!this.#reservations.has(id)) throw new Error(`reservation ${id} has no row to replace`)
    this.#reservations.set(id, reservation)
  }

  reservationsIn(networkId: number, first: bigint, last: bigint, limit: number): Reservation[] {
    return this.activeReservations()
      .filter(one => one.networkId === networkId && first <= one.first && one.first <= last)
      .sort((a, b) => (a.first < b.first ? -1 : 1))
      .slice(0, limit)
  }

  dueReservations(timeMs: number, limit: number): Reservation[] {
    const due = (one: Reservation) => one.expiresMs ?? Number.POSITIVE_INFINITY
    return this.activeReservations()
      .filter(one => due(one) <= timeMs)
      .sort((a, b) => due(a) - due(b) || a.id - b.id)
      .slice(0, limit)
  }

  /** Every reservation there ever was, in id order. */
  reservations(): readonly Reservation[] {
    return [...this.#reservations.values()].sort((a, b) => a.id - b.id)
  }

  protected activeReservations(): Reservation[] {
    return this.reservations().filter(one => one.status === 'active')
  }

  /** @returns how to come back to what there is now. */
  protected saveReservations(): () => void {
    const reservations = new Map(this.#reservations)
    return () => {
      this.#reservations = reservations
    }
  }
}
