// Notices a disk that neither answers nor fails: how long the call to the log store under way has lasted.
import type { RaftNode } from './core/index.js'
import type { RaftMetrics } from './metrics.js'
import type { Log } from './ports.js'

export type DiskWatchOptions = {
  readonly tickMs: number
  /** A call that lasts longer is a stall. */
  readonly diskStallMs: number
}

export type DiskWatchDependencies = {
  readonly core: RaftNode
  readonly log: Log
  readonly metrics: RaftMetrics
  readonly guard: (work: () => void) => void
}

/**
 * Time is counted in the loop's ticks, which a process that stood still gets few of and only after it has taken in what
 * had arrived: its own pause is not its disk's.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions
  readonly #dependencies: DiskWatchDependencies
  /** Of the call under way; null when there is none. */
  #ticks: number | null = null
  #stalled = false

  constructor(options: DiskWatchOptions, dependencies: DiskWatchDependencies) {
    this.#options = options
    this.#dependencies = dependencies
  }

  get stalled(): boolean {
    return this.#stalled
  }

  /** How long the call under way has lasted; 0 when there is none. */
  get waitMs(): number {
    return (this.#ticks ?? 0) * this.#options.tickMs
  }

  callBegun(): void {
    this.#ticks = 0
  }

  callOver(): void {
    const { core, log, guard } = this.#dependencies
    const waitedMs = this.waitMs
    this.#ticks = null
    if (!this.#stalled) return
    this.#stalled = false
    guard(() => core.setDiskStalled(false))
    log.info({ waitedMs }, 'the disk of the log answers again')
  }

  /** Called in a turn of the loop, before the core hears of the tick. */
  tick(): void {
    if (this.#ticks === null) return
    this.#ticks += 1
    if (this.#stalled || this.waitMs < this.#options.diskStallMs) return
    const { core, log, metrics } = this.#dependencies
    this.#stalled = true
    core.setDiskStalled(true)
    metrics.diskStallsTotal?.()
    log.warn({ waitedMs: this.waitMs }, 'the disk of the log does not answer')
  }
}
