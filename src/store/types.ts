// The state machine on SQLite: applies committed entries through the ledger and serves reads.
import type { Outcome } from '../ledger/index.js'
import type { Reads, Scans } from './reads.js'

/** One request as it was decided; replays of duplicates included. */
export type AppliedRequest = {
  readonly session: { readonly nodeId: number; readonly start: number }
  readonly sequence: number
  readonly outcome: Outcome
}

export type StoreOptions = {
  /** Directory of the node's state; `:memory:` for tests. */
  readonly directory: string
  readonly cachePagesBytes: number
}

/** What the rooms above see of the store; the class Store also implements raft's StateMachine. */
export interface StoreView {
  readonly reads: Reads
  readonly scans: Scans
  /** Index of the last applied entry. */
  appliedIndex(): number
  /** Entry time of the last applied entry, ms since 1970. */
  appliedTimeMs(): number
  /** Called after each committed transaction with what it decided, in log order. Returns a function that unsubscribes. */
  onApplied(listener: (requests: readonly AppliedRequest[]) => void): () => void
}
