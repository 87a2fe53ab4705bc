// Rows of idempotency records: what a client's key was first answered.
import type { IdempotencyRecord } from '../../ledger/index.js'
import { decodeOutcome, encodeOutcome } from '../codec/outcome-codec.js'
import type { Database, Statement } from '../open.js'

type Raw = {
  readonly scope_hash: string
  readonly request_hash: string
  readonly time_ms: number
  readonly outcome: Uint8Array
}

export class IdempotencyRows {
  readonly #get: Statement<[string], Raw>
  readonly #put: Statement<[string, string, number, Uint8Array]>
  readonly #prune: Statement<[number, number]>

  constructor(db: Database) {
    this.#get = db.prepare('SELECT * FROM idempotency WHERE scope_hash = ?')
    this.#put = db.prepare('REPLACE INTO idempotency VALUES (?, ?, ?, ?)')
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
  }

  /** Oldest first. @returns how many were deleted. */
  prune(beforeMs: number, limit: number): number {
    return this.#prune.run(beforeMs, limit).changes
  }
}
