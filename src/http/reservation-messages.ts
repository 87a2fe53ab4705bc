// What refusals about reservations say to people.
import type { ReservationRefusal } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'
import type { IdSpelling } from './messages.js'

type Told = Exclude<ReservationRefusal, { code: 'network-in-the-way' | 'range-taken' }>

export function reservationMessage(refusal: Told, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'reservation-not-found':
      return `Reservation not found: ${spell.other('reservation', refusal.id)}.`
    case 'reservation-ended':
      return `Reservation ${spell.other('reservation', refusal.id)} is over: ${refusal.status}.`
    case 'reservation-not-yours':
      return `Reservation ${spell.other('reservation', refusal.id)} is ${refusal.holder}'s; only that user or an admin may end it.`
    case 'address-in-no-network':
      return `Address ${refusal.ip} lies in no network.`
    case 'reservation-in-the-way':
      return `${refusal.cidr} cannot be created: ${refusal.ip} is reserved (${spell.other('reservation', refusal.reservationId)}), and would be all of it or not usable in it.`
    case 'reservation-active':
      return `Reservation ${spell.other('reservation', refusal.id)} is active: cancel it instead.`
    case 'reservation-covered':
      return `Reservation ${spell.other('reservation', refusal.id)} lies in the reservation of ${refusal.cidr} (${spell.other('reservation', refusal.coveringId)}); convert or cancel that one first.`
    default:
      return unreachable(refusal, 'refusal')
  }
}
