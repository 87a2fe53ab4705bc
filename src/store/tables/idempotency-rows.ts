// Rows of idempotency records: what a client's key was first answered.
import type { IdempotencyRecord, PruneSlice } from '../../ledger/index.js'
import { decodeOutcome, encodeOutcome } from '../codec/outcome-codec.js'
import type { Database, Statement } from '../open.js'
import type { State } from './state-row.js'

type Raw = {
  readonly scope_hash: string
  readonly request_hash: string
  readonly time_ms: number
  readonly outcome: Uint8Array
}

export class IdempotencyRows {
  readonly #state: State
  readonly #get: Statement<[string], Raw>
  readonly #put: Statement<[string, string, number, Uint8Array]>
  readonly #prune: Statement<[number, number]>

  constructor(db: Database, state: State) {
    this.#state = state
    this.#get = db.prepare('SELECT * FROM idempotency WHERE scope_hash = ?')
    this.#put = db.prepare('INSERT INTO idempotency VALUES (?, ?, ?, ?)')
    this.#prune = db.prepare(
      `DELETE FROM idempotency WHERE scope_hash IN (
         SELECT scope_hash FROM idempotency WHERE time_ms < ? ORDER BY time_ms, scope_hash LIMIT ?)`,
    )
  }

  record(scopeHash: string): IdempotencyRecord | null {
    const raw = this.#get.get(scopeHash)
    if (raw === undefined) return null
    const { request_hash: requestHash, time_ms: timeMs } = raw
    return { scopeHash, requestHash, timeMs, outcome: decodeOutcome(raw.outcome) }
  }

  save({ scopeHash, requestHash, timeMs, outcome }: IdempotencyRecord): void {
    this.#put.run(scopeHash, requestHash, timeMs, encodeOutcome(outcome))
    this.#state.idempotencyCount++
  }

  /** Oldest first. @returns how many were deleted. */
  prune({ beforeMs, excess, limit }: PruneSlice): number {
    let count = this.#prune.run(beforeMs, limit).changes
    const more = Math.min(excess, limit) - count
    if (more > 0) count += this.#prune.run(Number.MAX_SAFE_INTEGER, more).changes
    this.#state.idempotencyCount -= count
    return count
  }
}
