// The state machine on SQLite: applies committed entries through the ledger, a batch to a transaction, and serves reads.
import { setImmediate as breathe } from 'node:timers/promises'
import { Ledger } from '../ledger/index.js'
import type {
  ApplyEntry,
  Index,
  Log,
  Membership,
  SnapshotMark,
  StateMachine,
} from '../raft/index.js'
import { decodeRequest } from './codec/request-codec.js'
import { readImage } from './image.js'
import { currentState, makeFreshState, pointAt } from './layout.js'
import { migrate } from './migrations/index.js'
import { type Database, openDatabase } from './open.js'
import { Pages } from './pages.js'
import type { Reads, Scans } from './reads.js'
import { SqliteRows } from './rows.js'
import { hashState } from './scan/state-hash.js'
import { SqliteReads } from './sqlite-reads.js'
import type { AppliedRequest, StoreOptions, StoreView } from './types.js'

const PAGE = 500

export class Store implements StateMachine, StoreView {
  readonly reads: Reads
  readonly scans: Scans
  readonly #db: Database
  readonly #rows: SqliteRows
  readonly #ledger: Ledger
  readonly #initialMembership: Membership
  readonly #listeners = new Set<(requests: readonly AppliedRequest[]) => void>()

  private constructor(
    db: Database,
    path: string,
    rows: SqliteRows,
    ledger: Ledger,
    options: StoreOptions & { initialMembership: Membership },
  ) {
    this.#db = db
    this.#rows = rows
    this.#ledger = ledger
    this.#initialMembership = options.initialMembership
    this.reads = new SqliteReads(db, { ledger, state: rows.state })
    this.scans = {
      async *networks(vrfId, signal) {
        const reader = openDatabase(path, { mode: 'read', cacheBytes: 1 << 20 })
        try {
          reader.exec('BEGIN')
          const pages = new Pages(reader)
          for (let afterId = 0; ; ) {
            signal.throwIfAborted()
            const page = pages.networks(vrfId, { afterId, limit: PAGE })
            if (page.length === 0) return
            yield page
            afterId = page.at(-1)?.id ?? 0
            await breathe()
          }
        } finally {
          reader.close()
        }
      },
      async *allocations(filter, signal) {
        const reader = openDatabase(path, { mode: 'read', cacheBytes: 1 << 20 })
        try {
          reader.exec('BEGIN')
          const pages = new Pages(reader)
          for (let afterId = 0; ; ) {
            signal.throwIfAborted()
            const page = pages.allocations(filter, { afterId, limit: PAGE })
            if (page.length === 0) return
            yield page
            afterId = page.at(-1)?.id ?? 0
            await breathe()
          }
        } finally {
          reader.close()
        }
      },
      async stateHash() {
        const reader = openDatabase(path, { mode: 'read', cacheBytes: 1 << 20 })
        try {
          reader.exec('BEGIN')
          const run = hashState(reader)
          for (;;) {
            const step = run.next()
            if (step.done) return step.value
            await breathe()
          }
        } finally {
          reader.close()
        }
      },
    }
  }

  static async open(
    options: StoreOptions & { initialMembership: Membership },
    _dependencies: { readonly log: Log },
  ): Promise<Store> {
    const known = currentState(options.directory)
    const path = known ?? makeFreshState(options.directory)
    const db = openDatabase(path, { mode: 'create', cacheBytes: options.cachePagesBytes })
    migrate(db)
    if (known === null) pointAt(options.directory, path)
    const rows = new SqliteRows(db)
    const ledger = new Ledger(rows)
    for (const _ of ledger.load(readImage(db))) await breathe()
    return new Store(db, path, rows, ledger, options)
  }

  get applied(): SnapshotMark {
    const { appliedIndex, appliedTerm, appliedTimeMs, membership } = this.#rows.state
    return {
      index: appliedIndex,
      term: appliedTerm,
      timeMs: appliedTimeMs,
      membership: membership ?? this.#initialMembership,
    }
  }

  apply(entries: readonly ApplyEntry[]): void {
    const { state } = this.#rows
    const requests: AppliedRequest[] = []
    this.#db.exec('BEGIN IMMEDIATE')
    for (const entry of entries) {
      if (entry.index <= state.appliedIndex) continue
      if (entry.kind === 'command') {
        const request = decodeRequest(entry.data)
        const outcome = this.#ledger.execute(request, {
          revision: entry.index,
          timeMs: entry.timeMs,
        })
        requests.push({ session: request.session, sequence: request.sequence, outcome })
      }
      state.membership = entry.membership ?? state.membership ?? this.#initialMembership
      state.appliedIndex = entry.index
      state.appliedTerm = entry.term
      state.appliedTimeMs = entry.timeMs
    }
    this.#rows.flush()
    this.#db.exec('COMMIT')
    for (const listener of this.#listeners) listener(requests)
  }

  durableIndex(): Index {
    return 0
  }

  appliedIndex(): number {
    return this.#rows.state.appliedIndex
  }

  appliedTimeMs(): number {
    return this.#rows.state.appliedTimeMs
  }

  onApplied(listener: (requests: readonly AppliedRequest[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#db.close()
  }
}
