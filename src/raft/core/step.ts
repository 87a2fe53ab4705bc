// One message from a peer: first what its term says (Raft §5.1), then what it asks, by role.
import { answerVote, campaign, handleVote, handleVoteResponse, learnCommit } from './election.js'
import { handleAppend, handleHeartbeat, handleSnapshot } from './follower.js'
import { handleAppendResponse, handleHeartbeatResponse, transferTo } from './leader.js'
import type { NodeState } from './node-state.js'
import { handleReadIndex, handleReadIndexResponse } from './reads.js'
import { becomeFollower, followLeader } from './roles.js'
import type { AppendMessage, HeartbeatMessage, Message, SnapshotMessage } from './types.js'

type LeaderMessage = AppendMessage | HeartbeatMessage | SnapshotMessage

export function step(node: NodeState, message: Message): void {
  if (message.to !== node.nodeId || message.from === node.nodeId) return
  // Nobody leads or campaigns in term 0; only one that has never voted may refuse from there.
  if (message.term === 0 && message.type !== 'vote-response') return
  if (!isForAnyone(message) && node.peers.get(message.from) === undefined) return
  // An answered read stays true, and what is committed stays so, whatever has happened to the terms since.
  if (message.type === 'read-index-response') handleReadIndexResponse(node, message)
  if (message.type === 'vote-response') learnCommit(node, message)
  if (message.term > node.term) {
    if (!enterTermOf(node, message)) return
  } else if (message.term < node.term) {
    answerOlderTerm(node, message)
    return
  }
  dispatch(node, message)
}

/**
 * Requests of a leader or a candidate are heard from anyone, as it may know a newer membership than this node;
 * answers count only from members.
 */
function isForAnyone(message: Message): boolean {
  switch (message.type) {
    case 'vote':
    case 'append':
    case 'heartbeat':
    case 'snapshot':
    case 'timeout-now':
    case 'read-index-response':
      return true
    default:
      return false
  }
}

/** @returns false when the message is to be ignored */
function enterTermOf(node: NodeState, message: Message): boolean {
  switch (message.type) {
    case 'vote':
      // Whoever cannot hear the leader that others hear would only disturb them (thesis 4.2.3).
      if (!message.force && node.hearsLeader) return false
      if (!message.pre) becomeFollower(node, message.term, 0)
      return true
    case 'vote-response':
      // A granted pre-vote speaks of the term to come; a refused one of the voter's own.
      if (!(message.pre && message.granted)) becomeFollower(node, message.term, 0)
      return true
    case 'append':
    case 'heartbeat':
    case 'snapshot':
      becomeFollower(node, message.term, message.from)
      return true
    default:
      becomeFollower(node, message.term, 0)
      return true
  }
}

/**
 * A leader or candidate of an older term is told of this one, or it could stay stuck: a leader that this node is
 * ahead of would never be answered, and this node's pre-votes never be heard (etcd-io/raft, TestFreeStuckCandidateWithCheckQuorum).
 */
function answerOlderTerm(node: NodeState, message: Message): void {
  const { nodeId: from, term } = node
  const to = message.from
  if (message.type === 'append' || message.type === 'heartbeat') {
    const refusal = { accepted: false, rejectedIndex: 0, hintIndex: 0, hintTerm: 0 } as const
    node.outbox.promise({ type: 'append-response', from, to, term, ...refusal })
  } else if (message.type === 'vote' && message.pre) {
    answerVote(node, message, { granted: false, term })
  } else if (message.type === 'read-index') {
    handleReadIndex(node, message)
  }
}

function dispatch(node: NodeState, message: Message): void {
  switch (message.type) {
    case 'vote':
      handleVote(node, message)
      return
    case 'vote-response':
      handleVoteResponse(node, message)
      return
    case 'append':
    case 'heartbeat':
    case 'snapshot':
      followSender(node, message)
      return
    case 'append-response':
      if (node.role === 'leader') handleAppendResponse(node, message)
      return
    case 'heartbeat-response':
      if (node.role === 'leader') handleHeartbeatResponse(node, message)
      return
    case 'timeout-now':
      if (node.role === 'follower') campaign(node, 'at-once')
      return
    case 'read-index':
      handleReadIndex(node, message)
      return
    case 'read-index-response':
      return
    case 'transfer':
      if (node.role === 'leader') transferTo(node, message.target)
      return
    default:
      // A type of message that a newer version may send: left alone, but the compiler sees that none of ours is.
      message satisfies never
  }
}

/** The sender leads this term: a candidate gives up, and the election timer starts again. */
function followSender(node: NodeState, message: LeaderMessage): void {
  // Another leader of the own term is impossible; such a message is not from this cluster's past.
  if (node.role === 'leader') return
  if (node.role === 'follower') followLeader(node, message.from)
  else becomeFollower(node, node.term, message.from)
  node.electionElapsed = 0
  if (message.type === 'append') handleAppend(node, message)
  else if (message.type === 'heartbeat') handleHeartbeat(node, message)
  else handleSnapshot(node, message)
}
