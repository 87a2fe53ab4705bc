// What a state on disk has beside its main connection: the worker, scans in it, and checkpoints in it.
import type { Clock, Index, Log } from '../raft/index.js'
import { Checkpointer } from './checkpointer.js'
import { FileScans } from './scan/file-scans.js'
import { ScanSlots } from './scan/scan-slots.js'
import { StateWorker } from './scan/state-worker-client.js'
import type { Transaction } from './transaction.js'
import type { OpenStoreOptions } from './types.js'

const CHECKPOINT_MS = 1000
/** Large, because a reset makes commits wait for two fsyncs: at full load once in several seconds. */
const WAL_BYTES_MAX = 128 << 20
const PAGE_BYTES = 4096
const SCAN_MS_MAX = 30_000
/** A hash reads everything. */
const HASH_MS_MAX = 120_000
/** Scans at once: each is a connection with a cache. */
const SCANS_ACTIVE_MAX = 4
const SCANS_WAITING_MAX = 64
const SCAN_CACHE_BYTES = 2 << 20

export type FileBackgroundDependencies = {
  readonly log: Log
  readonly clock: Clock
  readonly transaction: Pick<Transaction, 'commit' | 'isEager'>
  readonly appliedIndex: () => Index
  readonly onFailure: (error: Error) => void
}

export class FileBackground {
  readonly #slots: ScanSlots
  readonly #transaction: Pick<Transaction, 'commit' | 'isEager'>
  readonly #scans: FileScans
  readonly #worker: StateWorker
  readonly #checkpointer: Checkpointer

  /** To be made when everything applied is durable, as it is after opening. */
  constructor(
    databasePath: string,
    options: OpenStoreOptions,
    dependencies: FileBackgroundDependencies,
  ) {
    const slots = new ScanSlots({ activeMax: SCANS_ACTIVE_MAX, waitingMax: SCANS_WAITING_MAX })
    const worker = new StateWorker(
      { databasePath, cacheBytes: SCAN_CACHE_BYTES },
      { publish: () => dependencies.transaction.commit(), onFailure: dependencies.onFailure },
    )
    this.#slots = slots
    this.#transaction = dependencies.transaction
    const scanMsMax = options.scanMsMax ?? SCAN_MS_MAX
    const { clock } = dependencies
    this.#scans = new FileScans({ scanMsMax, hashMsMax: HASH_MS_MAX }, { worker, slots, clock })
    this.#worker = worker
    this.#checkpointer = new Checkpointer(
      {
        intervalMs: options.checkpointMs ?? CHECKPOINT_MS,
        walPagesMax: Math.ceil((options.walBytesMax ?? WAL_BYTES_MAX) / PAGE_BYTES),
      },
      { ...dependencies, worker, slots },
      dependencies.appliedIndex(),
    )
  }

  get scans(): FileScans {
    return this.#scans
  }

  durableIndex(): Index {
    return this.#checkpointer.durableIndex()
  }

  checkpoint(): Promise<void> {
    return this.#checkpointer.run()
  }

  /**
   * Runs what reads the file from a thread of its own. Counted as a scan: while it reads, the write-ahead log cannot be
   * begun anew. @throws ScanError, or the signal's reason
   */
  whileReading<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#reading(this.#slots.take(signal), work)
  }

  /** The same for what reads but for a moment: it does not wait for scans. @throws the signal's reason */
  whileReadingBriefly<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#reading(this.#slots.takeBriefly(signal), work)
  }

  async #reading<T>(slot: Promise<() => void>, work: () => Promise<T>): Promise<T> {
    const release = await slot
    try {
      this.#transaction.commit()
      return await work()
    } finally {
      release()
    }
  }

  /** No more checkpoints; resolves when the last scan has ended, which takes no longer than a scan may. */
  async drain(): Promise<void> {
    await this.#checkpointer.stop()
    this.#slots.resume()
    await this.#slots.idle()
  }

  async close(): Promise<void> {
    await this.#checkpointer.stop()
    this.#scans.close()
    await this.#worker.close()
  }
}
