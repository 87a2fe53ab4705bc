// Membership changes on their way through the log: proposed by the leader, in force where they are applied (thesis 4).
import { assert } from '../../lib/index.js'
import { changeMembership, isJoint, isVoter } from './membership.js'
import { decodeMembershipChange, encodeMembershipChange } from './membership-codec.js'
import type { NodeState } from './node-state.js'
import type { ProposeChangeResult } from './options.js'
import { advanceCommit } from './replication.js'
import { appendEntries, becomeFollower } from './roles.js'
import type { Entry, Membership, MembershipChange } from './types.js'

const noContext = new Uint8Array(0)
const leave: MembershipChange = { transition: 'auto', changes: [], context: noContext }

/**
 * Appends a change, if none is in flight. Two changes under way at once, or one before this term has committed
 * anything, could leave two majorities that do not meet (Ongaro's note of 2015 on single-server changes).
 */
export function proposeChange(
  node: NodeState,
  change: MembershipChange,
  timeMs: number,
): ProposeChangeResult {
  if (!acceptsProposals(node)) return 'not-leader'
  if (!node.ownTermCommitted) return 'term-not-committed'
  if (node.pendingChangeIndex > node.log.applied) return 'change-in-flight'
  if (isJoint(node.membership) && change.changes.length > 0) return 'change-in-flight'
  if (!isSound(change) || !changeMembership(node.membership, change).ok) return 'invalid'
  appendChange(node, change, timeMs)
  return 'accepted'
}

/** A leader that hands over, or that was removed, appends nothing more. */
export function acceptsProposals(node: NodeState): boolean {
  return (
    node.role === 'leader' && node.transferee === 0 && node.peers.get(node.nodeId) !== undefined
  )
}

/**
 * A committed change takes force. A leader that it removes or demotes steps down.
 * @returns the membership from there on
 */
export function applyMembershipChange(node: NodeState, entry: Entry): Membership {
  assert(entry.kind === 'membership', `entry ${entry.index} is a membership entry`)
  // Replayed after a crash, or overtaken by a snapshot.
  if (entry.index <= node.membershipIndex) return node.membership
  const result = changeMembership(node.membership, decodeMembershipChange(entry.data))
  assert(result.ok, `the committed change at ${entry.index} is valid: ${result.ok || result.error}`)
  node.membershipIndex = entry.index
  setMembership(node, result.membership)
  return result.membership
}

export function setMembership(node: NodeState, membership: Membership): void {
  node.membership = membership
  node.peers.follow(membership, node.log.lastIndex)
  if (node.role !== 'leader') return
  const self = node.peers.get(node.nodeId)
  if (self === undefined || self.learner) {
    becomeFollower(node, node.term, 0)
    return
  }
  // Fewer may be needed now, and new members wait for their first probe.
  advanceCommit(node)
  node.replicationDue = true
  if (!isVoter(membership, node.transferee)) node.transferee = 0
}

/**
 * Leaves a joint configuration that is to be left by itself. Every leader tries again, whenever it has applied
 * something and with its heartbeats, so that neither a lost leader nor a transfer leaves the cluster joint for good.
 */
export function leaveJointWhenDue(node: NodeState): void {
  if (!node.membership.autoLeave || !acceptsProposals(node) || !node.ownTermCommitted) return
  if (node.pendingChangeIndex > node.log.applied) return
  appendChange(node, leave, node.log.lastTimeMs)
}

function appendChange(node: NodeState, change: MembershipChange, timeMs: number): void {
  appendEntries(node, 'membership', [encodeMembershipChange(change)], timeMs)
  node.pendingChangeIndex = node.log.lastIndex
}

function isSound(change: MembershipChange): boolean {
  return change.changes.every(({ nodeId }) => Number.isSafeInteger(nodeId) && nodeId > 0)
}
