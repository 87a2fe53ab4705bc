// A client's Idempotency-Key: the first decision is kept, and whoever asks again with the same body gets it again.
import type { IdempotencyKey } from './commands.js'
import type { Outcome } from './outcomes.js'
import type { LedgerRows } from './ports.js'

/**
 * What a known key answers; null when the key is new. A refusal is replayed like a success: an answer that changes
 * with the moment of the retry would not be the answer to the first request (README.md, Idempotency keys).
 */
export function replayKey(rows: LedgerRows, key: IdempotencyKey, revision: number): Outcome | null {
  const record = rows.idempotencyRecord(key.scopeHash)
  if (record === null) return null
  if (record.requestHash === key.requestHash) return { ...record.outcome, revision }
  const refusal = { code: 'idempotency-key-reused' } as const
  return { revision, originalRevision: revision, ok: false, refusal }
}

export function keepKey(
  rows: LedgerRows,
  key: IdempotencyKey,
  timeMs: number,
  outcome: Outcome,
): void {
  const { scopeHash, requestHash } = key
  rows.saveIdempotencyRecord({ scopeHash, requestHash, timeMs, outcome })
}
