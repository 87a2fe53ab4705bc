// What the rooms above see of the store, and what it is opened with.
import type { Outcome } from '../ledger/index.js'
import type { Clock, Log, Membership, SnapshotSource } from '../raft/index.js'
import type { Finder, Reads, Scans } from './reads.js'
import type { InstallStep } from './snapshot/file-snapshots.js'
import type { Room } from './snapshot/no-room-error.js'

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

export type OpenStoreOptions = StoreOptions & {
  /** Of a node that has applied nothing yet; afterwards the state's own is taken. */
  readonly initialMembership: Membership
  /** With `:memory:`: what `serialize` of another store gave. */
  readonly image?: Uint8Array
  /** Time between two checkpoints; default 1,000 ms. */
  readonly checkpointMs?: number
  /** The write-ahead log is begun anew above this size; default 128 MiB. */
  readonly walBytesMax?: number
  /** A scan is given up after this long; default 30,000 ms. */
  readonly scanMsMax?: number
}

export type StoreDependencies = {
  readonly log: Log
  /** Default: the system's. */
  readonly clock?: Clock
  /** Called when the disk failed outside `apply`; the store is not to be used any more. */
  readonly onFailure?: (error: Error) => void
  /** How much is free on the disk; default: what the system says. */
  readonly room?: Room
  /** Called before each step on the disk of a snapshot's install, for tests that end it there. */
  readonly onInstallStep?: (step: InstallStep) => void
}

/** What the rooms above see of the store; the class Store also implements raft's StateMachine. */
export interface StoreView {
  readonly reads: Reads
  readonly scans: Scans
  readonly finder: Finder
  /** Index of the last applied entry. */
  appliedIndex(): number
  /** Entry time of the last applied entry, ms since 1970. */
  appliedTimeMs(): number
  /** Called after each committed transaction with what it decided, in log order. Returns a function that unsubscribes. */
  onApplied(listener: (requests: readonly AppliedRequest[]) => void): () => void
  /**
   * A copy of the whole state at one index, `leastIndex` or later, made without holding up writes. It stays until it is
   * released. @throws NoRoomError, or what the disk says; the state itself is not touched
   */
  take(leastIndex: number): Promise<SnapshotSource>
}
