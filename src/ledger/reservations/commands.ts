// What can be asked of reservations.

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
/** The holder's, or anybody's for who may administer. */
export type CancelReservationCommand = {
  readonly type: 'reservation.cancel'
  readonly id: number
  readonly ifRevision: number | null
  readonly reason: string | null
}

export type ReservationCommand = CreateReservationCommand | CancelReservationCommand
