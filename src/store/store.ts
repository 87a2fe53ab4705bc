// The state machine on SQLite: committed entries go through the ledger into one transaction together with the applied
// index, a whole batch or more; reads and scans are served from the same rows.
import { setImmediate } from 'node:timers/promises'
import { Ledger } from '../ledger/index.js'
import { assert } from '../lib/index.js'
import {
  type ApplyEntry,
  type Index,
  type SnapshotMark,
  type StateMachine,
  systemClock,
} from '../raft/index.js'
import { applyEntries } from './batch.js'
import { FileBackground } from './file-background.js'
import { readImage } from './image.js'
import type { Database } from './open.js'
import { IN_MEMORY, openState } from './open-state.js'
import type { Reads, Scans } from './reads.js'
import { SqliteRows } from './rows.js'
import { MemoryScans } from './scan/memory-scans.js'
import { SqliteReads } from './sqlite-reads.js'
import { Transaction } from './transaction.js'
import type { AppliedRequest, OpenStoreOptions, StoreDependencies, StoreView } from './types.js'

type AppliedListener = (requests: readonly AppliedRequest[]) => void

export class Store implements StateMachine, StoreView {
  readonly #db: Database
  readonly #rows: SqliteRows
  readonly #ledger: Ledger
  readonly #reads: Reads
  readonly #scans: Scans
  /** null in memory. */
  readonly #background: FileBackground | null
  readonly #options: OpenStoreOptions
  readonly #dependencies: StoreDependencies
  readonly #transaction: Transaction
  readonly #listeners = new Set<AppliedListener>()
  /** Why the store is not to be used any more: the ledger's memory may then be ahead of the rows. */
  #failure: Error | null = null
  #isClosed = false

  private constructor(db: Database, options: OpenStoreOptions, dependencies: StoreDependencies) {
    this.#db = db
    this.#options = options
    this.#dependencies = dependencies
    this.#rows = new SqliteRows(db)
    // Written with the first batch, so that a node that has begun never takes another beginning from its options.
    this.#rows.state.membership ??= options.initialMembership
    this.#ledger = new Ledger(this.#rows)
    this.#reads = new SqliteReads(db, { ledger: this.#ledger, state: this.#rows.state })
    this.#transaction = new Transaction(db, {
      clock: dependencies.clock ?? systemClock,
      beforeCommit: () => this.#rows.flush(),
      onFailure: error => this.#fail(error),
    })
    // In memory a commit costs nothing, and everyone reads through the one connection.
    this.#transaction.isEager = options.directory === IN_MEMORY
    this.#background = options.directory === IN_MEMORY ? null : this.#startBackground()
    this.#scans = this.#background?.scans ?? new MemoryScans(db)
  }

  /** Reads what the ledger keeps in memory, in slices that let timers and sockets breathe. @throws a full sentence. */
  static async open(options: OpenStoreOptions, dependencies: StoreDependencies): Promise<Store> {
    const store = new Store(openState(options), options, dependencies)
    try {
      const loading = store.#ledger.load(readImage(store.#db))
      while (!loading.next().done) await setImmediate()
    } catch (error) {
      await store.close()
      throw error
    }
    return store
  }

  get applied(): SnapshotMark {
    const { state } = this.#rows
    return {
      index: state.appliedIndex,
      term: state.appliedTerm,
      timeMs: state.appliedTimeMs,
      membership: state.membership ?? this.#options.initialMembership,
    }
  }

  get reads(): Reads {
    this.#assertUsable()
    return this.#reads
  }

  get scans(): Scans {
    this.#assertUsable()
    return this.#scans
  }

  /**
   * Listeners hear what was decided. Other connections see it with the next commit, which comes soon by itself and
   * before any scan or checkpoint; what a crash takes with it is in the Raft log.
   * @throws when an entry cannot be applied or the disk fails: nothing of the batch is left then, and the store
   * refuses all further use.
   */
  apply(entries: readonly ApplyEntry[]): void {
    this.#assertUsable()
    const { appliedIndex } = this.#rows.state
    const fresh = entries.filter(entry => entry.index > appliedIndex)
    if (fresh.length === 0) return
    const decided = this.#applyFresh(fresh)
    for (const listener of this.#listeners) listener(decided)
  }

  durableIndex(): Index {
    return this.#background?.durableIndex() ?? this.appliedIndex()
  }

  appliedIndex(): number {
    return this.#rows.state.appliedIndex
  }

  appliedTimeMs(): number {
    return this.#rows.state.appliedTimeMs
  }

  onApplied(listener: AppliedListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Makes what is applied durable now; resolves when `durableIndex` has followed. */
  async checkpoint(): Promise<void> {
    await this.#background?.checkpoint()
    this.#assertUsable()
  }

  /** The whole state as bytes, for `image` of another store in memory. */
  serialize(): Uint8Array {
    this.#assertUsable()
    this.#transaction.commit()
    return this.#db.serialize()
  }

  /** Ends scans, makes everything durable, and closes the file. Calling it again does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    try {
      await this.#background?.close()
      if (this.#failure === null) this.#transaction.commit()
      if (this.#background !== null && this.#failure === null) {
        this.#db.pragma('wal_checkpoint(TRUNCATE)')
      }
    } finally {
      this.#db.close()
    }
  }

  #applyFresh(entries: readonly ApplyEntry[]): AppliedRequest[] {
    try {
      this.#transaction.open()
      const decided = applyEntries(entries, { rows: this.#rows, ledger: this.#ledger })
      this.#transaction.added(entries.length)
      return decided
    } catch (error) {
      this.#failure = error as Error
      this.#transaction.rollback()
      throw error
    }
  }

  #startBackground(): FileBackground {
    const { log, clock = systemClock } = this.#dependencies
    return new FileBackground(this.#db.name, this.#options, {
      log,
      clock,
      transaction: this.#transaction,
      appliedIndex: () => this.appliedIndex(),
      onFailure: error => this.#fail(error),
    })
  }

  /** The disk failed outside `apply`. */
  #fail(error: Error): void {
    if (this.#isClosed || this.#failure !== null) return
    this.#failure = error
    this.#dependencies.log.error({ error: error.message }, 'the state on disk failed')
    this.#dependencies.onFailure?.(error)
  }

  #assertUsable(): void {
    assert(!this.#isClosed, 'the store is open')
    if (this.#failure === null) return
    throw new Error('The state of this node failed and is not to be used any more.', {
      cause: this.#failure,
    })
  }
}
