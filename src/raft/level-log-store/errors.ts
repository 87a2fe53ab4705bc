// How the log on disk refuses: damaged (never repaired here) or failed (never tried again).
import type { Index } from '../core/index.js'
import { rejoinRemedy } from '../data-directory/remedy.js'

export type LogDamageCode =
  | 'database-corrupt'
  | 'format-unknown'
  | 'foreign-log'
  | 'head-missing'
  | 'head-damaged'
  | 'group-damaged'
  | 'group-out-of-place'
  | 'entries-missing'
  | 'terms-decrease'
  | 'chain-broken'

/** What stands on disk is not what was written: the node must not vote. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError'

  /** @param index the entry at or before which the damage lies; null when it is not in the entries. */
  constructor(
    readonly code: LogDamageCode,
    readonly directory: string,
    readonly index: Index | null,
    readonly detail: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(`The Raft log in ${directory} is damaged: ${detail} ${rejoinRemedy}`, options)
  }
}

/** A write, read or fsync failed, or the store was closed: every call from then on rejects. */
export class LogStoreFailedError extends Error {
  override readonly name = 'LogStoreFailedError'
}
