// The finder of one open state: brings its tables up when the first question comes, or when it is told to, keeps them near the state
// from then on, and lets questions wait for a small step only.
import { setImmediate } from 'node:timers/promises'
import type { Allocation } from '../../ledger/index.js'
import { deferred } from '../../lib/index.js'
import type { Clock, Log } from '../../raft/index.js'
import { FinderBusyError } from '../finder-busy-error.js'
import type {
  AddressQuery,
  ChangeQuery,
  ChangeRow,
  DayCount,
  Finder,
  Found,
  HostQuery,
  Occupant,
  RegionDay,
  RegionDayQuery,
} from '../reads.js'
import { QUESTION_MS_MAX } from './finder-engine.js'
import type { Answers, DayQuery, FinderPort, FinderRequest, Question, Reply } from './messages.js'

/** A question waits so long for the tables; what takes longer is told to come again. */
const WAIT_MS_MAX = 2000
/** Once asked, the tables follow the state so often: the next question finds little to do. */
const FOLLOW_MS = 1000
/** Of a slice: nobody waits for it alone. */
const NEVER = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

export type StateFinderDependencies = {
  readonly port: FinderPort
  /** Runs what reads the state; everything applied is visible to other connections then. */
  readonly whileReading: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>
  readonly appliedIndex: () => number
  readonly clock: Clock
  readonly log: Log
}

export class StateFinder implements Finder {
  readonly #dependencies: StateFinderDependencies
  readonly #closing = new AbortController()
  readonly #questions = new Set<Promise<unknown>>()
  readonly #bounds = new Set<AbortController>()
  /** The way up to the state, shared by all who wait for it. */
  #rising: Promise<void> | null = null
  #percent = 0
  #followedIndex = 0
  #cancelFollowing: (() => void) | null = null

  constructor(dependencies: StateFinderDependencies) {
    this.#dependencies = dependencies
  }

  addresses(query: AddressQuery, signal: AbortSignal): Promise<Found<Occupant>> {
    return this.#ask({ type: 'addresses', query }, signal)
  }

  changes(query: ChangeQuery, signal: AbortSignal): Promise<Found<ChangeRow>> {
    return this.#ask({ type: 'changes', query }, signal)
  }

  days(query: DayQuery, signal: AbortSignal): Promise<readonly DayCount[]> {
    return this.#ask({ type: 'days', query }, signal)
  }

  hosts(query: HostQuery, signal: AbortSignal): Promise<Found<Allocation>> {
    return this.#ask({ type: 'hosts', query }, signal)
  }

  regionDays(query: RegionDayQuery, signal: AbortSignal): Promise<readonly RegionDay[]> {
    return this.#ask({ type: 'regionDays', query }, signal)
  }

  /** Questions that wait are refused with `reason`. Resolves when nothing of it uses the state any more. */
  async close(reason: Error): Promise<void> {
    this.#closing.abort(reason)
    for (const bounds of [...this.#bounds]) bounds.abort(reason)
    this.#cancelFollowing?.()
    await this.#dependencies.port.close()
    await Promise.allSettled([this.#rising, ...this.#questions])
  }

  async #ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<Answers[Q['type']]> {
    const bounds = this.#bound(signal)
    const asked = this.#answer(question, bounds.signal)
    this.#questions.add(asked)
    try {
      return (await orAborted(asked, bounds.signal)) as Answers[Q['type']]
    } finally {
      this.#questions.delete(asked)
      bounds.end()
    }
  }

  async #answer(question: Question, signal: AbortSignal): Promise<Answers[keyof Answers]> {
    const { clock } = this.#dependencies
    const givenUp = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    signal.addEventListener('abort', () => Atomics.store(givenUp, 0, 1), { once: true })
    const waited = deferred<never>()
    const cancel = clock.after(WAIT_MS_MAX, () => waited.reject(new FinderBusyError(this.#percent)))
    waited.promise.catch(() => {})
    try {
      for (;;) {
        const reply = await this.#call({ question, givenUp }, signal)
        this.#percent = reply.percent
        this.follow()
        if (reply.answer !== null) return reply.answer
        await Promise.race([this.#rise(), waited.promise])
      }
    } finally {
      cancel()
    }
  }

  #call(request: FinderRequest, signal: AbortSignal): Promise<Reply> {
    const { port, whileReading } = this.#dependencies
    return whileReading(async () => {
      signal.throwIfAborted()
      this.#closing.signal.throwIfAborted()
      return port.call(request)
    }, signal)
  }

  #rise(): Promise<void> {
    this.#rising ??= this.#climb().finally(() => {
      this.#rising = null
    })
    // Those who wait hear of a failure; when nobody waits any more, the next question will.
    this.#rising.catch(() => {})
    return this.#rising
  }

  async #climb(): Promise<void> {
    const { appliedIndex } = this.#dependencies
    for (;;) {
      const index = appliedIndex()
      const reply = await this.#call({ question: null, givenUp: NEVER }, this.#closing.signal)
      this.#percent = reply.percent
      if (reply.isCurrent) this.#followedIndex = index
      if (reply.isCurrent && reply.isTidy) return
      await setImmediate()
    }
  }

  /** Brings the tables up to the state in a second, and again each second. */
  follow(): void {
    if (this.#cancelFollowing !== null || this.#closing.signal.aborted) return
    const { clock, appliedIndex, log } = this.#dependencies
    this.#cancelFollowing = clock.after(FOLLOW_MS, async () => {
      try {
        if (appliedIndex() !== this.#followedIndex) await this.#rise()
        this.#cancelFollowing = null
        this.follow()
      } catch (error) {
        this.#cancelFollowing = null
        if (this.#closing.signal.aborted) return
        log.warn({ error: String(error) }, 'the search index could not follow the state')
      }
    })
  }

  #bound(signal: AbortSignal): { readonly signal: AbortSignal; readonly end: () => void } {
    const bounds = new AbortController()
    const follow = () => bounds.abort(signal.reason)
    const cancel = this.#dependencies.clock.after(QUESTION_MS_MAX, () =>
      bounds.abort(new Error('The question took too long to answer.')),
    )
    const end = () => {
      cancel()
      signal.removeEventListener('abort', follow)
      this.#bounds.delete(bounds)
    }
    this.#bounds.add(bounds)
    signal.addEventListener('abort', follow, { once: true })
    if (signal.aborted) follow()
    if (this.#closing.signal.aborted) bounds.abort(this.#closing.signal.reason)
    return { signal: bounds.signal, end }
  }
}

/** What goes on in the thread then ends unheard. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
