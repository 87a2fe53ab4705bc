// The words of the Raft core: entries, hard state, messages and what a node wants done (Ready).
// Everything here is plain data. An index or term of 0 means "none yet"; node ids are positive integers.

export type NodeId = number
export type Term = number
export type Index = number

/**
 * What an entry is for. `empty` is the entry a new leader appends at once (thesis 6.4); `command`
 * is the state machine's; `membership` carries an encoded MembershipChange.
 */
export type EntryKind = 'empty' | 'command' | 'membership'

/** One log entry. `timeMs` is stamped by the leader as it appends and never decreases along the log. */
export type Entry = {
  readonly index: Index
  readonly term: Term
  readonly kind: EntryKind
  /** Milliseconds since 1970, from the voters' clocks (RAFT.md, Time). */
  readonly timeMs: number
  readonly data: Uint8Array
}

/** What must be on disk before a promise is made. `vote` 0 = not voted in this term. */
export type HardState = { readonly term: Term; readonly vote: NodeId; readonly commit: Index }

/** Members and their roles; two voter sets while joint (thesis 4.3). Lists are sorted and disjoint as etcd's ConfState. */
export type Membership = {
  readonly voters: readonly NodeId[]
  /** The outgoing majority while joint, else empty. */
  readonly votersOutgoing: readonly NodeId[]
  readonly learners: readonly NodeId[]
  /** Outgoing voters that become learners when the joint configuration is left. */
  readonly learnersNext: readonly NodeId[]
  /** Whether the leader leaves the joint configuration by itself. */
  readonly autoLeave: boolean
}

export type MemberChange = {
  readonly type: 'voter' | 'learner' | 'remove' | 'update'
  readonly nodeId: NodeId
}

/**
 * A requested membership change. `auto` is joint only when more than one voter changes, and is then left
 * automatically; `implicit` is always joint and left automatically; `explicit` stays joint until an empty
 * change leaves it. `context` is for the state machine (address book); the core carries it unread.
 */
export type MembershipChange = {
  readonly transition: 'auto' | 'implicit' | 'explicit'
  readonly changes: readonly MemberChange[]
  readonly context: Uint8Array
}

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader'

type Addressed = { readonly from: NodeId; readonly to: NodeId; readonly term: Term }

/** Asks for a vote, or (pre: true) whether a vote would be given (thesis 9.6). `force` is set during a leadership transfer. */
export type VoteMessage = Addressed & {
  readonly type: 'vote'
  readonly pre: boolean
  readonly force: boolean
  readonly lastIndex: Index
  readonly lastTerm: Term
}
export type VoteResponseMessage = Addressed & {
  readonly type: 'vote-response'
  readonly pre: boolean
  readonly granted: boolean
  /** What the answering node knows to be committed, granted or not; an asker that holds that entry may commit it. */
  readonly commit: Index
  readonly commitTerm: Term
  /** The answering node's wall clock, filled by the driver: a new leader knows a majority's clocks at once. */
  readonly clockMs?: number
}
export type AppendMessage = Addressed & {
  readonly type: 'append'
  readonly previousIndex: Index
  readonly previousTerm: Term
  readonly entries: readonly Entry[]
  readonly commit: Index
  /** It only tells of a commit: when it is accepted, the answer would be no news and is left out. */
  readonly quiet: boolean
}
/** Accepts up to `matchIndex`, or rejects `rejectedIndex` with a hint at the highest place where the logs may agree. */
export type AppendResponseMessage = Addressed & {
  readonly type: 'append-response'
} & (
    | { readonly accepted: true; readonly matchIndex: Index }
    | {
        readonly accepted: false
        readonly rejectedIndex: Index
        readonly hintIndex: Index
        readonly hintTerm: Term
      }
  )
/** `round` ties answers to the ReadIndex round that asked; 0 when no read waits. */
export type HeartbeatMessage = Addressed & {
  readonly type: 'heartbeat'
  readonly commit: Index
  readonly round: number
  /** Every member holds the log up to here, so that it may be cut; 0 in the core, filled by the leader's driver. */
  readonly compactable: Index
}
export type HeartbeatResponseMessage = Addressed & {
  readonly type: 'heartbeat-response'
  readonly round: number
  /** The answering node's wall clock; 0 in the core, filled by the driver. */
  readonly clockMs: number
}
/** Announces that a snapshot at (index, term) is on its way; the bytes travel apart. */
export type SnapshotMessage = Addressed & {
  readonly type: 'snapshot'
  readonly snapshot: SnapshotMark
}
export type TimeoutNowMessage = Addressed & { readonly type: 'timeout-now' }
/** A follower asks the leader for a read index; `quorum: false` (level weak) asks for the leader's own word. */
export type ReadIndexMessage = Addressed & {
  readonly type: 'read-index'
  readonly context: number
  readonly quorum: boolean
}
/** `index` 0 = refused: not the leader, or no entry of its term committed and the queue is full. */
export type ReadIndexResponseMessage = Addressed & {
  readonly type: 'read-index-response'
  readonly context: number
  readonly index: Index
}
/** Forwarded by a follower that was asked to hand over leadership. */
export type TransferMessage = Addressed & { readonly type: 'transfer'; readonly target: NodeId }

export type Message =
  | VoteMessage
  | VoteResponseMessage
  | AppendMessage
  | AppendResponseMessage
  | HeartbeatMessage
  | HeartbeatResponseMessage
  | SnapshotMessage
  | TimeoutNowMessage
  | ReadIndexMessage
  | ReadIndexResponseMessage
  | TransferMessage

/** Where a snapshot stands: the last entry it covers, and the committed membership there. */
export type SnapshotMark = {
  readonly index: Index
  readonly term: Term
  readonly timeMs: number
  readonly membership: Membership
}

/** A read may be served once `index` is applied. `index` 0: refused, ask again. `context` is the caller's number. */
export type ReadState = { readonly context: number; readonly index: Index }

/**
 * One thing to put on disk, and what may only be said afterwards. The driver has one Write in flight at a time
 * and hands it back with `persisted(write)`. When `entries` is empty and `mustSync` is false nothing needs the
 * disk, and the messages may go as soon as the Write before it is done.
 */
export type Write = {
  /** Counts up by one; `persisted` asserts the order. */
  readonly sequence: number
  readonly hardState: HardState
  /** To be appended in order. Whatever the log holds at entries[0].index and beyond is deleted in the same batch. */
  readonly entries: readonly Entry[]
  /** Term or vote changed, or entries are there: an fsync is owed (a changed commit alone owes none). */
  readonly mustSync: boolean
  /** A snapshot to install instead of entries. */
  readonly snapshot: SnapshotMark | null
  /** Promises that this Write keeps: vote answers, append answers. */
  readonly messages: readonly Message[]
}

/** What the core wants done since the last call. */
export type Ready = {
  /** May go at once: appends, heartbeats, vote requests of a term that is on disk. */
  readonly messages: readonly Message[]
  /** null when nothing is to be persisted or none was asked for. */
  readonly write: Write | null
  /** Committed and synced in the own log, in order; empty when none was asked for. */
  readonly committed: readonly Entry[]
  readonly readStates: readonly ReadState[]
  /** Set when role, term or known leader changed. */
  readonly status: { readonly role: Role; readonly term: Term; readonly leaderId: NodeId } | null
}
