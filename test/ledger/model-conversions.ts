// What reservations become, as it must be decided, the slow and obvious way.
import {
  type Command,
  formatAddress,
  isSingleAddress,
  networkRange,
  type Refusal,
  type Reservation,
  type Result,
  reservationText,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import { detailsAfter, noDetails } from './model-details.js'
import { coveredBy, isHolder } from './model-holders.js'
import { checkMayAllocate, checkNamesFree, regionOf } from './model-hosts.js'
import { type Now, refuse } from './model-refused.js'
import type { ModelRegions } from './model-regions.js'
import type { ModelReservations } from './model-reservations.js'
import { contains } from './model-space.js'

type Convert = Extract<Command, { type: 'reservation.convert' }>
type To = Convert['to']
type RegionFacts = Extract<To, { region: unknown }>['region']
type HostFacts = Extract<To, { host: unknown }>['host']

export class ModelConversions {
  constructor(
    private readonly claims: ModelClaims,
    private readonly parts: {
      readonly reservations: ModelReservations
      readonly regions: ModelRegions
    },
    private readonly now: Now,
  ) {}

  convert({ id, ifRevision, to }: Convert): Result {
    const found = this.parts.reservations.find(id)
    if (!isHolder(this.now, found)) return refuse({ code: 'reservation-not-found', id })
    const { status } = found
    if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
    this.parts.reservations.checkRevision(found, ifRevision)
    checkKind(found, to)
    return 'region' in to ? this.toRegion(found, to.region) : this.toHost(found, to.host)
  }

  private toRegion(found: Reservation, facts: RegionFacts): Result {
    const description = facts.description ?? convertedFrom(found)
    const said = { ...facts, description }
    const network = this.parts.regions.make(reservationText(found), said, found)
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
    checkMayAllocate(space, network)
    const region = regionOf(space, network)
    if (region !== undefined) checkNamesFree(space, region, { names: [hostname], own: null })
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
