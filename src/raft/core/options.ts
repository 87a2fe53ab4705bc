// What a node is started with, and what it tells of itself.
import type {
  Entry,
  HardState,
  Index,
  Membership,
  NodeId,
  Role,
  SnapshotMark,
  Term,
} from './types.js'

export type RaftNodeOptions = {
  readonly nodeId: NodeId
  /** Ticks between a leader's heartbeats. */
  readonly heartbeatTicks: number
  /** Election timeouts are drawn from [electionTicks, 2 × electionTicks). */
  readonly electionTicks: number
  /** Bounds of one append message and of what is under way to one follower. */
  readonly appendBytesMax: number
  readonly inflightMessagesMax: number
  readonly inflightBytesMax: number
  /** Entries accepted but not yet committed; above it `propose` answers 'overloaded'. */
  readonly uncommittedBytesMax: number
  /** Bytes of committed entries given out in one Ready. */
  readonly applyBytesMax: number
  /** Reads waiting for a quorum or for the first commit of a term. */
  readonly pendingReadsMax: number
  /** Whether this node may vote and campaign at all: false while it waits to be added (RAFT.md, How a cluster begins). */
  readonly mayVote: boolean
}

export type RaftNodeStart = {
  readonly hardState: HardState
  readonly compacted: { readonly index: Index; readonly term: Term; readonly timeMs: number }
  readonly entries: readonly Entry[]
  /** The state machine's word: last applied index and the membership as of there. */
  readonly applied: SnapshotMark
}

export type ProposeResult = 'accepted' | 'not-leader' | 'overloaded'
export type ProposeChangeResult =
  | 'accepted'
  | 'not-leader'
  | 'change-in-flight'
  | 'term-not-committed'
  | 'invalid'

export type PeerProgress = {
  readonly nodeId: NodeId
  readonly state: 'probe' | 'replicate' | 'snapshot'
  readonly match: Index
  readonly next: Index
  readonly learner: boolean
  /** Heard from within the last election timeout. */
  readonly active: boolean
  /** Appends under way to it that were not answered yet. */
  readonly inflightMessages: number
  readonly inflightBytes: number
}

export type RaftNodeStatus = {
  readonly nodeId: NodeId
  readonly role: Role
  readonly term: Term
  readonly vote: NodeId
  /** 0 = unknown. */
  readonly leaderId: NodeId
  readonly commit: Index
  readonly applied: Index
  readonly lastIndex: Index
  readonly firstIndex: Index
  readonly membership: Membership
  /** Leader only, sorted by id, self included; else empty. */
  readonly progress: readonly PeerProgress[]
}
