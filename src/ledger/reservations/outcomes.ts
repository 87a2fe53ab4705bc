// What the ledger answers about reservations.
import type { Allocation, Network } from '../entities.js'
import type { ClaimHolder } from '../outcomes.js'
import type { Reservation, ReservationStatus } from './nouns.js'

export type ReservationRefusal =
  | { readonly code: 'reservation-not-found'; readonly id: number }
  | {
      readonly code: 'reservation-ended'
      readonly id: number
      readonly status: Exclude<ReservationStatus, 'active'>
    }
  /** It is active: cancel it. */
  | { readonly code: 'reservation-active'; readonly id: number }
  /** Another one's, and the asker is no admin. */
  | { readonly code: 'reservation-not-yours'; readonly id: number; readonly holder: string }
  /** No network of the VRF contains the address. */
  | { readonly code: 'address-in-no-network'; readonly ip: string }
  /** A new network would be equal to what is reserved or lie in it, or it would not be usable in the network. `ip`: address or CIDR. */
  | {
      readonly code: 'reservation-in-the-way'
      readonly cidr: string
      readonly reservationId: number
      readonly ip: string
    }
  /** What is to be reserved has a network equal to it or inside it. */
  | {
      readonly code: 'network-in-the-way'
      readonly cidr: string
      readonly networkId: number
      readonly network: string
    }
  /** Something in the CIDR that is to be reserved is somebody's: `taken`, an address or CIDR, by its holder. */
  | {
      readonly code: 'range-taken'
      readonly cidr: string
      readonly taken: string
      readonly holder: ClaimHolder
    }
  /** The address lies in a region reservation, which is to be converted or cancelled first. */
  | {
      readonly code: 'reservation-covered'
      readonly id: number
      readonly coveringId: number
      readonly cidr: string
    }

export type ReservationResult =
  | { readonly type: 'reservation'; readonly reservation: Reservation }
  | {
      readonly type: 'conversion'
      readonly reservation: Reservation
      /** One of the two; the other is null. */
      readonly network: Network | null
      readonly allocation: Allocation | null
    }
