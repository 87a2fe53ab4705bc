// Callers that wait until an index is applied here, in the order of the index.
import { type Deferred, deferred } from '../lib/index.js'
import type { Index } from './core/index.js'
import { Deadlines } from './deadlines.js'
import { RaftError } from './driver.js'

type Waiter = Deferred<void> & { readonly index: Index; readonly deadlineMs: number }

export class AppliedWaiters {
  readonly #waitersMax: number
  readonly #deadlines = new Deadlines()
  /** Ascending by index; callers of one index in the order they came. */
  #waiters: Waiter[] = []
  #applied: Index

  constructor(options: { readonly waitersMax: number }, applied: Index) {
    this.#waitersMax = options.waitersMax
    this.#applied = applied
  }

  get applied(): Index {
    return this.#applied
  }

  /** @throws RaftError overloaded, deadline, stopped */
  wait(index: Index, deadlineMs: number): Promise<void> {
    if (index <= this.#applied) return Promise.resolve()
    if (this.#waiters.length >= this.#waitersMax)
      return Promise.reject(new RaftError('overloaded', 'too many reads wait to be applied'))
    const waiter = { ...deferred<void>(), index, deadlineMs }
    this.#waiters.splice(this.#placeBehind(index), 0, waiter)
    this.#deadlines.note(deadlineMs)
    return waiter.promise
  }

  /** Everything up to `index` is in the state. */
  advance(index: Index): void {
    this.#applied = index
    const done = this.#waiters.splice(0, this.#placeBehind(index))
    for (const waiter of done) waiter.resolve()
  }

  expire(nowMs: number): void {
    if (!this.#deadlines.due(nowMs)) return
    this.#deadlines.restart()
    this.#waiters = this.#deadlines.expire(
      this.#waiters,
      nowMs,
      () =>
        new RaftError('deadline', 'the state did not reach the wanted index before the deadline'),
    )
  }

  rejectAll(error: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }

  /** The place behind all waiters of this index or a lower one. Reads come with growing indices, so usually the end. */
  #placeBehind(index: Index): number {
    let low = 0
    let high = this.#waiters.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#waiters[middle]?.index ?? 0) <= index) low = middle + 1
      else high = middle
    }
    return low
  }
}
