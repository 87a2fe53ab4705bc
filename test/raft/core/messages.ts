// Messages as a test wants them: only what matters is said, the rest is plain.
import type {
  AppendMessage,
  Entry,
  HeartbeatMessage,
  Message,
  VoteMessage,
  VoteResponseMessage,
} from '../../../src/raft/core/types.js'
import { CoreNode, type CoreNodeOptions, emptyDisk, membershipOf } from './core-node.js'

type Said<M extends Message> = Partial<M> & Pick<M, 'from' | 'term'>

export function vote(said: Said<VoteMessage>): VoteMessage {
  return { type: 'vote', to: 1, pre: false, force: false, lastIndex: 0, lastTerm: 0, ...said }
}

export function voteResponse(said: Said<VoteResponseMessage>): VoteResponseMessage {
  const knowing = { commit: 0, commitTerm: 0 }
  return { type: 'vote-response', to: 1, pre: false, granted: true, ...knowing, ...said }
}

export function append(said: Said<AppendMessage>): AppendMessage {
  const start = { previousIndex: 0, previousTerm: 0, entries: [], commit: 0, quiet: false }
  return { type: 'append', to: 1, ...start, ...said }
}

export function heartbeat(said: Said<HeartbeatMessage>): HeartbeatMessage {
  return { type: 'heartbeat', to: 1, commit: 0, round: 0, compactable: 0, ...said }
}

/** Entries of the given terms, from index `first` on. */
export function entriesOf(terms: readonly number[], first = 1): Entry[] {
  return terms.map((term, at) => ({
    index: first + at,
    term,
    kind: 'command',
    timeMs: 0,
    data: new Uint8Array([term, first + at]),
  }))
}

/** Node 1 of a cluster of `voters`, whose disk holds entries of these terms. */
export function nodeWithLog(
  terms: readonly number[],
  start: { voters?: number[]; term?: number; commit?: number; options?: CoreNodeOptions } = {},
): CoreNode {
  const disk = emptyDisk(membershipOf(start.voters ?? [1, 2, 3]))
  disk.entries = entriesOf(terms)
  const term = start.term ?? terms.at(-1) ?? 0
  disk.hardState = { term, vote: 0, commit: start.commit ?? 0 }
  return new CoreNode(1, disk, start.options)
}

/** Takes and persists until nothing is left. @returns every message, in order */
export function drain(node: CoreNode): Message[] {
  const messages: Message[] = []
  while (node.write !== null || node.core.hasReady({ write: true, apply: true })) {
    messages.push(...node.take().messages, ...node.persist())
  }
  return messages
}

/** Makes node 1 the leader with the votes of `voters`. @returns the messages of its first appends */
export function electAlone(node: CoreNode, voters: readonly number[]): Message[] {
  node.core.campaign()
  drain(node)
  for (const pre of [true, false]) {
    const { term, role } = node.core.status()
    const asked = role === 'pre-candidate' ? term + 1 : term
    for (const from of voters) {
      node.core.step(voteResponse({ from, term: asked, pre }))
    }
    if (pre) drain(node)
  }
  return drain(node)
}

export function accepted(from: number, term: number, matchIndex: number): Message {
  return { type: 'append-response', from, to: 1, term, accepted: true, matchIndex }
}
