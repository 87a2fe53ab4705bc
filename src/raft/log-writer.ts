// The one call to the log store that may be under way: a Write of the core, or a compaction.
import { assert } from '../lib/index.js'
import type { Index, Write } from './core/index.js'
import type { DiskWatch } from './disk-watch.js'
import type { RaftMetrics } from './metrics.js'
import type { Clock, LogStore, SnapshotStore } from './ports.js'

export type LogWriterDependencies = {
  readonly logStore: LogStore
  readonly clock: Clock
  readonly metrics: RaftMetrics
  readonly watch: DiskWatch
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
    this.#runWatched(work, () => {
      metrics.logWriteSeconds?.((clock.monotonicMs() - startedMs) / 1000)
      metrics.logWriteEntries?.(entries.length)
      done()
    })
  }

  /**
   * A Write that installs a snapshot. Term and vote come first, with a commit index that the old log still holds; then
   * the state; then the log is cut. Wherever a crash falls, the log reaches at least as far as the state, or the store
   * of snapshots knows that it was installing (docs/decisions/0028).
   * @param commit highest index that is committed, and in the log on disk
   */
  install(
    { hardState, snapshot }: Write,
    { store, commit }: { readonly store: SnapshotStore; readonly commit: Index },
    done: () => void,
  ): void {
    assert(snapshot !== null, 'this Write installs a snapshot')
    const { logStore } = this.#dependencies
    this.#run(async () => {
      await logStore.append({ hardState: { ...hardState, commit }, entries: [], sync: true })
      await store.install(snapshot)
      const { index, term, timeMs } = snapshot
      await logStore.compact({ index, term, timeMs })
      await store.installed()
    }, done)
  }

  compact(mark: Parameters<LogStore['compact']>[0], done: () => void): void {
    this.#runWatched(() => this.#dependencies.logStore.compact(mark), done)
  }

  /** Resolves when nothing is under way; never rejects. */
  async settled(): Promise<void> {
    await this.#underWay
  }

  /** An install is not watched: it takes as long as the state is large, and whoever installs neither leads nor campaigns. */
  #runWatched(work: () => Promise<void>, done: () => void): void {
    const { watch } = this.#dependencies
    watch.callBegun()
    this.#run(work, () => {
      watch.callOver()
      done()
    })
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
