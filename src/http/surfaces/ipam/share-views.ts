// Counts how often shares were looked at: one command at a time is under way, and what is looked at meanwhile is gathered into the
// next, so that a link that many follow costs the log no more than one that few do.
import { VIEWS_OF_COMMAND_MAX } from '../../../ledger/index.js'
import { type Deferred, deferred } from '../../../lib/index.js'
import type { App } from '../../app.js'

/** Shares whose views wait to be counted; those of further ones are not. */
const SHARES_WAITING_MAX = 10_000
const COMMAND_TIMEOUT_MS = 5000

type Waiting = { count: number; readonly done: Deferred<void> }
/** Of the node itself: a view is nobody's. */
const OWN_ORIGIN = { actor: 'system', clientAddress: null, userAgent: null }

export class ShareViews {
  readonly #waiting = new Map<number, Waiting>()
  #isSending = false

  constructor(readonly app: Pick<App, 'gateway' | 'log'>) {}

  /** Resolves when the view is counted, or cannot be. */
  count(shareId: number): Promise<void> {
    const known = this.#waiting.get(shareId)
    if (known !== undefined) {
      known.count += 1
      return known.done.promise
    }
    if (this.#waiting.size >= SHARES_WAITING_MAX) return Promise.resolve()
    const waiting = { count: 1, done: deferred<void>() }
    this.#waiting.set(shareId, waiting)
    if (!this.#isSending) void this.#sendAll()
    return waiting.done.promise
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, VIEWS_OF_COMMAND_MAX)
      for (const [shareId] of batch) this.#waiting.delete(shareId)
      await this.#send(batch)
    }
    this.#isSending = false
  }

  async #send(batch: readonly (readonly [number, Waiting])[]): Promise<void> {
    const views = batch.map(([id, { count }]) => ({ id, count }))
    const context = { origin: OWN_ORIGIN, principal: null, idempotency: null }
    try {
      await this.app.gateway.submit(
        { type: 'shares.viewed', views },
        { ...context, timeoutMs: COMMAND_TIMEOUT_MS },
      )
    } catch (error) {
      this.app.log.warn({ error, shares: views.length }, 'views of shares could not be counted')
    }
    for (const [, { done }] of batch) done.resolve()
  }
}

const ofServers = new WeakMap<App, ShareViews>()

export function shareViewsOf(app: App): ShareViews {
  const known = ofServers.get(app)
  if (known !== undefined) return known
  const made = new ShareViews(app)
  ofServers.set(app, made)
  return made
}
