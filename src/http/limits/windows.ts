// Counts what is taken under each key, in windows of the key's own; when there are too many keys, the oldest are forgotten.
import type { RateLimiterRes } from 'rate-limiter-flexible'
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'
import type { HttpClock } from '../ports.js'
import type { Allowance } from './rule.js'

/** How a key stands after a request. */
export type Standing = {
  readonly allowed: boolean
  /** Of the window. */
  readonly points: number
  readonly remaining: number
  /** Until the window is over. */
  readonly resetMs: number
}

export class Windows {
  readonly #limiter: RateLimiterMemory
  /** Key → when it was last asked for, the longest ago first. It has every key that the limiter counts. */
  readonly #askedMs = new Map<string, number>()

  constructor(
    readonly allowance: Allowance,
    /** Whose key is forgotten begins anew. */
    readonly keysMax: number,
    readonly clock: Pick<HttpClock, 'monotonicMs'>,
  ) {
    const { points, windowMs } = allowance
    this.#limiter = new RateLimiterMemory({ points, duration: windowMs / 1000 })
  }

  get keyCount(): number {
    return this.#askedMs.size
  }

  /** Counted before it returns, so that those who come at once are counted in their order. */
  async take(key: string): Promise<Standing> {
    this.#remember(key)
    try {
      return this.#standing(true, await this.#limiter.consume(key))
    } catch (refused) {
      if (refused instanceof Error) throw refused
      return this.#standing(false, refused as RateLimiterRes)
    }
  }

  #standing(allowed: boolean, { remainingPoints, msBeforeNext }: RateLimiterRes): Standing {
    const { points } = this.allowance
    return { allowed, points, remaining: remainingPoints, resetMs: Math.max(msBeforeNext, 0) }
  }

  #remember(key: string): void {
    const nowMs = this.clock.monotonicMs()
    this.#askedMs.delete(key)
    this.#askedMs.set(key, nowMs)
    for (const [oldest, askedMs] of this.#askedMs) {
      const isOver = askedMs + this.allowance.windowMs < nowMs
      if (!isOver && this.#askedMs.size <= this.keysMax) return
      this.#askedMs.delete(oldest)
      void this.#limiter.delete(oldest)
    }
  }
}
