// What stands before a limited route: all its rules, which tell how the caller stands with each answer.
import type { Counter } from 'prom-client'
import { ApiError } from '../api-error.js'
import { ClientGone } from '../body.js'
import type { Call } from '../call.js'
import type { Lines } from './lines.js'
import type { LimitRule, RefusalWords } from './rule.js'
import type { Standing } from './windows.js'

export type LimitInForce = {
  readonly rule: LimitRule
  readonly lines: Lines
  readonly refused: Counter.Internal
}

export class Gate {
  constructor(
    readonly limits: readonly LimitInForce[],
    /** The longest that a request waits for its turn. */
    readonly waitMs: number,
  ) {}

  /**
   * Whoever fails to sign in counts too, by his address, and is not told more than 429 when he has failed too often.
   * @param signIn finds out who asks @throws what it throws; ApiError 429; ClientGone
   */
  async pass(call: Call, signIn: () => Promise<void> | null): Promise<void> {
    try {
      await signIn()
    } finally {
      await this.#take(call)
    }
  }

  /** The strictest of all that were asked is shown. @throws ApiError 429; ClientGone */
  async #take(call: Call): Promise<void> {
    const patienceMs = Math.min(this.waitMs, call.timeoutMs)
    let strictest: Standing | null = null
    for (const { rule, lines, refused } of this.limits) {
      const waitMs = rule.refusesAtOnce === true ? 0 : patienceMs
      const standing = await lines.take(rule.key(call), waitMs)
      if (!standing.allowed) {
        refused.inc()
        show(call, standing)
        throw tooMany(rule, standing)
      }
      if (strictest === null || standing.remaining < strictest.remaining) strictest = standing
    }
    if (call.response.destroyed) throw new ClientGone('The client closed the connection.')
    if (strictest !== null) show(call, strictest)
  }
}

function show(call: Call, { points, remaining, resetMs }: Standing): void {
  const resetSeconds = Math.ceil((call.app.clock.wallMs() + resetMs) / 1000)
  call.addHeaders(
    'X-RateLimit-Limit',
    String(points),
    'X-RateLimit-Remaining',
    String(remaining),
    'X-RateLimit-Reset',
    String(resetSeconds),
  )
}

function tooMany(rule: LimitRule, { resetMs }: Standing): ApiError {
  const retrySeconds = Math.max(Math.ceil(resetMs / 1000), 1)
  const { message, fields } = rule.refusal?.(retrySeconds) ?? wordsOf(rule)
  return new ApiError(429, 'rate-limited', message, fields, ['Retry-After', String(retrySeconds)])
}

function wordsOf({ name, points, windowMs }: LimitRule): RefusalWords {
  const window = windowMs === 1000 ? 'second' : `${windowMs / 1000} seconds`
  const message = `Too many requests: at most ${points} within a ${window} (limit ${name}). Wait before you try again.`
  return { message, fields: { limit: name } }
}
