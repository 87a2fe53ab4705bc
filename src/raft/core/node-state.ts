// Everything a Raft node remembers, in one place: the step functions beside this file change it, RaftNode shows it.
import { assert } from '../../lib/index.js'
import { membershipFault } from './membership.js'
import type { RaftNodeOptions, RaftNodeStart } from './options.js'
import { Outbox } from './outbox.js'
import { Peers } from './peers.js'
import { RaftLog } from './raft-log.js'
import { ForwardedReads, ReadRounds } from './read-index.js'
import type { Index, Membership, NodeId, Role, Term } from './types.js'
import { Writes } from './writes.js'

export class NodeState {
  readonly nodeId: NodeId
  readonly log: RaftLog
  readonly peers: Peers
  readonly outbox = new Outbox()
  readonly writes: Writes
  readonly reads = new ReadRounds()
  readonly forwarded = new ForwardedReads()

  role: Role = 'follower'
  term: Term
  /** Whom this node voted for in `term`; 0 = nobody. */
  vote: NodeId
  /** 0 = unknown. While it is known and was heard lately, votes for others are ignored. */
  leaderId: NodeId = 0
  mayVote: boolean
  /** The own disk has not answered for long: this node is not to lead. */
  diskStalled = false

  /** The configuration in force: the one as of the last membership entry that was applied. */
  membership: Membership
  /** Where `membership` was decided. */
  membershipIndex: Index

  /** Ticks since a leader was heard, or since this leader last counted its quorum. */
  electionElapsed = 0
  /** Drawn anew at every change of role, so that candidates do not stay in step. */
  electionTimeout = 0
  heartbeatElapsed = 0
  /** Ticks since forwarded reads were last swept. */
  sweepElapsed = 0

  /** Answers of this campaign, the own one included once it counts. */
  votes = new Map<NodeId, boolean>()

  /** Leader: to whom leadership is being handed over; 0 = nobody. */
  transferee: NodeId = 0
  /** Leader: no membership change is accepted until this index is applied. */
  pendingChangeIndex: Index = 0
  /** Leader: data in the log beyond the commit index. */
  uncommittedBytes = 0
  /** Leader: something happened that may let appends or a read round go. */
  replicationDue = false

  constructor(
    readonly options: RaftNodeOptions,
    start: RaftNodeStart,
    readonly random: () => number,
  ) {
    const { hardState, applied } = start
    const fault = membershipFault(applied.membership)
    assert(fault === null, `the applied membership is sound: ${fault}`)
    this.nodeId = options.nodeId
    this.mayVote = options.mayVote
    this.term = hardState.term
    this.vote = hardState.vote
    this.log = new RaftLog({
      compacted: start.compacted,
      entries: start.entries,
      commit: hardState.commit,
      applied: applied.index,
    })
    assert(this.term >= this.log.lastTerm, 'the term on disk is not behind the log: it was lost')
    this.writes = new Writes(hardState)
    this.membership = applied.membership
    this.membershipIndex = applied.index
    this.peers = new Peers({
      messagesMax: options.inflightMessagesMax,
      bytesMax: options.inflightBytesMax,
    })
    this.peers.follow(this.membership, this.log.lastIndex)
    this.drawElectionTimeout()
  }

  drawElectionTimeout(): void {
    const { electionTicks } = this.options
    this.electionTimeout = electionTicks + Math.floor(this.random() * electionTicks)
  }

  /** Whether this node could lead: a voter that may vote, whose disk answers and whose log is not being replaced. */
  get promotable(): boolean {
    const self = this.peers.get(this.nodeId)
    if (!this.mayVote || this.diskStalled || this.log.snapshot !== null) return false
    return self !== undefined && !self.learner
  }

  /** A leader of this node's term was heard within the shortest election timeout; a leader hears itself. */
  get hearsLeader(): boolean {
    return this.leaderId !== 0 && this.electionElapsed < this.options.electionTicks
  }

  /** Only then is the commit index known to cover all that older leaders committed. Raft §8. */
  get ownTermCommitted(): boolean {
    return this.log.termAt(this.log.commit) === this.term
  }
}
