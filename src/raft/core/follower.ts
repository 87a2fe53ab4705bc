// What a follower does with its leader's messages: appends, heartbeats and snapshots (Raft figure 2, §7).
import { memberIds, membershipFault } from './membership.js'
import type { NodeState } from './node-state.js'
import type { AppendMessage, HeartbeatMessage, Index, NodeId, SnapshotMessage } from './types.js'

export function handleAppend(node: NodeState, message: AppendMessage): void {
  const { log } = node
  // The log is being replaced: what is accepted now would be promised before the snapshot is there.
  if (log.snapshot !== null || !isContiguous(message)) return
  const { from, previousIndex, previousTerm, entries } = message
  if (previousIndex < log.commit) {
    if (!message.quiet) accept(node, from, log.commit)
    return
  }
  if (log.termAt(previousIndex) !== previousTerm) {
    reject(node, message)
    return
  }
  // What is here already is left alone: a late, shorter append must not cut off what came after it.
  const firstNew = log.findNew(entries)
  if (firstNew >= 0) log.append(firstNew === 0 ? entries : entries.slice(firstNew))
  const lastIndex = previousIndex + entries.length
  log.commitTo(Math.min(message.commit, lastIndex))
  if (!message.quiet) accept(node, from, lastIndex)
}

export function handleHeartbeat(node: NodeState, message: HeartbeatMessage): void {
  if (node.log.snapshot === null) node.log.commitTo(message.commit)
  node.outbox.send({
    type: 'heartbeat-response',
    from: node.nodeId,
    to: message.from,
    term: node.term,
    round: message.round,
    clockMs: 0,
  })
}

/** The snapshot's bytes are here. It is installed, unless the log already reaches that far or the node has no part in it. */
export function handleSnapshot(node: NodeState, message: SnapshotMessage): void {
  const { log } = node
  const { snapshot, from } = message
  if (log.snapshot !== null || membershipFault(snapshot.membership) !== null) return
  if (snapshot.index > log.commit && memberIds(snapshot.membership).includes(node.nodeId)) {
    if (log.termAt(snapshot.index) === snapshot.term) log.commitTo(snapshot.index)
    else log.restore(snapshot)
  }
  accept(node, from, log.commit)
}

function accept(node: NodeState, to: NodeId, matchIndex: Index): void {
  node.outbox.promise({
    type: 'append-response',
    from: node.nodeId,
    to,
    term: node.term,
    accepted: true,
    matchIndex,
  })
}

/** The hint skips every index that the leader's entry of `previousTerm` cannot match. */
function reject(node: NodeState, message: AppendMessage): void {
  const { log } = node
  const { previousIndex, previousTerm } = message
  const hint = log.findConflictByTerm(Math.min(previousIndex, log.lastIndex), previousTerm)
  node.outbox.promise({
    type: 'append-response',
    from: node.nodeId,
    to: message.from,
    term: node.term,
    accepted: false,
    rejectedIndex: previousIndex,
    hintIndex: hint.index,
    hintTerm: hint.term,
  })
}

/** Whether the entries follow each other as a leader of this term would send them. */
function isContiguous(message: AppendMessage): boolean {
  let index = message.previousIndex
  let term = message.previousTerm
  for (const entry of message.entries) {
    if (entry.index !== index + 1 || entry.term < term) return false
    index = entry.index
    term = entry.term
  }
  return term <= message.term
}
