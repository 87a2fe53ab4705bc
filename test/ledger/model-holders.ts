// Whose an address is, as the refusal of it says.
import {
  formatAddress,
  type Network,
  type Refusal,
  type Reservation,
} from '../../src/ledger/index.js'
import type { Now } from './model-refused.js'
import { type Cell, isLive } from './model-space.js'

const iso = (timeMs: number | null) => (timeMs === null ? null : new Date(timeMs).toISOString())

/** Who signed in holds by his id, and by nothing else. */
export function isHolder(now: Now, { holder, holderId }: Reservation): boolean {
  if (holderId === null && now.userId === null) return holder === now.actor
  return holderId === now.userId
}

export function takenAt(network: Network, { claim, reservation }: Cell, ip: string): Refusal {
  if (reservation !== null) return takenByReservation(reservation)
  if (claim === null) {
    const holder = { kind: 'gateway', id: network.id, hostname: null, until: null } as const
    return { code: 'address-taken', ip, holder }
  }
  const { id, hostname, expiresMs, heldUntilMs } = claim
  const live = isLive(claim)
  const until = iso(live ? expiresMs : heldUntilMs)
  const kind = live ? 'allocation' : 'hold'
  return { code: 'address-taken', ip, holder: { kind, id, hostname, until } }
}

export function takenByReservation({ id, family, first, ...one }: Reservation): Refusal {
  const ip = formatAddress(family, first)
  const holder = {
    kind: 'reservation',
    id,
    hostname: one.holder,
    until: iso(one.expiresMs),
  } as const
  return { code: 'address-taken', ip, holder }
}
