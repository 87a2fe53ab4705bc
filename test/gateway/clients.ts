// Clients of the random test: each asks for and gives back addresses, through any node, most with one key for each wish.
import type { Allocation, Outcome } from '../../src/ledger/index.js'
import {
  allocate,
  allocationOf,
  type GatewayNode,
  release,
  type Watched,
  watch,
} from '../support/gateway-cluster.js'

/** One thing that a client wants, asked for again until it is answered or the client gives up. */
export type Wish = {
  readonly key: string
  /** Whether an attempt ended so that it may have happened, or may happen yet. */
  maybe: boolean
  attempts: number
  ending: 'open' | 'done' | 'refused' | 'given-up'
}

/** An allocation that was wished for, and what became of it. */
export type Claim = {
  readonly hostname: string
  readonly wish: Wish
  /** Once acknowledged. */
  allocation: Allocation | null
  release: Wish | null
}

type Attempt = { readonly node: GatewayNode; readonly life: number } & {
  readonly watched: Watched<Outcome>
}

export type ClientOptions = {
  readonly name: string
  /** Whether it sends an Idempotency-Key. Without one it does not ask again for what may have happened. */
  readonly hasKeys: boolean
}

export type ClientDependencies = {
  readonly networkId: number
  readonly random: () => number
  /** A node that a client can reach; undefined when all are dead. */
  readonly pick: () => GatewayNode | undefined
  readonly report: (finding: string) => void
  /** Every claim of every client. */
  readonly claims: Claim[]
  /** Before a wish is asked for the first time. */
  readonly onBegin?: (wish: Wish) => void
  /** A wish was answered; null: it was given up, and may have happened. */
  readonly onEnd?: (wish: Wish, claim: Claim, outcome: Outcome | null) => void
}

const GIVE_UP_RATE = 0.4
const RELEASE_RATE = 0.45
const TIMEOUTS_MS = [100, 400, 1_500, 6_000]

export class Client {
  /** Whether it wants nothing new any more, and gives nothing up. */
  isFinishing = false
  readonly #options: ClientOptions
  readonly #dependencies: ClientDependencies
  #count = 0
  #claim: Claim | null = null
  #attempt: Attempt | null = null

  constructor(options: ClientOptions, dependencies: ClientDependencies) {
    this.#options = options
    this.#dependencies = dependencies
  }

  get isIdle(): boolean {
    return this.#claim === null && (!this.isFinishing || this.#unclear() === undefined)
  }

  /** Looks at what came of its request, and asks for the next thing. */
  step(): void {
    if (this.#attempt !== null) this.#look(this.#attempt)
    if (this.#attempt !== null) return
    if (this.#claim === null)
      if (this.isFinishing) this.#comeBack()
      else this.#begin()
    if (this.#claim !== null) this.#ask(this.#claim)
  }

  get #mine(): readonly Claim[] {
    const { name } = this.#options
    return this.#dependencies.claims.filter(({ hostname }) => hostname.startsWith(`${name}-`))
  }

  /** What it gave up without knowing whether it happened: its key tells. */
  #unclear(): Claim | undefined {
    if (!this.#options.hasKeys) return undefined
    return this.#mine.find(({ wish, release }) => {
      const last = release ?? wish
      return last.maybe && last.ending === 'given-up'
    })
  }

  #comeBack(): void {
    const claim = this.#unclear()
    if (claim === undefined) return
    const wish = claim.release ?? claim.wish
    wish.ending = 'open'
    this.#claim = claim
  }

  #begin(): void {
    const { random, claims } = this.#dependencies
    const { name } = this.#options
    const mine = this.#mine.filter(
      ({ allocation, release }) => allocation !== null && release === null,
    )
    const given = random() < RELEASE_RATE ? mine[Math.floor(random() * mine.length)] : undefined
    const key = `${name}-${++this.#count}`
    const wish: Wish = { key, maybe: false, attempts: 0, ending: 'open' }
    this.#dependencies.onBegin?.(wish)
    if (given !== undefined) {
      given.release = wish
      this.#claim = given
    } else {
      this.#claim = { hostname: key, wish, allocation: null, release: null }
      claims.push(this.#claim)
    }
  }

  #ask({ hostname, wish, allocation, release: ending }: Claim): void {
    const { networkId, random, pick } = this.#dependencies
    const node = pick()
    if (node === undefined) return
    const asked = ending ?? wish
    asked.attempts += 1
    const command = allocation === null ? allocate(networkId, hostname) : release(allocation.id)
    const key = { scopeHash: asked.key, requestHash: command.type }
    const idempotency = this.#options.hasKeys ? key : null
    const timeoutMs = TIMEOUTS_MS[Math.floor(random() * TIMEOUTS_MS.length)] ?? 0
    const watched = watch(node.submit(command, { idempotency, timeoutMs }))
    this.#attempt = { node, life: node.starts, watched }
  }

  #look({ node, life, watched: { ending } }: Attempt): void {
    const claim = this.#claim
    if (claim === null) throw new Error('an attempt belongs to a claim')
    const wish = claim.release ?? claim.wish
    const broke = !node.alive || node.starts !== life
    if (ending === null && !broke) return
    this.#attempt = null
    if (ending !== null && 'value' in ending) {
      wish.ending = ending.value.ok ? 'done' : 'refused'
      this.#take(claim, ending.value)
      this.#dependencies.onEnd?.(wish, claim, ending.value)
      this.#claim = null
      return
    }
    if (ending === null || ending.error.outcome === 'unknown') wish.maybe = true
    const mayAsk = this.#options.hasKeys || !wish.maybe
    const isPatient = this.isFinishing || this.#dependencies.random() > GIVE_UP_RATE
    if (mayAsk && isPatient) return
    wish.ending = 'given-up'
    if (wish.maybe) this.#dependencies.onEnd?.(wish, claim, null)
    this.#claim = null
  }

  #take(claim: Claim, outcome: Outcome): void {
    const { claims, report } = this.#dependencies
    const { hostname } = claim
    if (!outcome.ok) {
      const isFull = claim.release === null && outcome.refusal.code === 'no-space'
      if (!isFull) report(`${hostname} was refused with ${outcome.refusal.code}`)
      return
    }
    const allocation = allocationOf(outcome)
    if (allocation.hostname !== hostname) report(`${hostname} was answered with another's outcome`)
    if (claim.release !== null) return
    claim.allocation = allocation
    for (const other of claims)
      if (other !== claim && other.release === null && other.allocation?.first === allocation.first)
        report(`${hostname} was given the address of ${other.hostname}`)
  }
}
