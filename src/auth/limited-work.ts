// At most a few jobs at a time, a short queue behind them, and a plain refusal beyond it: whoever waits longest goes
// next, and nobody waits for ever.
import { assert, type Deferred, deferred } from '../lib/index.js'

export type LimitedWorkOptions = {
  readonly runningMax: number
  readonly waitingMax: number
  /** Nobody waits longer for a turn; a job that has begun is not stopped. */
  readonly waitMs: number
}

/** The part of a clock that deadlines need. */
export interface Timer {
  /** Calls once after about `delayMs`; returns a function that cancels. */
  after(delayMs: number, callback: () => void): () => void
}

/** Refused for load alone: the same request may well succeed later. */
export class TooBusyError extends Error {
  override readonly name = 'TooBusyError'

  constructor(
    readonly code: 'queue-full' | 'waited-too-long',
    /** Who else was waiting. */
    readonly waitingCount: number,
  ) {
    super('There is more work than there are turns for it; try again later.')
  }
}

type Waiter = { readonly turn: Deferred<void>; readonly cancelDeadline: () => void }

export class LimitedWork {
  readonly #options: LimitedWorkOptions
  readonly #timer: Timer
  /** running <= runningMax, and nobody waits while it is less. */
  #running = 0
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiter>()

  constructor(options: LimitedWorkOptions, dependencies: { readonly timer: Timer }) {
    assert(options.runningMax >= 1, 'at least one job may run at a time')
    this.#options = options
    this.#timer = dependencies.timer
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** What the job gives, once it had its turn. @throws TooBusyError before it has begun, or what the job throws */
  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.#takeTurn()
    try {
      return await job()
    } finally {
      this.#passTurnOn()
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#running < this.#options.runningMax) {
      this.#running += 1
      return
    }
    if (this.#waiting.size >= this.#options.waitingMax) {
      throw new TooBusyError('queue-full', this.#waiting.size)
    }
    await this.#queue()
  }

  #queue(): Promise<void> {
    const turn = deferred<void>()
    const cancelDeadline = this.#timer.after(this.#options.waitMs, () => {
      this.#waiting.delete(waiter)
      turn.reject(new TooBusyError('waited-too-long', this.#waiting.size))
    })
    const waiter: Waiter = { turn, cancelDeadline }
    this.#waiting.add(waiter)
    return turn.promise
  }

  /** The turn goes from hand to hand, so that a newcomer cannot slip in between. */
  #passTurnOn(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#running -= 1
      return
    }
    this.#waiting.delete(next)
    next.cancelDeadline()
    next.turn.resolve()
  }
}
