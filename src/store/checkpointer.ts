// Keeps what is applied durable and the write-ahead log bounded, by checkpoints in the worker at regular times.
import type { Clock, Index, Log } from '../raft/index.js'
import type { CheckpointReport } from './scan/messages.js'
import type { ScanSlots } from './scan/scan-slots.js'
import type { StateWorker } from './scan/state-worker-client.js'
import type { Transaction } from './transaction.js'

/** A reset that fails is tried again; at so many times the limit someone should look. */
const WARN_TIMES = 4

export type CheckpointerOptions = {
  readonly intervalMs: number
  /** The write-ahead log is begun anew when it is larger, in pages. */
  readonly walPagesMax: number
}

export type CheckpointerDependencies = {
  readonly worker: StateWorker
  readonly slots: ScanSlots
  readonly transaction: Pick<Transaction, 'isEager'>
  readonly clock: Clock
  readonly log: Log
  readonly appliedIndex: () => Index
  /** A checkpoint failed: the disk is not to be trusted, and nothing is tried again. */
  readonly onFailure: (error: Error) => void
}

export class Checkpointer {
  readonly #options: CheckpointerOptions
  readonly #dependencies: CheckpointerDependencies
  #durableIndex: Index
  #running: Promise<void> | null = null
  #cancel: () => void = () => {}
  #isStopped = false

  constructor(
    options: CheckpointerOptions,
    dependencies: CheckpointerDependencies,
    durableIndex: Index,
  ) {
    this.#options = options
    this.#dependencies = dependencies
    this.#durableIndex = durableIndex
    this.#schedule()
  }

  durableIndex(): Index {
    return this.#durableIndex
  }

  /** A checkpoint now, or the one under way. Never rejects: failures go to `onFailure`. */
  run(): Promise<void> {
    this.#running ??= this.#checkpoint()
      .catch(error => this.#dependencies.onFailure(error))
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  /** Waits for the checkpoint under way; none comes after it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#running
  }

  #schedule(): void {
    this.#cancel = this.#dependencies.clock.after(this.#options.intervalMs, async () => {
      const { appliedIndex, slots } = this.#dependencies
      if (appliedIndex() > this.#durableIndex || slots.isHeld) await this.run()
      if (!this.#isStopped) this.#schedule()
    })
  }

  async #checkpoint(): Promise<void> {
    const { slots, log } = this.#dependencies
    const { walPages } = await this.#ask(false)
    if (walPages <= this.#options.walPagesMax) {
      slots.resume()
      return
    }
    // A reader in the log keeps it from being begun anew, so new scans wait; those that run end in time (scanMsMax).
    slots.hold()
    if (slots.active > 0) return
    await this.#ask(false)
    // What came in since is little: commits wait for the worker only as long as this last part takes. It needs moments
    // without a transaction to take the write lock in.
    const { transaction } = this.#dependencies
    transaction.isEager = true
    const { didReset } = await this.#ask(true).finally(() => {
      transaction.isEager = false
    })
    slots.resume()
    if (didReset) log.debug({ walPages }, 'write-ahead log reset')
    else if (walPages > this.#options.walPagesMax * WARN_TIMES) {
      log.warn({ walPages }, 'write-ahead log grows: another program keeps the state file open')
    }
  }

  async #ask(reset: boolean): Promise<CheckpointReport> {
    const report = await this.#dependencies.worker.call({ type: 'checkpoint', reset })
    this.#durableIndex = Math.max(this.#durableIndex, report.durableIndex)
    return report
  }
}
