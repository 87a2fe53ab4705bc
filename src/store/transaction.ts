// The main connection's write transaction. It stays open over several batches: a commit costs more than a small batch,
// pages that many batches change are written once, and what was owed to sessions is mostly collected by then.
import type { Clock } from '../raft/index.js'
import type { Database, Statement } from './open.js'

/** A transaction is committed after this long, ms, or with so many entries in it, whichever comes first. */
const OPEN_MS_MAX = 25
const OPEN_ENTRIES_MAX = 1024

export type TransactionDependencies = {
  readonly clock: Clock
  /** Writes what was gathered in memory. */
  readonly beforeCommit: () => void
  /** A commit that nobody called for failed: the disk is not to be trusted. */
  readonly onFailure: (error: Error) => void
}

export class Transaction {
  readonly #db: Database
  readonly #dependencies: TransactionDependencies
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #rollback: Statement
  #entries = 0
  #isOpen = false
  #cancelTimer: () => void = () => {}
  /** While true every batch is committed at once. */
  isEager = false

  constructor(db: Database, dependencies: TransactionDependencies) {
    this.#db = db
    this.#dependencies = dependencies
    this.#begin = db.prepare('BEGIN IMMEDIATE')
    this.#commit = db.prepare('COMMIT')
    this.#rollback = db.prepare('ROLLBACK')
  }

  /** Makes sure that a transaction is open. */
  open(): void {
    if (this.#isOpen) return
    this.#begin.run()
    this.#isOpen = true
    this.#entries = 0
    if (this.isEager) return
    this.#cancelTimer = this.#dependencies.clock.after(OPEN_MS_MAX, () => {
      try {
        this.commit()
      } catch (error) {
        this.#dependencies.onFailure(error as Error)
      }
    })
  }

  /** So many entries more are in it; commits when that is enough. */
  added(entries: number): void {
    this.#entries += entries
    if (this.isEager || this.#entries >= OPEN_ENTRIES_MAX) this.commit()
  }

  /** From here on other connections see what was applied. @throws when the disk fails; nothing is kept then. */
  commit(): void {
    if (!this.#isOpen) return
    try {
      this.#dependencies.beforeCommit()
      this.#commit.run()
    } catch (error) {
      this.rollback()
      throw error
    }
    this.#end()
  }

  rollback(): void {
    this.#end()
    if (this.#db.inTransaction) this.#rollback.run()
  }

  #end(): void {
    this.#cancelTimer()
    this.#isOpen = false
  }
}
