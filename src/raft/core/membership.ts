// Membership changes as pure functions: simple one-voter steps, and entering and leaving a joint configuration (thesis 4).
// The rules and the error texts are those of etcd-io/raft's confchange package, whose cases they are tested with.
import type { MemberChange, Membership, MembershipChange, NodeId } from './types.js'

export type MembershipResult =
  | { readonly ok: true; readonly membership: Membership }
  | { readonly ok: false; readonly error: string }

export const emptyMembership: Membership = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
}

type Draft = {
  readonly voters: Set<NodeId>
  readonly votersOutgoing: Set<NodeId>
  readonly learners: Set<NodeId>
  readonly learnersNext: Set<NodeId>
}

const tooManyVoters = 'more than one voter changed without entering joint config'

/** Applies changes of which at most one adds, removes, promotes or demotes a voter. */
export function simple(membership: Membership, changes: readonly MemberChange[]): MembershipResult {
  if (isJoint(membership)) return refused("can't apply simple config change in joint config")
  const draft = draftOf(membership)
  const error = applyChanges(draft, changes)
  if (error !== null) return refused(error)
  if (countDifferences(membership.voters, draft.voters) > 1) return refused(tooManyVoters)
  return changed(draft, false)
}

/** Applies any changes, keeping the voters so far as the outgoing half until `leaveJoint`. */
export function enterJoint(
  membership: Membership,
  autoLeave: boolean,
  changes: readonly MemberChange[],
): MembershipResult {
  if (isJoint(membership)) return refused('config is already joint')
  if (membership.voters.length === 0) return refused("can't make a zero-voter config joint")
  const draft = draftOf(membership)
  for (const voter of membership.voters) draft.votersOutgoing.add(voter)
  const error = applyChanges(draft, changes)
  return error === null ? changed(draft, autoLeave) : refused(error)
}

/** Drops the outgoing half; voters it demoted become learners now. */
export function leaveJoint(membership: Membership): MembershipResult {
  if (!isJoint(membership)) return refused("can't leave a non-joint config")
  const draft = draftOf(membership)
  for (const nodeId of draft.learnersNext) draft.learners.add(nodeId)
  draft.learnersNext.clear()
  draft.votersOutgoing.clear()
  return changed(draft, false)
}

/** The membership after a requested change. A change of nothing leaves the joint configuration. */
export function changeMembership(
  membership: Membership,
  change: MembershipChange,
): MembershipResult {
  if (change.changes.length === 0) return leaveJoint(membership)
  if (change.transition !== 'auto') {
    return enterJoint(membership, change.transition === 'implicit', change.changes)
  }
  const result = simple(membership, change.changes)
  if (result.ok || result.error !== tooManyVoters) return result
  return enterJoint(membership, true, change.changes)
}

export function isJoint(membership: Membership): boolean {
  return membership.votersOutgoing.length > 0
}

/** A voter of either half. */
export function isVoter(membership: Membership, nodeId: NodeId): boolean {
  return membership.voters.includes(nodeId) || membership.votersOutgoing.includes(nodeId)
}

/** Voters of both halves, sorted. */
export function voterIds(membership: Membership): NodeId[] {
  return sorted(new Set([...membership.voters, ...membership.votersOutgoing]))
}

/** Everyone the leader replicates to, sorted. */
export function memberIds(membership: Membership): NodeId[] {
  return sorted(
    new Set([...membership.voters, ...membership.votersOutgoing, ...membership.learners]),
  )
}

/** What is wrong with a membership, or null. Checked after every change and whenever one is read from outside. */
export function membershipFault(membership: Membership): string | null {
  const { voters, votersOutgoing, learners, learnersNext } = membership
  for (const list of [voters, votersOutgoing, learners, learnersNext]) {
    if (list.some((id, at) => id <= (list[at - 1] ?? 0))) return 'a list of members is not sorted'
  }
  for (const id of learners) {
    if (isVoter(membership, id)) return `${id} is in learners and among the voters`
  }
  for (const id of learnersNext) {
    if (!votersOutgoing.includes(id)) return `${id} is in learnersNext but not in votersOutgoing`
    if (voters.includes(id)) return `${id} is in learnersNext and among the voters`
  }
  if (membership.autoLeave && !isJoint(membership)) return 'autoLeave is set but nothing is joint'
  return null
}

function applyChanges(draft: Draft, changes: readonly MemberChange[]): string | null {
  for (const { type, nodeId } of changes) {
    // Node 0 stands for "nobody": etcd replaces a refused change by it.
    if (nodeId === 0) continue
    if (type === 'voter') makeVoter(draft, nodeId)
    else if (type === 'learner') makeLearner(draft, nodeId)
    else if (type === 'remove') remove(draft, nodeId)
  }
  return draft.voters.size === 0 ? 'removed all voters' : null
}

function makeVoter(draft: Draft, nodeId: NodeId): void {
  remove(draft, nodeId)
  draft.voters.add(nodeId)
}

/** A voter of the outgoing half cannot be a learner at the same time: it becomes one when that half is left. */
function makeLearner(draft: Draft, nodeId: NodeId): void {
  remove(draft, nodeId)
  const list = draft.votersOutgoing.has(nodeId) ? draft.learnersNext : draft.learners
  list.add(nodeId)
}

function remove(draft: Draft, nodeId: NodeId): void {
  draft.voters.delete(nodeId)
  draft.learners.delete(nodeId)
  draft.learnersNext.delete(nodeId)
}

function draftOf(membership: Membership): Draft {
  return {
    voters: new Set(membership.voters),
    votersOutgoing: new Set(membership.votersOutgoing),
    learners: new Set(membership.learners),
    learnersNext: new Set(membership.learnersNext),
  }
}

function changed(draft: Draft, autoLeave: boolean): MembershipResult {
  const membership = {
    voters: sorted(draft.voters),
    votersOutgoing: sorted(draft.votersOutgoing),
    learners: sorted(draft.learners),
    learnersNext: sorted(draft.learnersNext),
    autoLeave,
  }
  const fault = membershipFault(membership)
  return fault === null ? { ok: true, membership } : refused(fault)
}

function refused(error: string): MembershipResult {
  return { ok: false, error }
}

function sorted(ids: ReadonlySet<NodeId>): NodeId[] {
  return [...ids].sort((a, b) => a - b)
}

function countDifferences(before: readonly NodeId[], after: ReadonlySet<NodeId>): number {
  const removed = before.filter(id => !after.has(id)).length
  return removed + after.size - (before.length - removed)
}
