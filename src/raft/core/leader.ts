// What a leader does with its followers' answers and with time: progress, heartbeats, quorum checks, handing over.

import { isVoter } from './membership.js'
import type { NodeState } from './node-state.js'
import type { Progress } from './progress.js'
import { jointVote } from './quorum.js'
import { acknowledgeRound } from './reads.js'
import { leaveJointWhenDue } from './reconfiguration.js'
import { advanceCommit, broadcastHeartbeat } from './replication.js'
import { becomeFollower } from './roles.js'
import type {
  AppendResponseMessage,
  HeartbeatResponseMessage,
  Index,
  NodeId,
  Write,
} from './types.js'

export function tickLeader(node: NodeState): void {
  const { electionTicks, heartbeatTicks } = node.options
  node.electionElapsed++
  node.heartbeatElapsed++
  if (node.electionElapsed >= electionTicks) {
    node.electionElapsed = 0
    if (!hearsQuorum(node)) {
      becomeFollower(node, node.term, 0)
      return
    }
    node.transferee = 0
  }
  if (node.heartbeatElapsed >= heartbeatTicks) {
    node.heartbeatElapsed = 0
    broadcastHeartbeat(node)
    leaveJointWhenDue(node)
  }
  if (node.diskStalled && node.transferee === 0) leaveToWhoWrites(node)
}

/**
 * The disk of this leader does not answer: it hands over to whoever holds most, as soon as a quorum without it has on
 * disk what it has not itself. Where there is none nobody else could be elected, and at least reads are answered here.
 */
function leaveToWhoWrites(node: NodeState): void {
  const { nodeId: self, peers, log, membership } = node
  const writing = peers.list.filter(
    peer => peer.nodeId !== self && peer.recentlyActive && peer.match > log.durable,
  )
  const isWriting = (nodeId: NodeId) => writing.some(peer => peer.nodeId === nodeId)
  if (jointVote(membership, isWriting) !== 'won') return
  const heirs = writing.filter(peer => !peer.learner && isVoter(membership, peer.nodeId))
  const [heir] = heirs.sort((left, right) => right.match - left.match)
  if (heir !== undefined) transferTo(node, heir.nodeId)
}

/** Whether a quorum was heard since the last look; begins the next look. Thesis 6.2. */
function hearsQuorum(node: NodeState): boolean {
  const { nodeId: self, peers } = node
  const result = jointVote(
    node.membership,
    nodeId => nodeId === self || (peers.get(nodeId)?.active ?? false),
  )
  for (const peer of peers.list) {
    if (peer.nodeId !== self) peer.forgetActive()
  }
  return result === 'won'
}

export function handleAppendResponse(node: NodeState, message: AppendResponseMessage): void {
  const peer = node.peers.get(message.from)
  if (peer === undefined) return
  peer.active = true
  if (message.accepted) acknowledge(node, peer, message.matchIndex)
  else {
    const { rejectedIndex, hintIndex, hintTerm } = message
    const agreed = hintTerm > 0 ? node.log.findConflictByTerm(hintIndex, hintTerm).index : hintIndex
    if (peer.reject(rejectedIndex, agreed)) {
      peer.appendDue = true
      node.replicationDue = true
    }
  }
}

function acknowledge(node: NodeState, peer: Progress, matchIndex: Index): void {
  const { log } = node
  // Beyond the end of this log nothing can match: such an answer is not of this term's making.
  if (matchIndex > log.lastIndex) return
  const moved = peer.acknowledge(matchIndex)
  if (!moved && !(peer.match === matchIndex && peer.state === 'probe')) return
  if (peer.state === 'probe') {
    peer.becomeReplicate()
  } else if (peer.state === 'snapshot') {
    // Whichever way it came so far: as soon as the log reaches on from there, it is used.
    if (peer.match + 1 >= log.firstIndex) peer.becomeReplicate()
  } else {
    peer.inflights.freeTo(matchIndex)
  }
  node.replicationDue = true
  advanceCommit(node)
  if (peer.nodeId === node.transferee && peer.match === log.lastIndex) sendTimeoutNow(node, peer)
}

export function handleHeartbeatResponse(node: NodeState, message: HeartbeatResponseMessage): void {
  const peer = node.peers.get(message.from)
  if (peer === undefined) return
  peer.active = true
  peer.paused = false
  if (peer.match < node.log.lastIndex || peer.state === 'probe') {
    peer.appendDue = true
    node.replicationDue = true
  }
  acknowledgeRound(node, message)
}

/** Entries of this leader's own log are on disk: it counts itself, and only now. Thesis 10.2.1. */
export function ownLogPersisted(node: NodeState, write: Write): void {
  if (node.role !== 'leader' || write.entries.length === 0) return
  if (node.peers.get(node.nodeId)?.acknowledge(node.log.durable)) advanceCommit(node)
}

/**
 * Hands leadership to `target`: it is told to campaign once it has caught up (thesis 3.10). Given up after an
 * election timeout, or when another target is named.
 */
export function transferTo(node: NodeState, target: NodeId): void {
  const peer = node.peers.get(target)
  if (peer === undefined || peer.learner || target === node.nodeId) return
  if (target === node.transferee) return
  node.transferee = target
  node.electionElapsed = 0
  if (peer.match === node.log.lastIndex) sendTimeoutNow(node, peer)
  else {
    peer.appendDue = true
    node.replicationDue = true
  }
}

function sendTimeoutNow(node: NodeState, peer: Progress): void {
  node.outbox.send({ type: 'timeout-now', from: node.nodeId, to: peer.nodeId, term: node.term })
}
