// What time ends, as it must be decided: leases, then holds, then reservations.
import type { Allocation, Command, Reservation, Result } from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { isHeld, isLive } from './model-space.js'

type Expire = Extract<Command, { type: 'expire' }>

export function expire(claims: ModelClaims, { rowsMax }: Expire): Result {
  const { now, space } = claims
  const due = (dueMs: (claim: Allocation) => number | null) =>
    space.allocations
      .filter(claim => (dueMs(claim) ?? Number.POSITIVE_INFINITY) <= now.timeMs)
      .sort((a, b) => Number(dueMs(a)) - Number(dueMs(b)) || a.id - b.id)
  const leases = due(claim => (isLive(claim) ? claim.expiresMs : null))
  const holds = due(claim => (isHeld(claim) ? claim.heldUntilMs : null))
  const ends = ({ expiresMs }: Reservation) => expiresMs ?? Number.POSITIVE_INFINITY
  const reserved = space.reservations
    .filter(one => one.status === 'active' && ends(one) <= now.timeMs)
    .sort((a, b) => ends(a) - ends(b) || a.id - b.id)
  const all = [...leases, ...holds, ...reserved]
  const slice = all.slice(0, rowsMax)
  for (const claim of slice) {
    if ('uid' in claim) {
      const { timeMs: endedMs, revision } = now
      claims.putReservation({ ...claim, status: 'expired', endedMs, revision })
    } else if (isLive(claim)) claims.end(claim, 'expired')
    else claims.put({ ...claim, heldUntilMs: null, revision: now.revision })
  }
  return { type: 'slice', rows: slice.length, more: all.length > rowsMax }
}
