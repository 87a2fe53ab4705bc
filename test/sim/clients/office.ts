// What people of an office ask for in the network of the roamers: subnets with gateways, reservations, what is said of an
// allocation besides, users.
import {
  type AllocationFacts,
  type Command,
  formatAddress,
  formatCidr,
  type Network,
  networkSize,
  type User,
} from '../../../src/ledger/index.js'
import { SIM_EPOCH_MS } from '../../support/sim-clock.js'
import type { World } from '../world/world.js'
import { drawAsker, holderOf } from './askers.js'
import type { Wish } from './errand.js'
import { activeReservations, addressIn, otherLiveClaims, otherNetworks } from './others.js'

const RESERVED_MS_MAX = 3_000
const roles: readonly User['role'][] = ['admin', 'manager', 'manager', 'user']

export class Office {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** @param key names what is made. @returns null when there is nothing of the kind */
  draw(key: string): Wish | null {
    const dice = this.#world.random()
    if (dice < 0.13) return this.#reservationsEnd(key)
    const command = this.#command(dice, key)
    return command === null ? null : { command, asker: drawAsker(this.#world, command) }
  }

  /** What a client says of an allocation besides; null = nothing. */
  facts(): { readonly facts: AllocationFacts } | null {
    const { random } = this.#world
    if (random() < 0.7) return null
    const mac = random() < 0.5 ? this.#mac() : null
    return { facts: { mac, deviceType: 'printer', owner: 'ann', customFields: { rack: 'A1' } } }
  }

  #command(dice: number, key: string): Command | null {
    if (dice < 0.35) return this.#reserve(key)
    if (dice < 0.5) return this.#subnet()
    if (dice < 0.68) return this.#updateSubnet()
    if (dice < 0.8) return this.#describe()
    if (dice < 0.87) return this.#release()
    if (dice < 0.91) return this.#user(key)
    return this.#updateUser()
  }

  /** Converted or cancelled, by whoever holds it or by another. */
  #reservationsEnd(hostname: string): Wish | null {
    const { random, pick } = this.#world
    const reservation = pick(activeReservations(this.#world))
    if (reservation === undefined) return null
    const { id, networkId, family, first } = reservation
    if (networkId === null) return null
    const rest = { description: null, tags: [], ttlMs: random() < 0.5 ? 1_000 : null }
    const place = { ip: formatAddress(family, first) }
    const command: Command =
      random() < 0.6
        ? { type: 'allocation.create', networkId, place, hostname, ...rest, ...this.facts() }
        : { type: 'reservation.cancel', id, ifRevision: null, reason: 'not needed' }
    const isHolder = random() < 0.7
    const asker = isHolder
      ? holderOf(this.#world, reservation, command)
      : drawAsker(this.#world, command)
    return { command, asker }
  }

  /** At times for ever, at times for less than no time. */
  #reserve(uid: string): Command | null {
    const { random, clock } = this.#world
    const network = this.#network()
    if (network === undefined) return null
    const untilMs = SIM_EPOCH_MS + Math.floor(clock.nowMs + random() * RESERVED_MS_MAX) - 100
    const expiresMs = random() < 0.15 ? null : untilMs
    const ip = addressIn(this.#world, network)
    return { type: 'reservation.create', uid, vrf: 'default', ip, reason: null, expiresMs }
  }

  /** A part of a network, or one that is there; at times around the gateway of that, and with the same. */
  #subnet(): Command | null {
    const { random } = this.#world
    const network = this.#network()
    if (network === undefined) return null
    const { family, first } = network
    const longer = Math.min(30, network.prefixLength + Math.floor(random() * 3))
    const prefixLength = Math.max(network.prefixLength, longer)
    const bits = BigInt(32 - prefixLength)
    const parts = Number(networkSize(network) >> bits)
    const start = first + (BigInt(Math.floor(random() * parts)) << bits)
    const part = { family, first: start, prefixLength }
    const dice = random()
    const around = network.subnet?.gateway ?? null
    const own = dice < 0.3 ? null : addressIn(this.#world, part)
    const gateway = dice < 0.6 || around === null ? own : formatAddress(family, around)
    const subnet = { gateway, vlanId: 7, location: null, customFields: { floor: 2 } }
    const described = { description: null, tags: ['office'] }
    return { type: 'subnet.create', vrf: 'default', cidr: formatCidr(part), ...described, subnet }
  }

  /** Another gateway: often an address that somebody has. */
  #updateSubnet(): Command | null {
    const { random, pick } = this.#world
    const network = this.#network()
    if (network === undefined) return null
    const claim = pick(
      otherLiveClaims(this.#world).filter(({ networkId }) => networkId === network.id),
    )
    const dice = random()
    const gateway =
      dice < 0.15
        ? null
        : claim === undefined || dice < 0.5
          ? addressIn(this.#world, network)
          : formatAddress(claim.family, claim.first)
    const ifRevision = random() < 0.2 ? network.revision : null
    return { type: 'subnet.update', id: network.id, ifRevision, set: { gateway } }
  }

  #describe(): Command | null {
    const { random, pick } = this.#world
    const claim = pick(otherLiveClaims(this.#world))
    if (claim === undefined) return null
    const set = random() < 0.7 ? { mac: this.#mac() } : { description: 'seen', owner: 'bea' }
    return { type: 'allocation.update', id: claim.id, ifRevision: null, set }
  }

  #release(): Command | null {
    const claim = this.#world.pick(otherLiveClaims(this.#world))
    if (claim === undefined) return null
    return { type: 'allocation.release', id: claim.id, ifRevision: null, reason: 'replaced' }
  }

  #user(username: string): Command {
    const { random, pick } = this.#world
    const role = pick(roles) ?? 'manager'
    const rest = { theme: 'light', passwordHash: `hash-${Math.floor(random() * 100)}` } as const
    return { type: 'user.create', username, email: 'ann@example.com', role, ...rest }
  }

  #updateUser(): Command | null {
    const { random, pick, observer } = this.#world
    const user = pick(observer.ledger.users)
    if (user === undefined) return null
    const role = pick(roles) ?? 'manager'
    const set = random() < 0.8 ? { isActive: !user.isActive } : { role }
    return { type: 'user.update', id: user.id, ifRevision: null, set }
  }

  #network(): Network | undefined {
    return this.#world.pick(otherNetworks(this.#world))
  }

  #mac(): string {
    return `02:00:00:00:00:0${Math.floor(this.#world.random() * 6)}`
  }
}
