// A client that does everything the ledger knows, in a network of its own: addresses, runs and blocks with leases, bulks,
// networks in networks, deletes, and what an office (office.ts) and people of regions ask for (ipam.ts); under keys, with retries through any node. The slow
// model says what it must be answered.
import { isDeepStrictEqual } from 'node:util'
import {
  type Allocation,
  type Command,
  type CreateAllocationCommand,
  ENDS_SOON_MS,
  formatAddress,
  type Network,
  type Outcome,
} from '../../../src/ledger/index.js'
import type { World } from '../world/world.js'
import { drawAsker } from './askers.js'
import { Errand, type Wish } from './errand.js'
import { Ipam } from './ipam.js'
import { Office } from './office.js'

type Place = CreateAllocationCommand['place']

const GIVE_UP_RATE = 0.2
const AGAIN_RATE = 0.15
/** Without a key nothing is asked again that may have happened. */
const KEYLESS_RATE = 0.2
const OFFICE_RATE = 0.2
const IPAM_RATE = 0.25
const TTL_MS_MAX = 3_000
/** Its lease is about to end, and to be told of, within seconds. */
const LONG_LEASE_MS = ENDS_SOON_MS + 1_000

export class Roamer {
  /** Whether it wants nothing new any more, and gives nothing up. */
  isFinishing = false
  readonly counts = { answered: 0, refused: 0, 'signed out': 0, 'asked again': 0, 'given up': 0 }
  readonly #name: string
  readonly #world: World
  readonly #office: Office
  readonly #ipam: Ipam
  #errands = 0
  #errand: Errand | null = null
  /** The errand is one that was answered already, so. */
  #before: Outcome | null = null
  /** Of errands that were given up and certainly did not happen. */
  readonly #neverHappened: string[] = []

  constructor(name: string, world: World) {
    this.#name = name
    this.#world = world
    this.#office = new Office(world)
    this.#ipam = new Ipam(world)
  }

  get isIdle(): boolean {
    return this.#errand === null
  }

  step(): void {
    if (this.#errand === null && !this.isFinishing) this.#begin()
    const ending = this.#errand?.step() ?? null
    if (this.#errand === null || ending === null) return
    if (ending === 'failed') this.#failed(this.#errand)
    else this.#answered(this.#errand, ending)
  }

  /** @returns what was done although it was said not to be */
  findings(): readonly string[] {
    const { keys } = this.#world.observer.ledger
    return this.#neverHappened
      .filter(key => keys.has(key))
      .map(key => `${key} certainly did not happen, and stands in the log`)
  }

  #begin(): void {
    const { random } = this.#world
    const key = `${this.#name}-${++this.#errands}`
    const wish = this.#drawAny(key)
    this.#before = null
    if (wish !== null) this.#go(wish, random() < KEYLESS_RATE ? null : key)
  }

  #go(wish: Wish, key: string | null): void {
    const { random, pickAsked } = this.#world
    this.#errand = new Errand(wish, key, { random, pick: pickAsked })
  }

  #failed(errand: Errand): void {
    const mayAsk = errand.key !== null || !errand.maybe
    if (mayAsk && (this.isFinishing || this.#world.random() > GIVE_UP_RATE)) return
    this.counts['given up'] += 1
    if (!errand.maybe && errand.key !== null && this.#before === null)
      this.#neverHappened.push(errand.key)
    this.#errand = null
  }

  #answered({ wish, key }: Errand, outcome: Outcome): void {
    const { random, findings } = this.#world
    this.counts[outcome.ok ? 'answered' : 'refused'] += 1
    if (isOfTheAsker(outcome)) this.counts['signed out'] += 1
    const before = this.#before
    this.#errand = null
    this.#before = outcome
    if (before !== null && !isSameAnswer(before, outcome))
      findings.report(`${key} was answered otherwise the second time`)
    if (key === null || before !== null || this.isFinishing || random() > AGAIN_RATE) return
    this.counts['asked again'] += 1
    this.#go(wish, key)
  }

  #drawAny(key: string): Wish | null {
    const dice = this.#world.random()
    if (dice < OFFICE_RATE) return this.#office.draw(key)
    return dice < OFFICE_RATE + IPAM_RATE ? this.#ipam.draw(key) : this.#drawByAnyone(key)
  }

