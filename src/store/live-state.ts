// One open state: its connection, the ledger's memory of it, and what reads and checkpoints it. A snapshot that is
// installed is another one, and the store changes over to it.
import { setImmediate } from 'node:timers/promises'
import { Ledger } from '../ledger/index.js'
import { type ApplyEntry, type SnapshotMark, systemClock } from '../raft/index.js'
import { applyEntries } from './batch.js'
import { FileBackground } from './file-background.js'
import { MemoryPort } from './finder/memory-port.js'
import { StateFinder } from './finder/state-finder.js'
import { WorkerPort } from './finder/worker-port.js'
import { readImage } from './image.js'
import type { Database } from './open.js'
import type { Reads, Scans } from './reads.js'
import { SqliteRows } from './rows.js'
import { MemoryScans } from './scan/memory-scans.js'
import type { StateHash } from './scan/state-hash.js'
import { SqliteReads } from './sqlite-reads.js'
import { Transaction } from './transaction.js'
import type { AppliedRequest, OpenStoreOptions, StoreDependencies } from './types.js'

export type LiveStateDependencies = StoreDependencies & {
  /** The disk failed outside `apply`, or a worker died. */
  readonly onBroken: (error: Error, state: LiveState) => void
}

export class LiveState {
  readonly reads: Reads
  readonly scans: Scans & { hashNow(): Promise<StateHash> | null }
  /** null in memory. */
  readonly background: FileBackground | null
  readonly #db: Database
  readonly #rows: SqliteRows
  readonly #ledger: Ledger
  readonly #transaction: Transaction
  readonly #options: OpenStoreOptions
  readonly #dependencies: LiveStateDependencies
  #closed: Promise<void> | null = null

  private constructor(
    db: Database,
    options: OpenStoreOptions,
    dependencies: LiveStateDependencies,
  ) {
    const { log, clock = systemClock, onBroken } = dependencies
    const onFailure = (error: Error) => onBroken(error, this)
    this.#db = db
    this.#options = options
    this.#dependencies = dependencies
    this.#rows = new SqliteRows(db)
    // Written with the first batch, so that a node that has begun never takes another beginning from its options.
    this.#rows.state.membership ??= options.initialMembership
    this.#ledger = new Ledger(this.#rows)
    this.reads = new SqliteReads(db, { ledger: this.#ledger, state: this.#rows.state })
    this.#transaction = new Transaction(db, {
      clock,
      beforeCommit: () => this.#rows.flush(),
      onFailure,
    })
    // In memory a commit costs nothing, and everyone reads through the one connection.
    this.#transaction.isEager = db.memory
    this.background = db.memory
      ? null
      : new FileBackground(db.name, options, {
          log,
          clock,
          transaction: this.#transaction,
          appliedIndex: () => this.#rows.state.appliedIndex,
          onFailure,
        })
    this.scans = this.background?.scans ?? new MemoryScans(db)
  }

  /** Reads what the ledger keeps in memory, in slices that let timers and sockets breathe. @throws a full sentence. */
  static async open(
    db: Database,
    options: OpenStoreOptions,
    dependencies: LiveStateDependencies,
  ): Promise<LiveState> {
    let live: LiveState
    try {
      live = new LiveState(db, options, dependencies)
    } catch (error) {
      db.close()
      throw error
    }
    try {
      const loading = live.#ledger.load(readImage(db))
      while (!loading.next().done) await setImmediate()
      return live
    } catch (error) {
      await live.close('as-it-is')
      throw error
    }
  }

  /** Path of its file. */
  get databasePath(): string {
    return this.#db.name
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

  get appliedIndex(): number {
    return this.#rows.state.appliedIndex
  }

  get appliedTimeMs(): number {
    return this.#rows.state.appliedTimeMs
  }

  /** Entries that follow the last applied one. @throws when one cannot be applied: the state is of no use then. */
  apply(entries: readonly ApplyEntry[]): AppliedRequest[] {
    try {
      this.#transaction.open()
      const decided = applyEntries(entries, { rows: this.#rows, ledger: this.#ledger })
      this.#transaction.added(entries.length)
      return decided
    } catch (error) {
      this.#transaction.rollback()
      throw error
    }
  }

  /** Finds in this state until whoever opened it closes it. @param finderPath of its file, unless all is in memory */
  openFinder(finderPath: string): StateFinder {
    const { background } = this
    const { log, clock = systemClock } = this.#dependencies
    return new StateFinder({
      port:
        background === null
          ? new MemoryPort(this.#db)
          : new WorkerPort({ statePath: this.#db.name, finderPath }),
      whileReading: (work, signal) => background?.whileReadingBriefly(work, signal) ?? work(),
      appliedIndex: () => this.appliedIndex,
      clock,
      log,
    })
  }

  serialize(): Uint8Array {
    this.#transaction.commit()
    return this.#db.serialize()
  }

  /** Another state has taken its place: scans of it may end, then it is closed. */
  async retire(): Promise<void> {
    await this.background?.drain()
    await this.close('as-it-is')
  }

  /** @param how `whole`: everything is made durable first; `as-it-is`: it failed or is not needed any more. */
  close(how: 'whole' | 'as-it-is'): Promise<void> {
    this.#closed ??= this.#close(how)
    return this.#closed
  }

  async #close(how: 'whole' | 'as-it-is'): Promise<void> {
    try {
      await this.background?.close()
      if (how === 'as-it-is') this.#transaction.rollback()
      else {
        this.#transaction.commit()
        if (this.background !== null) this.#db.pragma('wal_checkpoint(TRUNCATE)')
      }
    } finally {
      this.#db.close()
    }
  }
}
