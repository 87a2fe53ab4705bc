// How the leader's log travels: appends, snapshots for those that are too far behind, heartbeats, and the commit index.
import type { NodeState } from './node-state.js'
import type { Progress } from './progress.js'
import { jointCommitted } from './quorum.js'
import { entryBytes } from './raft-log.js'
import type { Index, SnapshotMark } from './types.js'

/**
 * Sends every follower what it lacks and its window takes. It is called once a turn, not once a proposal, so that
 * entries that came together travel together; a commit index that moved is told even with nothing to append.
 */
export function replicate(node: NodeState): void {
  for (const peer of node.peers.list) {
    if (peer.nodeId === node.nodeId) continue
    const { appendDue } = peer
    const commitDue = peer.canAdvanceCommit(node.log.commit)
    peer.appendDue = false
    let sent = sendAppend(node, peer, { appendDue, commitDue })
    while (sent) sent = sendAppend(node, peer, NOTHING_DUE)
  }
}

/** What is to be sent although no entry goes with it. */
type Due = { readonly appendDue: boolean; readonly commitDue: boolean }

const NOTHING_DUE: Due = { appendDue: false, commitDue: false }

/**
 * One append, or a snapshot when the entries before it are gone. A replicating follower whose window is full still
 * gets an empty one when it is owed: had all that is under way been lost, nothing else would ever free the window.
 * @returns whether something was sent
 */
function sendAppend(node: NodeState, peer: Progress, due: Due): boolean {
  if (peer.blocked) return false
  const { log } = node
  const previousIndex = peer.next - 1
  const previousTerm = log.termAt(previousIndex)
  if (previousTerm === undefined) return sendSnapshot(node, peer)
  const windowFull = peer.state === 'replicate' && peer.inflights.full
  const hasEntries = !windowFull && peer.next <= log.lastIndex
  if (!hasEntries && !due.appendDue && !due.commitDue) return false
  const entries = hasEntries ? log.slice(peer.next, node.options.appendBytesMax) : []
  node.outbox.send({
    type: 'append',
    from: node.nodeId,
    to: peer.nodeId,
    term: node.term,
    previousIndex,
    previousTerm,
    entries,
    commit: log.commit,
    // A lost one costs little: the next append or heartbeat tells the commit index, too.
    quiet: !hasEntries && !due.appendDue && peer.state === 'replicate',
  })
  let bytes = 0
  for (const entry of entries) bytes += entryBytes(entry)
  peer.sent(entries.length, bytes, log.commit)
  return true
}

/** A node that was not heard from is not worth a snapshot yet. */
function sendSnapshot(node: NodeState, peer: Progress): boolean {
  if (!peer.recentlyActive) return false
  const snapshot = snapshotMark(node)
  peer.becomeSnapshot(snapshot.index)
  node.outbox.send({
    type: 'snapshot',
    from: node.nodeId,
    to: peer.nodeId,
    term: node.term,
    snapshot,
  })
  return true
}

/** Where this node's state stands, with the membership as of there. */
function snapshotMark(node: NodeState): SnapshotMark {
  const index = Math.max(node.log.applied, node.membershipIndex)
  return { ...node.log.markAt(index), membership: node.membership }
}

/** Keeps followers from campaigning, tells each what it may commit, and asks for answers to the read round under way. */
export function broadcastHeartbeat(node: NodeState): void {
  const { nodeId: from, term, log } = node
  const round = node.reads.round
  for (const peer of node.peers.list) {
    if (peer.nodeId === from) continue
    // Never beyond what the follower is known to hold: it could not commit that, and would have to think its log lost.
    const commit = Math.min(peer.match, log.commit)
    node.outbox.send({
      type: 'heartbeat',
      from,
      to: peer.nodeId,
      term,
      commit,
      round,
      compactable: 0,
    })
  }
}

/**
 * Commits what a quorum has on disk, if it is of this term (Raft §5.4.2).
 * @returns whether the commit index moved
 */
export function advanceCommit(node: NodeState): boolean {
  const { log, peers } = node
  const index = jointCommitted(node.membership, nodeId => peers.match(nodeId))
  if (index <= log.commit || log.termAt(index) !== node.term) return false
  releaseUncommitted(node, index)
  log.commitTo(index)
  node.replicationDue = true
  return true
}

function releaseUncommitted(node: NodeState, upTo: Index): void {
  for (let index = node.log.commit + 1; index <= upTo; index++) {
    node.uncommittedBytes -= node.log.entryAt(index)?.data.length ?? 0
  }
}