  #drawByAnyone(key: string): Wish | null {
    const command = this.#draw(key)
    return command === null ? null : { command, asker: drawAsker(this.#world, command) }
  }

  #draw(key: string): Command | null {
    const { random, pick, networkId, roamingId, observer } = this.#world
    const { space } = observer.ledger
    const networks = space.networks.filter(({ id }) => id !== networkId)
    const network = pick(networks)
    const children = networks.filter(({ id }) => id !== roamingId)
    const live = space.allocations.filter(
      each => each.status === 'allocated' && each.networkId !== networkId,
    )
    if (network === undefined) return null
    const dice = random()
    if (dice < 0.5) return this.#create(network, key)
    if (dice < 0.65) return this.#release(pick(live))
    if (dice < 0.71) return this.#renew(pick(live))
    if (dice < 0.8) return this.#bulk(network, live, key)
    if (dice < 0.9) return this.#child(network)
    if (dice < 0.96) return this.#delete(pick(children))
    const holdHours = random() < 0.5 ? 1 : 0
    return { type: 'network.update', id: network.id, ifRevision: null, set: { holdHours } }
  }

  #create(network: Network, hostname: string): CreateAllocationCommand {
    return {
      type: 'allocation.create',
      networkId: network.id,
      place: this.#place(network),
      hostname,
      description: null,
      tags: [],
      ttlMs: this.#ttlMs(),
      ...this.#office.facts(),
    }
  }

  #place({ family, first, prefixLength }: Network): Place {
    const { random } = this.#world
    const dice = random()
    if (dice < 0.6) return { count: 1 }
    if (dice < 0.75) return { count: 2 + Math.floor(random() * 4) }
    const longer = 1 + Math.floor(random() * 3)
    if (dice < 0.9) return { prefixLength: Math.min(32, prefixLength + longer) }
    const size = 1 << (32 - prefixLength)
    return { ip: formatAddress(family, first + BigInt(Math.floor(random() * size))) }
  }

  #ttlMs(): number | null {
    const { random } = this.#world
    const dice = random()
    if (dice < 0.03) return LONG_LEASE_MS
    return dice < 0.4 ? null : 100 + Math.floor(random() * TTL_MS_MAX)
  }

  #ifRevision({ revision }: { readonly revision: number }): number | null {
    return this.#world.random() < 0.3 ? revision : null
  }

  #release(claim: Allocation | undefined): Command | null {
    if (claim === undefined) return null
    return { type: 'allocation.release', id: claim.id, ifRevision: this.#ifRevision(claim) }
  }

  #renew(claim: Allocation | undefined): Command | null {
    if (claim === undefined) return null
    const { id } = claim
    const ifRevision = this.#ifRevision(claim)
    return { type: 'allocation.renew', id, ifRevision, ttlMs: this.#ttlMs() }
  }

  #bulk(network: Network, live: readonly Allocation[], key: string): Command {
    const { random, pick } = this.#world
    const steps = Array.from({ length: 2 + Math.floor(random() * 5) }, (_, at) => {
      const claim = random() < 0.3 ? pick(live) : undefined
      if (claim === undefined) return this.#create(network, `${key}-${at}`)
      return { type: 'allocation.release', id: claim.id, ifRevision: null } as const
    })
    return { type: 'bulk', steps }
  }

  #child(parent: Network): Command {
    const { random } = this.#world
    const prefixLength = Math.min(31, parent.prefixLength + 1 + Math.floor(random() * 3))
    return {
      type: 'network.create',
      vrf: 'default',
      place: { parentId: parent.id, prefixLength },
      description: null,
      tags: [],
      holdHours: random() < 0.2 ? 1 : 0,
    }
  }

  #delete(child: Network | undefined): Command | null {
    if (child === undefined) return null
    return { type: 'network.delete', id: child.id, ifRevision: null }
  }
}

/** Whether he may not ask, whatever it was. */
function isOfTheAsker(outcome: Outcome): boolean {
  return !outcome.ok && ['not-signed-in', 'not-permitted'].includes(outcome.refusal.code)
}

/** All but the revision, which is that of the answer's own entry; who may ask is asked each time. */
function isSameAnswer(one: Outcome, other: Outcome): boolean {
  if (isOfTheAsker(one) || isOfTheAsker(other)) return true
  return isDeepStrictEqual({ ...one, revision: 0 }, { ...other, revision: 0 })
}
