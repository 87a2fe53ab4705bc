// Reservations as they must be decided, the slow and obvious way.
import { type Command, parseAddress, type Reservation } from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { isHolder, takenAt } from './model-holders.js'
import { type Now, refuse } from './model-refused.js'
import { isFree } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class ModelReservations {
  constructor(
    private readonly claims: ModelClaims,
    private readonly now: Now,
  ) {}

  create({ ip, uid, reason, expiresMs }: Of<'reservation.create'>): Reservation {
    const { space } = this.claims
    const address = parseAddress(ip)
    if (address === null) throw new Error('the test makes no wrong addresses')
    const { family, value: first } = address
    const network = space.around(1, family, { first, last: first }, 999)[0]
    if (network === undefined) return refuse({ code: 'address-in-no-network', ip })
    const { cell } = this.claims.own(network, ip)
    if (!isFree(cell)) refuse(takenAt(network, cell, ip))
    const { timeMs: createdMs, revision, actor: holder, userId: holderId } = this.now
    const reservation: Reservation = {
      id: this.claims.nextReservationId(),
      uid,
      networkId: network.id,
      vrfId: 1,
      family,
      first,
      reason,
      holder,
      holderId,
      status: 'active',
      createdMs,
      expiresMs,
      endedMs: null,
      allocationId: null,
      cancelReason: null,
      revision,
    }
    space.reservations.push(reservation)
    return reservation
  }

  cancel({ id, ifRevision, reason: cancelReason }: Of<'reservation.cancel'>): Reservation {
    const found = this.claims.space.reservations.find(one => one.id === id)
    if (found === undefined) return refuse({ code: 'reservation-not-found', id })
    const { status, holder, revision: actual } = found
    if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
    if (!isHolder(this.now, found) && !this.now.isAdmin)
      return refuse({ code: 'reservation-not-yours', id, holder })
    if (ifRevision !== null && ifRevision !== actual)
      return refuse({ code: 'revision-mismatch', expected: ifRevision, actual })
    const { timeMs: endedMs, revision } = this.now
    const end = { status: 'cancelled', endedMs, cancelReason, revision } as const
    return this.claims.putReservation({ ...found, ...end })
  }
}
