// One client's watch: moves events from the feed to its connection, no faster than the client takes them.
import type { ChangePosition } from '../../store/index.js'
import type { App } from '../app.js'
import type { ChangeFeed, WatchEvent } from './change-feed.js'

/** The connection as a watcher sees it. */
export type WatchSink = {
  /** @returns false when the client is behind: nothing more until `taken` is called. */
  write(events: readonly WatchEvent[], taken: () => void): boolean
  /** Shows that the connection lives. Not called while the client is behind. */
  heartbeat(): void
  /** Says why it ends, as far as the client still listens, and closes. */
  end(reason: WatchEnd): void
  /** Closes without a word. */
  drop(): void
}

/** A sink, and whether its client may still watch. */
export type WatchClient = WatchSink & { mayGoOn(): boolean }

export type WatchEnd =
  | { readonly code: 'signed-out'; readonly message: string }
  | { readonly code: 'closing'; readonly message: string }
  | { readonly code: 'history-pruned'; readonly message: string }

export class Watcher {
  #position: ChangePosition
  /** Waiting for the client to take what was written. */
  #blocked = false
  #ended = false
  #cancelTimer: () => void = () => undefined
  readonly #unsubscribe: () => void

  constructor(
    readonly app: App,
    readonly feed: ChangeFeed,
    position: ChangePosition,
    readonly sink: WatchClient,
  ) {
    this.#position = position
    app.watchers++
    app.metrics.watchers.inc()
    this.#unsubscribe = feed.subscribe(() => this.#pump())
    this.#beatLater()
    this.#pump()
  }

  /** The connection is gone, or must go. Done once, however often it is called. */
  stop(): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelTimer()
    this.#unsubscribe()
    this.app.watchers--
    this.app.metrics.watchers.dec()
  }

  close(): void {
    if (this.#ended) return
    this.stop()
    this.sink.end({ code: 'closing', message: 'The server is closing; connect to another node.' })
  }

  #pump(): void {
    if (this.#ended || this.#blocked || !this.#mayGoOn()) return
    try {
      const page = this.feed.after(this.#position)
      this.#position = page.position
      if (page.events.length > 0 && !this.sink.write(page.events, () => this.#taken()))
        this.#block()
      else if (page.more) setImmediate(() => this.#pump())
    } catch (error) {
      this.stop()
      // Pruned under a watcher that was too far behind: a gap must not go unnoticed.
      const message = error instanceof Error ? error.message : String(error)
      this.app.log.warn({ error }, 'watch ended')
      this.sink.end({ code: 'history-pruned', message })
    }
  }

  /** Asked before anything is sent, and at each heartbeat. */
  #mayGoOn(): boolean {
    if (this.sink.mayGoOn()) return true
    this.stop()
    const message = 'The sign-in that this watch began with has ended.'
    this.sink.end({ code: 'signed-out', message })
    return false
  }

  #block(): void {
    this.#blocked = true
    this.#cancelTimer()
    this.#cancelTimer = this.app.clock.after(this.app.options.watchStallMs, () => {
      this.stop()
      this.app.metrics.watchersDropped.inc()
      this.app.log.info({ position: this.#position }, 'watcher read nothing for too long, dropped')
      this.sink.drop()
    })
  }

  #taken(): void {
    if (!this.#blocked || this.#ended) return
    this.#blocked = false
    this.#beatLater()
    this.#pump()
  }

  #beatLater(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.app.clock.after(this.app.options.watchHeartbeatMs, () => {
      if (!this.#mayGoOn()) return
      this.sink.heartbeat()
      this.#beatLater()
    })
  }
}
