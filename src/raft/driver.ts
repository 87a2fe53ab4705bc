// What the rooms above see of Raft: the contract that raft-driver.ts keeps.
import type { Index, MembershipChange, NodeId, RaftNodeStatus, Role, Term } from './core/index.js'

export type RaftDriverOptions = {
  readonly nodeId: NodeId
  /** Length of one tick; elapsed time is measured, never counted in timers. */
  readonly tickMs: number
  /** A longer gap between two looks at the clock is a stall: inbound messages are handled before time passes. */
  readonly stallTicksMax: number
  /** Entries in one apply, so that one turn of the event loop stays under 10 ms. */
  readonly applyEntriesMax: number
  /** The log is compacted when it holds more entries than this above what may be cut. */
  readonly compactEntries: number
  /** Entries kept below the cut for slow followers. */
  readonly tailEntries: number
  /** A log that costs more memory, bytes, waits for no follower that is being brought a snapshot. */
  readonly logBytesMax: number
  /** A call to the log store that lasts longer is a stall of the disk: this node then leads no more, if others can. */
  readonly diskStallMs: number
}

export type RoleStatus = { readonly role: Role; readonly term: Term; readonly leaderId: NodeId }

/** Why an answer about a read or a change could not be given; nothing has happened. */
export class RaftError extends Error {
  override readonly name = 'RaftError'
  constructor(
    readonly code: 'no-leader' | 'deadline' | 'stopped' | 'overloaded' | 'change-refused',
    message: string,
  ) {
    super(message)
  }
}

export type RaftStatus = RaftNodeStatus & {
  /** Monotonic ms since this node last heard a leader (0 on the leader itself); null when never. */
  readonly leaderHeardMs: number | null
  /** Highest commit index heard from the leader; the own one on the leader itself. */
  readonly leaderCommit: Index
  /** Between the fastest and the slowest clock of a voter, as far as known; only the leader knows. */
  readonly clockSkewMs?: number
  /** How long the call to the log store under way has lasted; 0 when there is none. */
  readonly diskWaitMs: number
  /** It has lasted longer than it may. */
  readonly diskStalled: boolean
}

/** What the gateway sees of Raft. Implemented by RaftDriver. */
export interface Raft {
  /**
   * Appends the command at the leader. 'accepted' is no promise: the command is done when it is applied, and
   * lost when a new leader overwrites it. The caller recognises its own command as it is applied, and proposes again.
   */
  propose(command: Uint8Array): 'accepted' | 'not-leader' | 'overloaded'
  /** Resolves when the change is applied here. @throws RaftError change-refused, no-leader, deadline */
  changeMembership(change: MembershipChange, deadlineMs: number): Promise<void>
  /**
   * The index a read must wait for. quorum: true = ReadIndex (thesis 6.4), false = the leader's own word. Shared by all
   * callers of one turn; retried across elections until `deadlineMs` (monotonic). @throws RaftError
   */
  readIndex(quorum: boolean, deadlineMs: number): Promise<Index>
  /** Resolves once `index` is applied here. @throws RaftError deadline, stopped */
  waitApplied(index: Index, deadlineMs: number): Promise<void>
  status(): RaftStatus
  /** Part of `status`, and costs nothing. */
  roleStatus(): RoleStatus
  /** The disk of the log has not answered for long: what is applied elsewhere is not applied here. */
  readonly diskStalled: boolean
  /** Called after role, term or leader changed. Returns a function that unsubscribes. */
  onStatus(listener: (status: RoleStatus) => void): () => void
  transferLeadership(target: NodeId): void
  sendApplication(to: NodeId, frame: Uint8Array): void
}
