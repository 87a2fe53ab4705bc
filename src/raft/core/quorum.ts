// Majorities, single and joint: the arithmetic that every promise of the cluster rests on (Raft figure 2, thesis 4.3).
import type { Index, Membership, NodeId } from './types.js'

export type VoteResult = 'pending' | 'won' | 'lost'
type Voters = Pick<Membership, 'voters' | 'votersOutgoing'>

/**
 * Highest index on a majority of voters.
 * @param matched voter id → last index known there (0 = unknown)
 * @returns 0 if none yet, Infinity for no voters (so that an empty half never holds a joint quorum back). Raft §5.3, figure 2.
 */
export function majorityCommitted(
  voters: readonly NodeId[],
  matched: (nodeId: NodeId) => Index,
): Index {
  if (voters.length === 0) return Number.POSITIVE_INFINITY
  const indexes: Index[] = []
  for (const voter of voters) indexes.push(matched(voter))
  indexes.sort((a, b) => b - a)
  return indexes[voters.length >> 1] ?? 0
}

/** Highest index on a majority of the incoming and on a majority of the outgoing voters. */
export function jointCommitted(voters: Voters, matched: (nodeId: NodeId) => Index): Index {
  const incoming = majorityCommitted(voters.voters, matched)
  if (voters.votersOutgoing.length === 0) return incoming
  return Math.min(incoming, majorityCommitted(voters.votersOutgoing, matched))
}

/** @param voted voter id → its answer, undefined when it has not answered */
export function majorityVote(
  voters: readonly NodeId[],
  voted: (nodeId: NodeId) => boolean | undefined,
): VoteResult {
  if (voters.length === 0) return 'won'
  let granted = 0
  let missing = 0
  for (const voter of voters) {
    const answer = voted(voter)
    if (answer === undefined) missing++
    else if (answer) granted++
  }
  const quorum = (voters.length >> 1) + 1
  if (granted >= quorum) return 'won'
  return granted + missing >= quorum ? 'pending' : 'lost'
}

/** Won when both halves are won, lost when either is lost. */
export function jointVote(
  voters: Voters,
  voted: (nodeId: NodeId) => boolean | undefined,
): VoteResult {
  const incoming = majorityVote(voters.voters, voted)
  const outgoing = majorityVote(voters.votersOutgoing, voted)
  if (incoming === 'lost' || outgoing === 'lost') return 'lost'
  return incoming === 'won' && outgoing === 'won' ? 'won' : 'pending'
}
