// Long work on the main thread, a few milliseconds at a time.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { HttpClock } from '../../ports.js'

/** So long nobody else is served. */
const TURN_MS = 3

export class Turns {
  #begunMs: number

  constructor(
    readonly clock: HttpClock,
    readonly signal: AbortSignal,
  ) {
    this.#begunMs = clock.monotonicMs()
  }

  /** @returns null while this turn may go on, else what to wait for. @throws the signal's reason */
  over(): Promise<void> | null {
    if (this.clock.monotonicMs() - this.#begunMs < TURN_MS) return null
    return this.#next()
  }

  async #next(): Promise<void> {
    await nextTurn()
    this.signal.throwIfAborted()
    this.#begunMs = this.clock.monotonicMs()
  }
}
