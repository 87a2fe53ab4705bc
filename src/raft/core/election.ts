// Elections: pre-vote, vote, and how answers are counted (Raft §5.2, thesis 9.6 and 4.2.3).

import { voterIds } from './membership.js'
import type { NodeState } from './node-state.js'
import { jointVote, type VoteResult } from './quorum.js'
import {
  becomeCandidate,
  becomeFollower,
  becomeLeader,
  becomePreCandidate,
  followLeader,
} from './roles.js'
import type { Term, VoteMessage, VoteResponseMessage, Write } from './types.js'

/**
 * Starts an election, if this node may lead. A membership entry that is committed but not applied bars it: the
 * membership it would count its votes by is about to change.
 * @param how pre-vote as a rule; at-once when the leader itself has handed over
 */
export function campaign(node: NodeState, how: 'pre-vote' | 'at-once'): void {
  if (node.role === 'leader' || !node.promotable) return
  if (node.log.hasUnappliedMembership) {
    // Its leader is lost to it all the same: it does not hold up an election among the others.
    if (how === 'pre-vote') followLeader(node, 0)
    return
  }
  if (how === 'pre-vote') startPreVote(node)
  else startVote(node, true)
}

function startPreVote(node: NodeState): void {
  becomePreCandidate(node)
  // The own word counts at once: a pre-vote promises nothing.
  if (recordVote(node, node.nodeId, true) === 'won') startVote(node, false)
  else requestVotes(node, { pre: true, force: false })
}

/** The own vote counts, and the others are asked, when term and vote are on disk. */
function startVote(node: NodeState, force: boolean): void {
  becomeCandidate(node)
  requestVotes(node, { pre: false, force })
}

function requestVotes(node: NodeState, kind: { pre: boolean; force: boolean }): void {
  const { nodeId: from, log } = node
  for (const to of voterIds(node.membership)) {
    if (to === from) continue
    const request: VoteMessage = {
      type: 'vote',
      from,
      to,
      // A pre-vote asks about the term to come, without entering it.
      term: kind.pre ? node.term + 1 : node.term,
      pre: kind.pre,
      force: kind.force,
      lastIndex: log.lastIndex,
      lastTerm: log.lastTerm,
    }
    if (kind.pre) node.outbox.send(request)
    else node.outbox.promise(request)
  }
}

/** The Write that holds the own vote is on disk. */
export function ownVotePersisted(node: NodeState, write: Write): void {
  const { term, vote } = write.hardState
  if (node.role !== 'candidate' || term !== node.term || vote !== node.nodeId) return
  if (!node.votes.has(node.nodeId)) countVote(node, node.nodeId, true)
}

/** A vote message of this term or, when pre, of a later one. Learners vote too: the asker may know that they were promoted. */
export function handleVote(node: NodeState, message: VoteMessage): void {
  const granted = mayGrant(node, message)
  const { pre } = message
  answerVote(node, message, { granted, term: granted ? message.term : node.term })
  if (!granted) return
  if (!pre) {
    node.electionElapsed = 0
    node.vote = message.from
  } else if (node.role === 'pre-candidate' && isAhead(node, message)) {
    // Two that lost their leader in the same moment would elect nobody: the one with the lesser log, or id, gives way.
    becomeFollower(node, node.term, 0)
  }
}

export function answerVote(
  node: NodeState,
  { from: to, pre }: VoteMessage,
  answer: { readonly granted: boolean; readonly term: Term },
): void {
  const { nodeId: from, log } = node
  const committed = { commit: log.commit, commitTerm: log.termAt(log.commit) ?? 0 }
  node.outbox.promise({ type: 'vote-response', from, to, pre, ...answer, ...committed })
}

/**
 * A voter may lack nothing but the word that its log is committed: when the last that could tell it was the leader,
 * which the very change at stake has removed, it would ask for votes by a membership that can no longer elect it, for
 * ever. So answers to votes tell (after raft-rs, maybe_commit_by_vote). Committed is committed, whatever the term.
 */
export function learnCommit(node: NodeState, { commit, commitTerm }: VoteResponseMessage): void {
  const { log } = node
  if (node.role === 'leader' || log.snapshot !== null) return
  if (commit <= log.commit || log.termAt(commit) !== commitTerm) return
  log.commitTo(commit)
  if (node.role !== 'follower' && log.hasUnappliedMembership) becomeFollower(node, node.term, 0)
}

function mayGrant(node: NodeState, message: VoteMessage): boolean {
  if (!node.mayVote || !node.log.isUpToDate(message)) return false
  if (message.pre && message.term > node.term) return true
  return node.vote === message.from || (node.vote === 0 && node.leaderId === 0)
}

function isAhead(node: NodeState, rival: VoteMessage): boolean {
  const { log } = node
  if (rival.lastTerm !== log.lastTerm) return rival.lastTerm > log.lastTerm
  if (rival.lastIndex !== log.lastIndex) return rival.lastIndex > log.lastIndex
  return rival.from > node.nodeId
}

export function handleVoteResponse(node: NodeState, message: VoteResponseMessage): void {
  const asked = message.pre ? 'pre-candidate' : 'candidate'
  if (node.role !== asked) return
  // A grant of an older pre-vote was given for an older term.
  if (message.pre && message.granted && message.term !== node.term + 1) return
  countVote(node, message.from, message.granted)
}

function countVote(node: NodeState, from: number, granted: boolean): void {
  const result = recordVote(node, from, granted)
  if (result === 'lost') becomeFollower(node, node.term, 0)
  else if (result === 'won') {
    if (node.role === 'pre-candidate') startVote(node, false)
    else becomeLeader(node)
  }
}

/** The first answer of a voter stands. */
function recordVote(node: NodeState, from: number, granted: boolean): VoteResult {
  if (!node.votes.has(from)) node.votes.set(from, granted)
  return jointVote(node.membership, nodeId => node.votes.get(nodeId))
}
