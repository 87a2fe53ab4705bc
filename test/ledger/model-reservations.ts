// Reservations as they must be decided, the slow and obvious way.
import {
  addressBits,
  type Cidr,
  type Command,
  formatAddress,
  formatCidr,
  isSingleAddress,
  type Network,
  networkRange,
  parseAddress,
  parseCidr,
  type Reservation,
  reservationText,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import {
  claimHolder,
  gatewayHolder,
  isHolder,
  reserver,
  takenAt,
  takenByReservation,
} from './model-holders.js'
import { type Now, refuse } from './model-refused.js'
import { contains, isFree, rangeOf, touches } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>
type Facts = Pick<Reservation, 'uid' | 'reason' | 'expiresMs'>

export class ModelReservations {
  constructor(
    private readonly claims: ModelClaims,
    private readonly now: Now,
  ) {}

  create({ ip, ...facts }: Of<'reservation.create'>): Reservation {
    const address = parseAddress(ip)
    if (address === null) throw new Error('the test makes no wrong addresses')
    const { family, value: first } = address
    const network = this.networkOf(family, first)
    if (network === undefined) return refuse({ code: 'address-in-no-network', ip })
    this.checkAddress(network, ip)
    return this.reserve({ family, first, prefixLength: addressBits(family) }, network, facts)
  }

  place({ cidr: text, ttlMs, uid, reason }: Of<'reservation.place'>): Reservation {
    const cidr = parseCidr(text)
    if ('reason' in cidr) throw new Error('the test makes no wrong CIDRs')
    const expiresMs = ttlMs === null ? null : this.now.timeMs + ttlMs
    const network = isSingleAddress(cidr) ? this.placeAddress(cidr) : this.placeRange(cidr)
    return this.reserve(cidr, network, { uid, reason, expiresMs })
  }

  cancel({ id, ifRevision, reason: cancelReason }: Of<'reservation.cancel'>): Reservation {
    const found = this.find(id)
    const { status } = found
    if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
    this.checkMine(found)
    this.checkRevision(found, ifRevision)
    const { timeMs: endedMs, revision } = this.now
    const end = { status: 'cancelled', endedMs, cancelReason, revision } as const
    return this.claims.putReservation({ ...found, ...end })
  }

  dismiss({ id, ifRevision }: Of<'reservation.dismiss'>): Reservation {
    const found = this.find(id)
    this.checkMine(found)
    if (found.status === 'active') return refuse({ code: 'reservation-active', id })
    this.checkRevision(found, ifRevision)
    if (found.isHidden || found.status === 'cancelled') return found
    return this.claims.putReservation({ ...found, isHidden: true, revision: this.now.revision })
  }

  find(id: number): Reservation {
    const found = this.claims.space.reservations.find(one => one.id === id)
    return found ?? refuse({ code: 'reservation-not-found', id })
  }

  checkRevision({ revision: actual }: Reservation, ifRevision: number | null): void {
    if (ifRevision === null || ifRevision === actual) return
    refuse({ code: 'revision-mismatch', expected: ifRevision, actual })
  }

  private checkMine(found: Reservation): void {
    if (isHolder(this.now, found) || this.now.isAdmin) return
    refuse({ code: 'reservation-not-yours', id: found.id, holder: found.holder })
  }

  private networkOf(family: 4 | 6, first: bigint): Network | undefined {
    return this.claims.space.around(1, family, { first, last: first }, 999)[0]
  }

  /** It is free, or the asker's own as a part of a CIDR. */
  private checkAddress(network: Network, ip: string): void {
    const { cell } = this.claims.own(network, ip)
    const { reservation } = cell
    if (isFree(cell) || (reservation !== null && this.isMyRange(reservation))) return
    refuse(takenAt(network, cell, ip))
  }

  private placeAddress({ family, first }: Cidr): Network | undefined {
    const ip = formatAddress(family, first)
    const network = this.networkOf(family, first)
    if (network !== undefined) this.checkAddress(network, ip)
    if (network !== undefined) return network
    const one = { first, last: first }
    const taker = this.claims.space
      .waiting(family)
      .findLast(other => contains(networkRange(other), one))
    if (taker === undefined || this.isMyRange(taker)) return undefined
    return refuse(takenByReservation(taker, ip))
  }

  private placeRange(cidr: Cidr): Network | undefined {
    const { space } = this.claims
    const range = networkRange(cidr)
    const text = formatCidr(cidr)
    const inside = space.networks
      .filter(network => network.family === cidr.family && contains(range, rangeOf(network)))
      .sort((a, b) =>
        a.first === b.first ? a.prefixLength - b.prefixLength : a.first < b.first ? -1 : 1,
      )[0]
    if (inside !== undefined) {
      const network = formatCidr(inside)
      refuse({ code: 'network-in-the-way', cidr: text, networkId: inside.id, network })
    }
    const network = space.around(1, cidr.family, range, cidr.prefixLength)[0]
    if (network !== undefined) this.checkFree(network, cidr)
    const reserved = network === undefined ? space.waiting(cidr.family) : space.reserved(network.id)
    const other = reserved
      .filter(one => touches(range, networkRange(one)))
      .find(one => !isSingleAddress(one) || !isHolder(this.now, one))
    if (other === undefined) return network
    const taken = reservationText(other)
    return refuse({ code: 'range-taken', cidr: text, taken, holder: reserver(other) })
  }

  /** Of claims and the gateway. */
  private checkFree(network: Network, cidr: Cidr): void {
    const { space } = this.claims
    const range = networkRange(cidr)
    const text = formatCidr(cidr)
    const [claim] = space.claims(network.id, range)
    if (claim !== undefined) {
      const taken = this.claims.textOf(claim)
      refuse({ code: 'range-taken', cidr: text, taken, holder: claimHolder(claim) })
    }
    const gateway = space.cells(network).find(cell => cell.gateway)?.address
    if (gateway === undefined || !contains(range, { first: gateway, last: gateway })) return
    const taken = formatAddress(network.family, gateway)
    refuse({ code: 'range-taken', cidr: text, taken, holder: gatewayHolder(network) })
  }

  private isMyRange(reservation: Reservation): boolean {
    return !isSingleAddress(reservation) && isHolder(this.now, reservation)
  }

  private reserve(
    { family, first, prefixLength }: Cidr,
    network: Network | undefined,
    { uid, reason, expiresMs }: Facts,
  ): Reservation {
    const { timeMs: createdMs, revision, actor: holder, userId: holderId } = this.now
    const reservation: Reservation = {
      id: this.claims.nextReservationId(),
      uid,
      networkId: network?.id ?? null,
      vrfId: 1,
      family,
      first,
      prefixLength,
      reason,
      holder,
      holderId,
      status: 'active',
      createdMs,
      expiresMs,
      endedMs: null,
      allocationId: null,
      madeNetworkId: null,
      cancelReason: null,
      isHidden: false,
      revision,
    }
    this.claims.space.reservations.push(reservation)
    return reservation
  }
}
