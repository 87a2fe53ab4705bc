// What reservations become, as it must be decided, the slow and obvious way.
import {
  type Allocation,
  type Command,
  formatAddress,
  isSingleAddress,
  type Network,
  networkRange,
  type Refusal,
  type Reservation,
  type Result,
  reservationText,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { detailsAfter, noDetails } from './model-details.js'
import { coveredBy, isHolder } from './model-holders.js'
import { type Now, refuse } from './model-refused.js'
import type { ModelReservations } from './model-reservations.js'
import { contains, isLive, rangeOf } from './model-space.js'

type Convert = Extract<Command, { type: 'reservation.convert' }>
type To = Convert['to']
type RegionFacts = Extract<To, { region: unknown }>['region']
type HostFacts = Extract<To, { host: unknown }>['host']

export class ModelConversions {
  constructor(
    private readonly claims: ModelClaims,
    private readonly reservations: ModelReservations,
    private readonly now: Now,
  ) {}

  convert({ id, ifRevision, to }: Convert): Result {
    const found = this.reservations.find(id)
    if (!isHolder(this.now, found)) return refuse({ code: 'reservation-not-found', id })
    const { status } = found
    if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
    this.reservations.checkRevision(found, ifRevision)
    checkKind(found, to)
    return 'region' in to ? this.toRegion(found, to.region) : this.toHost(found, to.host)
  }

  private toRegion(found: Reservation, { name, owner, ...facts }: RegionFacts): Result {
    const description = facts.description ?? convertedFrom(found)
    const place = { vrf: 'default', place: { cidr: reservationText(found) }, holdHours: 0 }
    const command = { type: 'network.create', ...place, description, tags: facts.tags } as const
    const bare = this.claims.createNetwork(command, null, found)
    const { timeMs: createdMs, userId: createdBy, actor } = this.now
    const createdByName = createdBy === null ? null : actor
    const made = { createdBy, createdByName, createdMs }
    const region = { name, owner: owner ?? createdByName, status: 'Active', ...made } as const
    const network: Network = { ...bare, region }
    this.claims.space.replaceNetwork(network)
    const reservation = this.end(found, { madeNetworkId: network.id })
    return { type: 'conversion', reservation, network, allocation: null }
  }

  private toHost(found: Reservation, { hostname, description, tags, facts }: HostFacts): Result {
    const { space } = this.claims
    const { first, family, networkId } = found
    const others = networkId === null ? space.waiting(family) : space.reserved(networkId)
    const covering = others.find(
      one => one.id !== found.id && contains(networkRange(one), { first, last: first }),
    )
    if (covering !== undefined) return refuse(coveredBy(found, covering))
    const network = space.network(networkId ?? 0)
    if (network === undefined) {
      return refuse({ code: 'address-in-no-network', ip: formatAddress(family, first) })
    }
    this.checkName(network, hostname)
    const place = { first, last: first, kind: 'address', prefixLength: null } as const
    const asker = this.now.userId === null ? null : this.now.actor
    const allocation = this.claims.claim(network, place, {
      ...{ hostname, tags, ttlMs: null, owner: facts.owner ?? asker },
      description: description ?? convertedFrom(found),
      details: detailsAfter(noDetails(this.now.userId), facts),
    })
    const reservation = this.end(found, { allocationId: allocation.id })
    return { type: 'conversion', reservation, network: null, allocation }
  }

  private checkName(network: Network, hostname: string): void {
    const { space } = this.claims
    const around = [
      network,
      ...space.around(1, network.family, rangeOf(network), network.prefixLength),
    ]
    const region = around.find(one => one.region !== null)
    if (region === undefined) return
    const isHost = (claim: Allocation) => {
      const home = space.network(claim.networkId)
      return isLive(claim) && home !== undefined && contains(rangeOf(region), rangeOf(home))
    }
    const taken = space.allocations.find(claim => isHost(claim) && claim.hostname === hostname)
    if (taken === undefined) return
    refuse({ code: 'hostname-taken', hostname, regionId: region.id, allocationId: taken.id })
  }

  private end(
    found: Reservation,
    made: Partial<Pick<Reservation, 'madeNetworkId' | 'allocationId'>>,
  ): Reservation {
    const { timeMs: endedMs, revision } = this.now
    return this.claims.putReservation({ ...found, ...made, status: 'converted', endedMs, revision })
  }
}

function checkKind(found: Reservation, to: To): void {
  const text = reservationText(found)
  const isRegion = /^10\..*\.0\/24$/.test(text)
  const isHost = isSingleAddress(found)
  if ('region' in to ? isRegion : isHost) return
  const wrong = (field: string, value: string, reason: string): Refusal => {
    return { code: 'invalid', field, value, reason }
  }
  if (isHost) refuse(wrong('hostname', '', 'must be given for the reservation of an address'))
  if (isRegion) refuse(wrong('region_name', '', 'must be given for the reservation of a region'))
  if ('host' in to) refuse(wrong('hostname', to.host.hostname, `is not for ${text}`))
  else refuse(wrong('region_name', to.region.name, `is not for ${text}, which is no 10.X.Y.0/24`))
}

function convertedFrom({ reason }: Reservation): string | null {
  return reason === null ? null : `Converted from reservation: ${reason}`
}
