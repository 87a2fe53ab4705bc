// What can be asked of reservations.
import type { AllocationFacts } from '../commands.js'
import type { RegionFacts } from '../regions/commands.js'

/** The address in its most specific network of the VRF; held by whoever asks. */
export type CreateReservationCommand = {
  readonly type: 'reservation.create'
  /** UUID, of the surface's making. */
  readonly uid: string
  readonly vrf: string
  readonly ip: string
  readonly reason: string | null
  /** null = never; what has passed is accepted and expires at once (CONTRACT.md D-23). */
  readonly expiresMs: number | null
}
/** Any CIDR, whether a network contains it or not; held by whoever asks. */
export type PlaceReservationCommand = {
  readonly type: 'reservation.place'
  /** UUID, of the surface's making. */
  readonly uid: string
  readonly vrf: string
  readonly cidr: string
  readonly reason: string | null
  /** Counts from the entry's time; null = never expires. */
  readonly ttlMs: number | null
}
/** The holder's: a /24 of 10.0.0.0/8 in the default VRF becomes a region, an address an allocation in its most specific network. */
export type ConvertReservationCommand = {
  readonly type: 'reservation.convert'
  readonly id: number
  readonly ifRevision: number | null
  readonly to:
    | { readonly region: RegionFacts }
    | {
        readonly host: {
          readonly hostname: string
          readonly description: string | null
          readonly tags: readonly string[]
          readonly facts: AllocationFacts
        }
      }
}
/** The holder's, or anybody's for who may administer. */
export type CancelReservationCommand = {
  readonly type: 'reservation.cancel'
  readonly id: number
  readonly ifRevision: number | null
  readonly reason: string | null
}
/** Hides one that expired or was converted; what it became stays (CONTRACT.md D-21). Said twice it changes nothing. */
export type DismissReservationCommand = {
  readonly type: 'reservation.dismiss'
  readonly id: number
  readonly ifRevision: number | null
}

export type ReservationCommand =
  | CreateReservationCommand
  | PlaceReservationCommand
  | ConvertReservationCommand
  | CancelReservationCommand
  | DismissReservationCommand
