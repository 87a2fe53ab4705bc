// ReadIndex (thesis 6.4): at the leader a commit index and proof that it still leads; at a follower the leader's answer.
import type { NodeState } from './node-state.js'
import { jointCommitted } from './quorum.js'
import type { WaitingRead } from './read-index.js'
import { broadcastHeartbeat } from './replication.js'
import { answerRead } from './roles.js'
import type {
  HeartbeatResponseMessage,
  ReadIndexMessage,
  ReadIndexResponseMessage,
} from './types.js'

/** A read of this node's own. The answer is a ReadState, with index 0 when there is nobody to ask or too much to wait for. */
export function askReadIndex(node: NodeState, context: number, quorum: boolean): void {
  const { nodeId: from, leaderId: to, term } = node
  if (node.role === 'leader') {
    addRead(node, { from, context }, quorum)
  } else if (to === 0 || node.forwarded.count >= node.options.pendingReadsMax) {
    node.outbox.answerRead({ context, index: 0 })
  } else {
    node.forwarded.add(context)
    node.outbox.send({ type: 'read-index', from, to, term, context, quorum })
  }
}

/** A follower asks. It is answered whatever its term is: an index that is safe for this node is safe for it. */
export function handleReadIndex(node: NodeState, message: ReadIndexMessage): void {
  const { from, context, quorum } = message
  if (node.role === 'leader') addRead(node, { from, context }, quorum)
  else answerRead(node, { from, context, index: 0 })
}

export function handleReadIndexResponse(node: NodeState, message: ReadIndexResponseMessage): void {
  const { context, index } = message
  if (node.forwarded.answered(context)) node.outbox.answerRead({ context, index })
}

function addRead(node: NodeState, read: WaitingRead, quorum: boolean): void {
  if (!quorum) {
    answerRead(node, { ...read, index: node.log.commit })
  } else if (node.reads.waitingCount >= node.options.pendingReadsMax) {
    answerRead(node, { ...read, index: 0 })
  } else {
    node.reads.add(read)
    node.replicationDue = true
  }
}

/**
 * Begins a round for the reads that have gathered, when none is under way and an entry of this term is committed, and
 * ends rounds that a quorum has answered: at once where this node is a quorum alone.
 */
export function advanceReads(node: NodeState): void {
  const { reads } = node
  if (reads.round > 0) finishRound(node)
  if (reads.round > 0 || !reads.hasGathered || !node.ownTermCommitted) return
  reads.begin(node.log.commit)
  if (!finishRound(node)) broadcastHeartbeat(node)
}

export function acknowledgeRound(node: NodeState, message: HeartbeatResponseMessage): void {
  const peer = node.peers.get(message.from)
  if (peer === undefined || message.round > node.reads.round) return
  peer.round = Math.max(peer.round, message.round)
  if (message.round > 0) node.replicationDue = true
}

/** @returns whether the round under way is over */
function finishRound(node: NodeState): boolean {
  const { reads, peers, nodeId: self } = node
  const answered = jointCommitted(node.membership, nodeId =>
    nodeId === self ? reads.round : (peers.get(nodeId)?.round ?? 0),
  )
  if (answered < reads.round) return false
  const finished = reads.finish()
  for (const read of finished.reads) answerRead(node, { ...read, index: finished.index })
  return true
}
