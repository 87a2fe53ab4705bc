// Regions as they must be decided, the slow and obvious way. The tests say only names and owners that may be said.
import {
  type Command,
  formatCidr,
  type Network,
  networkRange,
  parseAddress,
  type RegionFacts,
  type Reservation,
  type Result,
} from '../../src/ledger/index.js'
import type { ModelClaims } from './model-claims.js'
import type { ModelCountries } from './model-countries.js'
import { noDetails } from './model-details.js'
import { hostsIn, type ModelHosts } from './model-hosts.js'
import { type Now, refuse } from './model-refused.js'
import { contains, isLive, rangeOf, touches } from './model-space.js'

type Of<Type extends Command['type']> = Extract<Command, { type: Type }>

export class ModelRegions {
  constructor(
    private readonly claims: ModelClaims,
    private readonly parts: { readonly countries: ModelCountries; readonly hosts: ModelHosts },
    private readonly now: Now,
  ) {}

  create({ place, region }: Of<'region.create'>): Result {
    const cidr = 'cidr' in place ? place.cidr : this.next(place.country)
    return { type: 'network', network: this.make(cidr, region) }
  }

  /** @param converting what the region is made of */
  make(cidr: string, facts: RegionFacts, converting: Reservation | null = null): Network {
    const { name, owner, description, tags } = facts
    if (!/^10\.\d+\.\d+\.0\/24$/.test(cidr)) {
      const reason = 'must be 10.X.Y.0/24, with X and Y from 0 to 255'
      refuse({ code: 'invalid', field: 'cidr', value: cidr, reason })
    }
    const there = this.claims.space.networks.find(network => formatCidr(network) === cidr)
    if (there?.region) refuse({ code: 'region-exists', id: there.id, cidr })
    this.checkName(name, xOf(cidr), null)
    const { timeMs: createdMs, userId: createdBy, actor } = this.now
    const createdByName = createdBy === null ? null : actor
    const made = { createdBy, createdByName, createdMs }
    const region = { name, owner: owner ?? createdByName, status: 'Active', ...made } as const
    if (there !== undefined) {
      const said = { description: description ?? there.description }
      return this.replace({ ...there, ...said, tags: tags.length > 0 ? tags : there.tags, region })
    }
    const at = { vrf: 'default', place: { cidr }, holdHours: 0, description, tags }
    const bare = this.claims.createNetwork({ type: 'network.create', ...at }, null, converting)
    return this.replace({ ...bare, region })
  }

  update({ id, ifRevision, set }: Of<'region.update'>): Result {
    const network = this.parts.hosts.region(id)
    this.checkRevision(network, ifRevision)
    const { description, tags, ...facts } = set
    if (facts.name !== undefined) this.checkName(facts.name, xOf(formatCidr(network)), id)
    const changed = {
      ...network,
      description: description === undefined ? network.description : description,
      tags: tags ?? network.tags,
      region: { ...(network.region as NonNullable<Network['region']>), ...facts },
    }
    return { type: 'network', network: this.replace(changed) }
  }

  retire({ id, ifRevision, cascade, reason }: Of<'region.retire'>): Result {
    const network = this.parts.hosts.region(id)
    this.checkRevision(network, ifRevision)
    const { space } = this.claims
    const hosts = hostsIn(space, network)
    const live = space.claims(id, rangeOf(network)).filter(isLive)
    const blocks = live.filter(({ kind }) => kind === 'block').length
    const reserved = space.reserved(id)
    const allocations = cascade ? blocks : hosts.length + blocks
    if (allocations > 0 || (!cascade && reserved.length > 0)) {
      const more = cascade || reserved.length === 0 ? {} : { reservations: reserved.length }
      refuse({ code: 'network-in-use', id, allocations, ...more })
    }
    for (const host of hosts) {
      const told = { ...(host.details ?? noDetails(null)), releaseReason: reason }
      const details = reason === null ? host.details : told
      this.claims.end({ ...host, details }, 'released')
    }
    const { timeMs: endedMs, revision } = this.now
    for (const one of reserved) {
      const end = { status: 'cancelled', endedMs, cancelReason: reason, revision } as const
      this.claims.putReservation({ ...one, ...end })
    }
    space.networks = space.networks.filter(other => other !== network)
    return { type: 'region-retired', hosts: hosts.length }
  }

  /** The lowest of the country where there is nothing of anybody's. */
  private next(codeOrName: string): string {
    const { code, xFirst, xLast } = this.parts.countries.named(codeOrName)
    const x = ({ first }: Network) => Number((first >> 16n) & 255n)
    const isIn = (one: Network) => one.region !== null && xFirst <= x(one) && x(one) <= xLast
    for (let at = xFirst * 256; at < (xLast + 1) * 256; at += 1) {
      const cidr = `10.${at >> 8}.${at & 255}.0`
      if (this.isFree(parseAddress(cidr)?.value ?? 0n)) return `${cidr}/24`
    }
    const regions = this.claims.space.networks.filter(isIn).length
    return refuse({ code: 'country-exhausted', country: code, regions })
  }

  private isFree(first: bigint): boolean {
    const { space } = this.claims
    const range = { first, last: first + 255n }
    const isThere = (one: Network) => one.family === 4 && contains(range, rangeOf(one))
    if (space.networks.some(isThere)) return false
    const around = space.around(1, 4, range, 24)[0]
    const reserved = around === undefined ? space.waiting(4) : space.reserved(around.id)
    if (reserved.some(one => touches(range, networkRange(one)))) return false
    if (around === undefined) return true
    const gateway = around.subnet?.gateway ?? -1n
    const isGateway = contains(range, { first: gateway, last: gateway })
    return !isGateway && space.claims(around.id, range).length === 0
  }

  /** It is its country's once; regions of no country are together. */
  private checkName(name: string, x: number, own: number | null): void {
    const { countries } = this.parts
    const country = countries.ofX(x)
    const namesakes = this.claims.space.networks
      .filter(one => one.region?.name === name && one.id !== own)
      .filter(one => countries.ofX(xOf(formatCidr(one))) === country)
      .sort((a, b) => (a.first < b.first ? -1 : 1))
    const [taken] = namesakes
    if (taken === undefined) return
    const { id } = taken
    refuse({ code: 'region-name-taken', name, country: country?.code ?? null, id })
  }

  private checkRevision({ revision: actual }: Network, expected: number | null): void {
    if (expected === null || expected === actual) return
    refuse({ code: 'revision-mismatch', expected, actual })
  }

  private replace(network: Network): Network {
    const after = { ...network, updatedMs: this.now.timeMs, revision: this.now.revision }
    this.claims.space.replaceNetwork(after)
    return after
  }
}

/** @param cidr 10.X.Y.0/24 */
function xOf(cidr: string): number {
  return Number(cidr.split('.')[1])
}
