// When what did not go out is tried again: a server that does not answer, and mails that it refuses.
import type { Alert } from '../ledger/index.js'

const SERVER_WAIT_MS = { first: 1_000, max: 5 * 60_000 } as const
const REFUSED_WAIT_MS = { first: 60_000, max: 24 * 3_600_000 } as const
/** Half of a wait is by lot, so that many clusters do not come to one server at once. */
const JITTER = 0.5
/** Refusals in a row after which it is the server that refuses, and not the mails that are bad. */
const REFUSED_IN_A_ROW_MAX = 10
/** Refused mails whose time is kept; of more the oldest are taken for new ones. */
const REFUSED_KEPT_MAX = 500

type Wait = { readonly waits: number; readonly untilMs: number }
type WaitBounds = { readonly first: number; readonly max: number }

const noWait: Wait = { waits: 0, untilMs: Number.NEGATIVE_INFINITY }

export class MailPatience {
  readonly #random: () => number
  #server = noWait
  #refusedInARow = 0
  /** By alert and number. */
  readonly #refused = new Map<string, Wait>()

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random
  }

  /** How many mails may stand before the one to be tried next. */
  get refusedCount(): number {
    return this.#refused.size
  }

  /** Something about the server is another now: nothing that was learnt holds. */
  forget(): void {
    this.#server = noWait
    this.#refusedInARow = 0
    this.#refused.clear()
  }

  /**
   * The one to be tried now: the first that was not refused yet, else the refused one that has waited longest past its time.
   * @param waiting in the order in which they are to go out. @returns null when it is not the time for any
   */
  choose(waiting: readonly Alert[], nowMs: number): Alert | null {
    if (nowMs < this.#server.untilMs) return null
    const fresh = waiting.find(alert => !this.#refused.has(keyOf(alert)))
    if (fresh !== undefined) return fresh
    const untilMs = (alert: Alert) => this.#refused.get(keyOf(alert))?.untilMs ?? 0
    const [next] = waiting
      .filter(alert => untilMs(alert) <= nowMs)
      .sort((left, right) => untilMs(left) - untilMs(right))
    return next ?? null
  }

  taken(alert: Alert): void {
    this.#server = noWait
    this.#refusedInARow = 0
    this.#refused.delete(keyOf(alert))
  }

  serverFailed(nowMs: number): void {
    this.#server = this.#longer(this.#server, SERVER_WAIT_MS, nowMs)
  }

  /** The others go on, unless it refuses one after another. @returns whether it is refused for the first time */
  refused(alert: Alert, nowMs: number): boolean {
    const key = keyOf(alert)
    const before = this.#refused.get(key)
    this.#refused.delete(key)
    this.#refused.set(key, this.#longer(before ?? noWait, REFUSED_WAIT_MS, nowMs))
    const [oldest] = this.#refused.keys()
    if (this.#refused.size > REFUSED_KEPT_MAX && oldest !== undefined) this.#refused.delete(oldest)
    this.#refusedInARow += 1
    if (this.#refusedInARow >= REFUSED_IN_A_ROW_MAX) this.serverFailed(nowMs)
    return before === undefined
  }

  #longer({ waits }: Wait, { first, max }: WaitBounds, nowMs: number): Wait {
    const wholeMs = Math.min(max, first * 2 ** waits)
    return {
      // Past the longest wait nothing grows any more.
      waits: wholeMs === max ? waits : waits + 1,
      untilMs: nowMs + wholeMs * (1 - JITTER * this.#random()),
    }
  }
}

/** A rise of severity is another mail, which was not refused yet. */
function keyOf({ id, mails }: Alert): string {
  return `${id}-${mails}`
}
