// Turns elapsed monotonic time into ticks; a timer only says when to look at the clock.
import type { RaftMetrics } from './metrics.js'
import type { Clock, Log } from './ports.js'

/** The shortest timer; what a rounding error leaves of a tick is not waited for apart. */
const DELAY_MIN_MS = 1

export type TickerOptions = { readonly tickMs: number; readonly stallTicksMax: number }
export type TickerDependencies = {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RaftMetrics
  readonly onTicks: (count: number) => void
}

export class Ticker {
  readonly #options: TickerOptions
  readonly #dependencies: TickerDependencies
  #lastMs = 0
  #cancel: (() => void) | null = null

  constructor(options: TickerOptions, dependencies: TickerDependencies) {
    this.#options = options
    this.#dependencies = dependencies
  }

  start(): void {
    this.#lastMs = this.#dependencies.clock.monotonicMs()
    this.#arm(this.#options.tickMs)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #arm(delayMs: number): void {
    this.#cancel = this.#dependencies.clock.after(delayMs, () => this.#look())
  }

  #look(): void {
    const { tickMs, stallTicksMax } = this.#options
    const nowMs = this.#dependencies.clock.monotonicMs()
    const ticks = Math.floor((nowMs - this.#lastMs) / tickMs)
    if (ticks > stallTicksMax) {
      this.#wakeFromStall(nowMs - this.#lastMs)
      this.#lastMs = nowMs
    } else if (ticks > 0) {
      this.#lastMs += ticks * tickMs
      this.#dependencies.onTicks(ticks)
    }
    this.#arm(Math.max(DELAY_MIN_MS, this.#lastMs + tickMs - nowMs))
  }

  /**
   * The others may have sent heartbeats all the while, and they lie in this process's sockets: they are handled
   * first. The time slept through is then forgotten but for a few ticks, so that sleep alone elects nobody.
   */
  #wakeFromStall(stallMs: number): void {
    const { clock, log, metrics, onTicks } = this.#dependencies
    log.warn({ stallMs: Math.round(stallMs) }, 'this process stood still')
    metrics.loopStallSeconds?.(stallMs / 1000)
    clock.soon(() => {
      if (this.#cancel !== null) onTicks(this.#options.stallTicksMax)
    })
  }
}
