// The one call to the log store that may be under way: a Write of the core, or a compaction.
import { assert } from '../lib/index.js'
import type { Write } from './core/index.js'
import type { RaftMetrics } from './metrics.js'
import type { Clock, LogStore } from './ports.js'

export type LogWriterDependencies = {
  readonly logStore: LogStore
  readonly clock: Clock
  readonly metrics: RaftMetrics
  /** A disk that failed once is not asked again: what it really holds is unknown. */
  readonly onError: (error: Error) => void
}

export class LogWriter {
  readonly #dependencies: LogWriterDependencies
  #underWay: Promise<void> | null = null

  constructor(dependencies: LogWriterDependencies) {
    this.#dependencies = dependencies
  }

  get busy(): boolean {
    return this.#underWay !== null
  }

  /** @param done called when the Write is on disk; never after an error */
  write({ hardState, entries, mustSync }: Write, done: () => void): void {
    const { logStore, clock, metrics } = this.#dependencies
    const startedMs = clock.monotonicMs()
    const work = () => logStore.append({ hardState, entries, sync: mustSync || entries.length > 0 })
    this.#run(work, () => {
      metrics.logWriteSeconds?.((clock.monotonicMs() - startedMs) / 1000)
      metrics.logWriteEntries?.(entries.length)
      done()
    })
  }

  compact(mark: Parameters<LogStore['compact']>[0], done: () => void): void {
    this.#run(() => this.#dependencies.logStore.compact(mark), done)
  }

  /** Resolves when nothing is under way; never rejects. */
  async settled(): Promise<void> {
    await this.#underWay
  }

  #run(work: () => Promise<void>, done: () => void): void {
    assert(this.#underWay === null, 'calls to the log store never overlap')
    this.#underWay = work().then(
      () => {
        this.#underWay = null
        done()
      },
      error => {
        this.#underWay = null
        const reason = error instanceof Error ? error : new Error(String(error))
        this.#dependencies.onError(reason)
      },
    )
  }
}
