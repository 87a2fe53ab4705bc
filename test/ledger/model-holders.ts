// Whose an address is, as the refusal of it says.
import {
  type Allocation,
  type ClaimHolder,
  formatCidr,
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
  if (reservation !== null) return takenByReservation(reservation, ip)
  const holder = claim === null ? gatewayHolder(network) : claimHolder(claim)
  return { code: 'address-taken', ip, holder }
}

export function takenByReservation(reservation: Reservation, ip: string): Refusal {
  return { code: 'address-taken', ip, holder: reserver(reservation) }
}

export function gatewayHolder({ id }: Network): ClaimHolder {
  return { kind: 'gateway', id, hostname: null, until: null }
}

export function claimHolder(claim: Allocation): ClaimHolder {
  const { id, hostname, expiresMs, heldUntilMs } = claim
  const live = isLive(claim)
  const until = iso(live ? expiresMs : heldUntilMs)
  return { kind: live ? 'allocation' : 'hold', id, hostname, until }
}

export function reserver({ id, holder, expiresMs }: Reservation): ClaimHolder {
  return { kind: 'reservation', id, hostname: holder, until: iso(expiresMs) }
}

/** Of an address that is its holder's, but not as long as the CIDR around it is reserved too. */
export function coveredBy({ id }: Reservation, covering: Reservation): Refusal {
  return { code: 'reservation-covered', id, coveringId: covering.id, cidr: formatCidr(covering) }
}
