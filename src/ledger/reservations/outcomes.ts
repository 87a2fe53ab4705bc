// What the ledger answers about reservations.
import type { Reservation, ReservationStatus } from './nouns.js'

export type ReservationRefusal =
  | { readonly code: 'reservation-not-found'; readonly id: number }
  | {
      readonly code: 'reservation-ended'
      readonly id: number
      readonly status: Exclude<ReservationStatus, 'active'>
    }
  /** Another one's, and the asker is no admin. */
  | { readonly code: 'reservation-not-yours'; readonly id: number; readonly holder: string }
  /** No network of the VRF contains the address. */
  | { readonly code: 'address-in-no-network'; readonly ip: string }
  /** A new network would be equal to the reserved address, or it would not be usable in it. */
  | {
      readonly code: 'reservation-in-the-way'
      readonly cidr: string
      readonly reservationId: number
      readonly ip: string
    }

export type ReservationResult = {
  readonly type: 'reservation'
  readonly reservation: Reservation
}
