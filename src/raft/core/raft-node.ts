// The Raft algorithm as one deterministic state machine: no I/O, no clock, no await; randomness is passed in.
import { assert } from '../../lib/index.js'
import { campaign, ownVotePersisted } from './election.js'
import { ownLogPersisted, tickLeader, transferTo } from './leader.js'
import { NodeState } from './node-state.js'
import type {
  PeerProgress,
  ProposeChangeResult,
  ProposeResult,
  RaftNodeOptions,
  RaftNodeStart,
  RaftNodeStatus,
} from './options.js'
import type { LogMark } from './raft-log.js'
import { advanceReads, askReadIndex } from './reads.js'
import {
  acceptsProposals,
  applyMembershipChange,
  leaveJointWhenDue,
  proposeChange,
  setMembership,
} from './reconfiguration.js'
import { replicate } from './replication.js'
import { appendEntries } from './roles.js'
import { step } from './step.js'
import type {
  Entry,
  Index,
  Membership,
  MembershipChange,
  Message,
  NodeId,
  Ready,
  SnapshotMark,
  Write,
} from './types.js'

/** What the driver can take now: it has one Write and one apply in flight. */
export type Wanted = { readonly write: boolean; readonly apply: boolean }

const noEntries: readonly Entry[] = []

export class RaftNode {
  readonly #node: NodeState
  /** What the last Ready told of role, term and leader. */
  #told: NonNullable<Ready['status']>

  /** @throws AssertionError when the log, the term or the applied state contradict each other: something was lost */
  constructor(
    readonly options: RaftNodeOptions,
    start: RaftNodeStart,
    readonly random: () => number,
  ) {
    this.#node = new NodeState(options, start, random)
    this.#told = { role: 'follower', term: this.#node.term, leaderId: 0 }
  }

  /** One tick of elapsed time. */
  tick(): void {
    const node = this.#node
    this.#sweepForwardedReads()
    if (node.role === 'leader') {
      tickLeader(node)
      return
    }
    node.electionElapsed++
    if (node.promotable && node.electionElapsed >= node.electionTimeout) {
      node.electionElapsed = 0
      campaign(node, 'pre-vote')
    }
  }

