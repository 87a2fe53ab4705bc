// ReservationRows in a plain Map: the part of MemoryRows that keeps reservations.
import {
  type AddressRange,
  networkRange,
  type Reservation,
  type ReservationRows,
  rangesOverlap,
} from '../../src/ledger/index.js'
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
    const active = this.activeReservations().filter(one => one.networkId === networkId)
    return overlapping(active, { first, last }).slice(0, limit)
  }

  reservationsOutside(
    { vrfId, family, ...range }: Parameters<ReservationRows['reservationsOutside']>[0],
    limit: number,
  ): Reservation[] {
    const waiting = this.activeReservations().filter(
      one => one.networkId === null && one.vrfId === vrfId && one.family === family,
    )
    return overlapping(waiting, range).slice(0, limit)
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

/** What covers an address before the address. */
function overlapping(reservations: readonly Reservation[], range: AddressRange): Reservation[] {
  return reservations
    .filter(one => rangesOverlap(networkRange(one), range))
    .sort((a, b) => {
      if (a.first !== b.first) return a.first < b.first ? -1 : 1
      return a.prefixLength - b.prefixLength
    })
}
