// The Raft algorithm as one deterministic state machine: no I/O, no clock, no await; randomness is passed in.
import type {
  Entry,
  HardState,
  Index,
  Membership,
  MembershipChange,
  Message,
  NodeId,
  Ready,
  Role,
  SnapshotMark,
  Term,
  Write,
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

export class RaftNode {
  constructor(
    readonly options: RaftNodeOptions,
    start: RaftNodeStart,
    readonly random: () => number,
  ) {
    void start
  }

  /** One tick of elapsed time. */
  tick(): void {
    throw new Error('not built yet')
  }

  /** A message from a peer. Never throws on what a peer could send; asserts on what only a bug or lost log could cause. */
  step(message: Message): void {
    throw new Error(`not built yet ${message.type}`)
  }

  /** Starts a pre-vote now: the link to the leader broke, or a test asks. No effect on a leader or a non-voter. */
  campaign(): void {
    throw new Error('not built yet')
  }

  /** Appends commands at the leader, all or none, each stamped max(last entry's time, timeMs). */
  propose(commands: readonly Uint8Array[], timeMs: number): ProposeResult {
    throw new Error(`not built yet ${commands.length} ${timeMs}`)
  }

  proposeChange(change: MembershipChange, timeMs: number): ProposeChangeResult {
    throw new Error(`not built yet ${change.transition} ${timeMs}`)
  }

  /**
   * The driver applies a committed membership entry by calling this before the next entry is applied;
   * returns the membership from there on.
   */
  applyMembershipChange(entry: Entry): Membership {
    throw new Error(`not built yet ${entry.index}`)
  }

  /** Asks for a read index; the answer comes as a ReadState with the same context. */
  readIndex(context: number, quorum: boolean): void {
    throw new Error(`not built yet ${context} ${quorum}`)
  }

  transferLeadership(target: NodeId): void {
    throw new Error(`not built yet ${target}`)
  }

  /** Everything to be done since the last call. @param want what the driver can take now: it has one Write and one apply in flight. */
  ready(want: { readonly write: boolean; readonly apply: boolean }): Ready {
    throw new Error(`not built yet ${want.write}`)
  }

  /** True when `ready` would give something. */
  hasReady(want: { readonly write: boolean; readonly apply: boolean }): boolean {
    throw new Error(`not built yet ${want.write}`)
  }

  /** The Write is on disk (or needed no disk). Returns nothing; follow-ups are in the next Ready. */
  persisted(write: Write): void {
    throw new Error(`not built yet ${write.sequence}`)
  }

  /** The state machine has applied up to `index`. */
  applied(index: Index): void {
    throw new Error(`not built yet ${index}`)
  }

  /** Forgets entries up to `index` (must be applied); returns the mark for the log store. */
  compact(index: Index): { readonly index: Index; readonly term: Term; readonly timeMs: number } {
    throw new Error(`not built yet ${index}`)
  }

  /** The transport lost the peer: it is probed again. */
  peerUnreachable(nodeId: NodeId): void {
    throw new Error(`not built yet ${nodeId}`)
  }

  /** From now on this node may vote and campaign (its cluster's beginning is complete, or it was added). */
  allowVote(): void {
    throw new Error('not built yet')
  }

  status(): RaftNodeStatus {
    throw new Error('not built yet')
  }
}
