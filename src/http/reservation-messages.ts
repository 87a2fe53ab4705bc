// What refusals about reservations say to people.
import type { ReservationRefusal } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'
import type { IdSpelling } from './messages.js'

export function reservationMessage(refusal: ReservationRefusal, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'reservation-not-found':
      return `Reservation ${spell.office('reservation', refusal.id)} not found.`
    case 'reservation-ended':
      return `Reservation ${spell.office('reservation', refusal.id)} is over: ${refusal.status}.`
    case 'reservation-not-yours':
      return `Reservation ${spell.office('reservation', refusal.id)} is ${refusal.holder}'s; only that user or an admin may end it.`
    case 'address-in-no-network':
      return `Address ${refusal.ip} lies in no network.`
    case 'reservation-in-the-way':
      return `${refusal.cidr} cannot be created: address ${refusal.ip} is reserved (${spell.office('reservation', refusal.reservationId)}), and would be all of it or not usable in it.`
    default:
      return unreachable(refusal, 'refusal')
  }
}
