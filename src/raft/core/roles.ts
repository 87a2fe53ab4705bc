// The four roles and the ways between them (Raft figure 4, with thesis 9.6's pre-candidate).
import { assert } from '../../lib/index.js'
import type { NodeState } from './node-state.js'
import type { EntryKind, NodeId, Term } from './types.js'

const noData = new Uint8Array(0)

/** @param leaderId 0 = unknown */
export function becomeFollower(node: NodeState, term: Term, leaderId: NodeId): void {
  leaveRole(node, term)
  node.role = 'follower'
  followLeader(node, leaderId)
}

/** Asks whether it would be elected. Term and vote stay as they are, but a leader it may have had is forgotten. */
export function becomePreCandidate(node: NodeState): void {
  assert(node.role !== 'leader', 'a leader does not campaign')
  node.role = 'pre-candidate'
  node.votes = new Map()
  node.electionElapsed = 0
  node.drawElectionTimeout()
  followLeader(node, 0)
}

export function becomeCandidate(node: NodeState): void {
  assert(node.role !== 'leader', 'a leader does not campaign')
  leaveRole(node, node.term + 1)
  node.vote = node.nodeId
  node.role = 'candidate'
}

/** Raft §5.4.2: an entry of the own term is appended at once, for nothing older may be committed by counting. */
export function becomeLeader(node: NodeState): void {
  assert(node.role === 'candidate', 'only a candidate is elected')
  leaveRole(node, node.term)
  node.role = 'leader'
  followLeader(node, node.nodeId)
  const { log, peers } = node
  peers.reset(node.membership, log.lastIndex)
  const self = peers.get(node.nodeId)
  assert(self !== undefined, 'a leader is elected from among the voters')
  self.becomeReplicate()
  self.acknowledge(log.durable)
  self.active = true
  // An older leader's change may stand uncommitted in the log; looking for it is not worth the exactness.
  node.pendingChangeIndex = log.lastIndex
  for (let index = log.commit + 1; index <= log.lastIndex; index++) {
    node.uncommittedBytes += log.entryAt(index)?.data.length ?? 0
  }
  appendEntries(node, 'empty', [noData], log.lastTimeMs)
}

/** Sets whom this node follows; reads that were sent to another leader are given up. */
export function followLeader(node: NodeState, leaderId: NodeId): void {
  if (node.leaderId === leaderId) return
  node.leaderId = leaderId
  for (const context of node.forwarded.drop()) node.outbox.answerRead({ context, index: 0 })
}

/** Appends at the leader, each entry stamped no earlier than the one before it. */
export function appendEntries(
  node: NodeState,
  kind: EntryKind,
  datas: readonly Uint8Array[],
  timeMs: number,
): void {
  const { log, term } = node
  const stampMs = Math.max(log.lastTimeMs, timeMs)
  const first = log.lastIndex + 1
  log.append(datas.map((data, at) => ({ index: first + at, term, kind, timeMs: stampMs, data })))
  for (const data of datas) node.uncommittedBytes += data.length
  node.replicationDue = true
}

/** Answers a read at the node that asked. @param read.index 0 = refused */
export function answerRead(
  node: NodeState,
  read: { readonly from: NodeId; readonly context: number; readonly index: number },
): void {
  const { from, context, index } = read
  if (from === node.nodeId) node.outbox.answerRead({ context, index })
  else {
    node.outbox.send({
      type: 'read-index-response',
      from: node.nodeId,
      to: from,
      term: node.term,
      context,
      index,
    })
  }
}

/** What ends with every change of role or term. */
function leaveRole(node: NodeState, term: Term): void {
  if (term !== node.term) {
    assert(term > node.term, 'terms only grow')
    node.term = term
    node.vote = 0
    node.outbox.dropPromises()
  }
  for (const read of node.reads.drop()) answerRead(node, { ...read, index: 0 })
  followLeader(node, 0)
  node.votes = new Map()
  node.electionElapsed = 0
  node.heartbeatElapsed = 0
  node.drawElectionTimeout()
  node.transferee = 0
  node.pendingChangeIndex = 0
  node.uncommittedBytes = 0
  node.replicationDue = false
}
