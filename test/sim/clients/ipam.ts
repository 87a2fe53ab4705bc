// What people ask for who think in countries, regions and hosts, in and around the network of the roamers: regions with hosts, reserved
// CIDRs and what becomes of them, tags of many, rules and shares.
import { type Command, isSingleAddress, type Network } from '../../../src/ledger/index.js'
import type { World } from '../world/world.js'
import { drawAsker, holderOf } from './askers.js'
import type { Wish } from './errand.js'
import { activeReservations, addressIn, otherLiveClaims, otherNetworks } from './others.js'

/** The first is around the network of the roamers; none is around that of the others. */
const REGIONS = ['10.1.0.0/24', '10.1.1.0/24', '10.1.2.0/24'] as const
/** With as many nobody asks for the next one of a country. */
const REGIONS_MAX = 4
const RESERVED_MS_MAX = 3_000
const plain = { description: null, tags: [] }

export class Ipam {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** @param key names what is made. @returns null when there is nothing of the kind */
  draw(key: string): Wish | null {
    const dice = this.#world.random()
    if (dice < 0.2) return this.#convert(key)
    const command = this.#command(dice, key)
    return command === null ? null : { command, asker: drawAsker(this.#world, command) }
  }

  #command(dice: number, key: string): Command | null {
    if (dice < 0.35) return this.#reserve(key)
    if (dice < 0.5) return this.#create(key)
    if (dice < 0.58) return this.#update(key)
    if (dice < 0.63) return this.#retire()
    if (dice < 0.78) return this.#hosts(key)
    if (dice < 0.83) return this.#updateHost(key)
    if (dice < 0.93) return this.#tag()
    if (dice < 0.95) return this.#country()
    return this.#ofOneself(key)
  }

  /** By whoever holds it, or by another. */
  #convert(key: string): Wish | null {
    const { random, pick } = this.#world
    const reservation = pick(activeReservations(this.#world))
    if (reservation === undefined) return null
    const { id } = reservation
    const host = { ...plain, hostname: key, facts: {} }
    const region = { ...plain, name: key, owner: null }
    const to = isSingleAddress(reservation) ? { host } : { region }
    const command: Command =
      random() < 0.8
        ? { type: 'reservation.convert', id, ifRevision: null, to }
        : { type: 'reservation.dismiss', id, ifRevision: null }
    const asker =
      random() < 0.8 ? holderOf(this.#world, reservation, command) : drawAsker(this.#world, command)
    return { command, asker }
  }

  /** A region, a part of a network, or an address of something that is reserved. */
  #reserve(uid: string): Command | null {
    const { random, pick } = this.#world
    const ttlMs = random() < 0.3 ? null : 1 + Math.floor(random() * RESERVED_MS_MAX)
    const dice = random()
    const range = pick(activeReservations(this.#world))
    const network = pick(otherNetworks(this.#world))
    const cidr =
      dice < 0.4
        ? pick(REGIONS.slice(1))
        : dice < 0.7 && range !== undefined
          ? `${addressIn(this.#world, range)}/32`
          : network && `${addressIn(this.#world, network)}/${random() < 0.5 ? 29 : 30}`
    if (cidr === undefined) return null
    return { type: 'reservation.place', uid, vrf: 'default', cidr, reason: 'later', ttlMs }
  }

  #create(name: string): Command {
    const { random, pick } = this.#world
    const isNext = random() < 0.4 && this.#regions().length < REGIONS_MAX
    const place = isNext ? { country: 'US' } : { cidr: pick(REGIONS) ?? REGIONS[0] }
    return { type: 'region.create', place, region: { ...plain, name, owner: null } }
  }

  #update(key: string): Command | null {
    const { random, pick } = this.#world
    const region = pick(this.#regions())
    if (region === undefined) return null
    const status = region.region?.status === 'Reserved' ? 'Active' : 'Reserved'
    const set = random() < 0.6 ? ({ status } as const) : { name: key, tags: ['renamed'] }
    return { type: 'region.update', id: region.id, ifRevision: this.#ifRevision(region), set }
  }

  #retire(): Command | null {
    const { random, pick } = this.#world
    const region = pick(this.#regions())
    if (region === undefined) return null
    const cascade = random() < 0.7
    return { type: 'region.retire', id: region.id, ifRevision: null, cascade, reason: 'moved' }
  }

  /** At times with a name that is another's, whatever the case of its letters. */
  #hosts(key: string): Command | null {
    const { random, pick } = this.#world
    const region = pick(this.#regions())
    if (region === undefined) return null
    const hostnames = [key, random() < 0.2 ? 'Twin' : `${key}-b`]
    return { type: 'hosts.create', regionId: region.id, hostnames, ...plain, facts: {} }
  }

  #updateHost(key: string): Command | null {
    const { random, pick } = this.#world
    const claim = pick(otherLiveClaims(this.#world))
    if (claim === undefined) return null
    const set = random() < 0.5 ? { hostname: `${key}-c` } : { host: { osType: 'Linux' } }
    return { type: 'host.update', id: claim.id, ifRevision: this.#ifRevision(claim), set }
  }

  /** At once or as a job; what is named may be gone, or none of the kind. */
  #tag(): Command | null {
    const { random, pick } = this.#world
    const isHost = random() < 0.6
    const among: readonly { readonly id: number }[] = isHost
      ? otherLiveClaims(this.#world)
      : this.#regions()
    const found = [pick(among), pick(among), pick(among)].map(one => one?.id ?? 0)
    const items = [...new Set(found)].map(id => ({ key: `key ${id}`, id }))
    const work = {
      resourceType: isHost ? 'host' : 'region',
      operation: pick(['add', 'remove', 'replace'] as const) ?? 'add',
      tags: [pick(['a', 'a=1', 'b=2']) ?? 'a'],
    } as const
    return { type: random() < 0.5 ? 'tags.apply' : 'job.create', items, ...work }
  }

  /** The one of all regions here loses some of its X, or gets them back. */
  #country(): Command {
    const xLast = this.#world.random() < 0.5 ? 30 : 31
    return { type: 'country.update', code: 'US', ifRevision: null, set: { xLast } }
  }

  #ofOneself(key: string): Command | null {
    const { random, pick } = this.#world
    const region = pick(this.#regions())
    if (region === undefined) return null
    const { id: resourceId } = region
    if (random() < 0.5) {
      const about = { resourceType: 'region', resourceId, description: null } as const
      return { type: 'share.create', token: `of-a-share-${key}`, ...about, ttlMs: 1_000 }
    }
    const watched = { resourceType: 'region', resourceIds: [resourceId] } as const
    const told = { channels: ['in_app'], severity: 'warning' } as const
    return { type: 'rule.create', name: key, threshold: 300, ...watched, ...told }
  }

  #ifRevision({ revision }: { readonly revision: number }): number | null {
    return this.#world.random() < 0.2 ? revision : null
  }

  #regions(): readonly Network[] {
    return otherNetworks(this.#world).filter(({ region }) => region !== null)
  }
}