  /** A message from a peer. Never throws on what a peer could send; asserts on what only a bug or lost log could cause. */
  step(message: Message): void {
    step(this.#node, message)
  }

  /**
   * Starts a pre-vote now: the link to the leader broke, or a test asks. No effect on a leader or a non-voter.
   * From now on this node grants pre-votes, too: it has forgotten its leader until it hears from one.
   */
  campaign(): void {
    campaign(this.#node, 'pre-vote')
  }

  /**
   * Appends commands at the leader, all or none, each stamped max(last entry's time, timeMs). While leadership is
   * being transferred the answer is 'not-leader', though `leaderId` names this node until its heir is elected or the
   * transfer is given up after an election timeout.
   */
  propose(commands: readonly Uint8Array[], timeMs: number): ProposeResult {
    const node = this.#node
    if (!acceptsProposals(node)) return 'not-leader'
    let bytes = 0
    for (const command of commands) bytes += command.length
    // With nothing uncommitted anything is accepted, or what is larger than the bound would never be.
    const overloaded = node.uncommittedBytes + bytes > node.options.uncommittedBytesMax
    if (overloaded && node.uncommittedBytes > 0) return 'overloaded'
    appendEntries(node, 'command', commands, timeMs)
    return 'accepted'
  }

  /** Appends a membership change at the leader. Answers as `propose` does while leadership is being transferred. */
  proposeChange(change: MembershipChange, timeMs: number): ProposeChangeResult {
    return proposeChange(this.#node, change, timeMs)
  }

  /**
   * The driver applies a committed membership entry by calling this before the next entry is applied;
   * returns the membership from there on.
   */
  applyMembershipChange(entry: Entry): Membership {
    return applyMembershipChange(this.#node, entry)
  }

  /**
   * Asks for a read index; the answer comes as a ReadState with the same context. Index 0 refuses: no leader is known,
   * leadership was lost, too many reads wait, or the answer got lost. `quorum: false` is answered at once by the leader.
   */
  readIndex(context: number, quorum: boolean): void {
    askReadIndex(this.#node, context, quorum)
  }

  /** At a follower the wish is passed on to the leader. No effect when no leader is known or `target` is no voter. */
  transferLeadership(target: NodeId): void {
    const node = this.#node
    const { nodeId: from, leaderId: to, term } = node
    if (node.role === 'leader') transferTo(node, target)
    else if (to !== 0) node.outbox.send({ type: 'transfer', from, to, term, target })
  }

  /** Everything to be done since the last call. A Write is given only when none is in flight. */
  ready(want: Wanted): Ready {
    const node = this.#node
    const { log, outbox, writes } = node
    this.#settle()
    return {
      messages: outbox.takeMessages(),
      write: want.write ? writes.take(node, log, outbox) : null,
      committed: want.apply ? log.takeCommitted(node.options.applyBytesMax) : noEntries,
      readStates: outbox.takeReadStates(),
      status: this.#takeStatus(),
    }
  }

  /** True when `ready` would give something. */
  hasReady(want: Wanted): boolean {
    const node = this.#node
    const { log, outbox, writes } = node
    this.#settle()
    return (
      outbox.hasMessages ||
      outbox.hasReadStates ||
      (want.write && writes.isDue(node, log, outbox)) ||
      (want.apply && log.hasCommitted) ||
      this.#statusChanged()
    )
  }

  /** The Write is on disk (or needed no disk). Returns nothing; follow-ups are in the next Ready. */
  persisted(write: Write): void {
    const node = this.#node
    node.writes.persisted(write)
    if (write.snapshot !== null) {
      node.log.snapshotInstalled()
      node.membershipIndex = write.snapshot.index
      setMembership(node, write.snapshot.membership)
    }
    const last = write.entries.at(-1)
    if (last !== undefined) node.log.persistedTo(last)
    ownVotePersisted(node, write)
    ownLogPersisted(node, write)
  }

  /** The state machine has applied up to `index`. */
  applied(index: Index): void {
    this.#node.log.appliedTo(index)
    leaveJointWhenDue(this.#node)
  }

  /**
   * Forgets entries up to `index` (must be applied); returns the mark for the log store, which is the present
   * one when the log was cut further already.
   */
  compact(index: Index): LogMark {
    return this.#node.log.compact(index)
  }

  /** The transport lost the peer: it is probed again, a snapshot announced to it counts as lost, and so do reads sent to it. */
  peerUnreachable(nodeId: NodeId): void {
    const node = this.#node
    if (nodeId === node.leaderId) this.#refuseReads(node.forwarded.drop())
    if (node.role !== 'leader' || nodeId === node.nodeId) return
    const peer = node.peers.get(nodeId)
    if (peer?.state === 'replicate') peer.becomeProbe()
    else if (peer?.state === 'snapshot') peer.snapshotFailed()
  }

  /**
   * The bytes of a snapshot announced to `nodeId` were sent, or could not be. Either way it is probed once it answers
   * a heartbeat: after a sent one from behind the snapshot, after a lost one from where it was.
   */
  snapshotReported(nodeId: NodeId, result: 'sent' | 'failed'): void {
    const peer = this.#node.role === 'leader' ? this.#node.peers.get(nodeId) : undefined
    if (peer?.state !== 'snapshot') return
    if (result === 'failed') peer.snapshotFailed()
    else {
      peer.becomeProbe()
      peer.paused = true
    }
  }

  /** What the log in memory costs, bytes. */
  get logBytes(): number {
    return this.#node.log.bytes
  }

  /** Whether this node lacks what a snapshot there stands for, and is not just installing another. */
  needsSnapshot({ index, term }: Pick<SnapshotMark, 'index' | 'term'>): boolean {
    const { log } = this.#node
    return log.snapshot === null && index > log.commit && log.termAt(index) !== term
  }

  /** The snapshot that has replaced the log and is not persisted yet. */
  get installing(): SnapshotMark | null {
    return this.#node.log.snapshot
  }

  /** From now on this node may vote and campaign (its cluster's beginning is complete, or it was added). */
  allowVote(): void {
    this.#node.mayVote = true
  }

  /** This node was removed: it neither votes nor campaigns any more, which is safe at any time. */
  retire(): void {
    this.#node.mayVote = false
  }

  /**
   * The own disk has not answered for long, or does so again. Until then this node does not campaign, and as a leader
   * hands over as soon as the others are seen to be a quorum without it.
   */
  setDiskStalled(stalled: boolean): void {
    this.#node.diskStalled = stalled
  }

  status(): RaftNodeStatus {
    const { nodeId, role, term, vote, leaderId, log, membership } = this.#node
    const { commit, applied, lastIndex, firstIndex } = log
    const progress = role === 'leader' ? this.#progress() : []
    return {
      nodeId,
      role,
      term,
      vote,
      leaderId,
      commit,
      applied,
      lastIndex,
      firstIndex,
      membership,
      progress,
    }
  }

  #progress(): PeerProgress[] {
    return this.#node.peers.list.map(peer => {
      const { nodeId, state, match, next, learner, recentlyActive: active } = peer
      const { messageCount: inflightMessages, bytes: inflightBytes } = peer.inflights
      return { nodeId, state, match, next, learner, active, inflightMessages, inflightBytes }
    })
  }

  /** What happened since the last turn becomes messages, once for all of it. */
  #settle(): void {
    const node = this.#node
    if (!node.replicationDue) return
    assert(node.role === 'leader', 'only a leader replicates')
    node.replicationDue = false
    advanceReads(node)
    replicate(node)
  }

  /** Reads whose answer got lost are given up after one to two election timeouts. */
  #sweepForwardedReads(): void {
    const node = this.#node
    node.sweepElapsed++
    if (node.sweepElapsed < node.options.electionTicks) return
    node.sweepElapsed = 0
    this.#refuseReads(node.forwarded.sweep())
  }

  #refuseReads(contexts: readonly number[]): void {
    for (const context of contexts) this.#node.outbox.answerRead({ context, index: 0 })
  }

  #statusChanged(): boolean {
    const { role, term, leaderId } = this.#node
    const told = this.#told
    return role !== told.role || term !== told.term || leaderId !== told.leaderId
  }

  #takeStatus(): Ready['status'] {
    if (!this.#statusChanged()) return null
    const { role, term, leaderId } = this.#node
    this.#told = { role, term, leaderId }
    return this.#told
  }
}
