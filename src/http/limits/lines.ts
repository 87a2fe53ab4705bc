// Those who came too early wait for the next window, each key in a line of its own, and never in vain.
import type { HttpClock } from '../ports.js'
import type { Standing, Windows } from './windows.js'

/** Timers and the wall clock, by which windows end, are each true to a millisecond. */
const TIMER_SLACK_MS = 2

type Line = { readonly opensMs: number; readonly waiting: ((turn: Promise<Standing>) => void)[] }

/** Places for all who wait, under whatever rule. */
export class WaitingRoom {
  #taken = 0

  constructor(readonly places: number) {}

  get isFull(): boolean {
    return this.#taken >= this.places
  }

  enter(): void {
    this.#taken += 1
  }

  leave(): void {
    this.#taken -= 1
  }
}

export class Lines {
  /** A key has one from the first who waits until the next window begins. */
  readonly #lines = new Map<string, Line>()

  constructor(
    readonly windows: Windows,
    readonly room: WaitingRoom,
    readonly clock: Pick<HttpClock, 'monotonicMs' | 'after'>,
  ) {}

  /**
   * Whoever comes while others wait goes behind them.
   * @returns allowed at once, or when its turn has come; refused at once when that would take longer than `patienceMs`
   */
  async take(key: string, patienceMs: number): Promise<Standing> {
    const line = this.#lines.get(key)
    if (line !== undefined) return this.#join(line, patienceMs)
    const standing = await this.windows.take(key)
    if (standing.allowed) return standing
    const begunMeanwhile = this.#lines.get(key)
    if (begunMeanwhile !== undefined) return this.#join(begunMeanwhile, patienceMs)
    return this.#begin(key, standing, patienceMs)
  }

  #begin(key: string, standing: Standing, patienceMs: number): Standing | Promise<Standing> {
    if (standing.resetMs > patienceMs || this.room.isFull) return standing
    const line = { opensMs: this.clock.monotonicMs() + standing.resetMs, waiting: [] }
    this.#lines.set(key, line)
    this.clock.after(standing.resetMs + TIMER_SLACK_MS, () => this.#open(key, line))
    return this.#join(line, patienceMs)
  }

  #join(line: Line, patienceMs: number): Standing | Promise<Standing> {
    const { points } = this.windows.allowance
    const resetMs = Math.max(line.opensMs - this.clock.monotonicMs(), 0)
    if (line.waiting.length >= points || this.room.isFull || resetMs > patienceMs)
      return { allowed: false, points, remaining: 0, resetMs }
    this.room.enter()
    return new Promise(resolve => line.waiting.push(resolve))
  }

  /** No more wait than one window has room for, and nobody was counted in it yet. */
  #open(key: string, line: Line): void {
    this.#lines.delete(key)
    for (const resolve of line.waiting) {
      this.room.leave()
      resolve(this.windows.take(key))
    }
  }
}
