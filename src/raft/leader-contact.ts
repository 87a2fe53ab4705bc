// What this node last heard from a leader: when, and what it said.
import type { Index, Message, NodeId, Term } from './core/index.js'

export class LeaderContact {
  #nodeId: NodeId = 0
  #term: Term = 0
  #heardMs: number | null = null
  #commit: Index = 0
  #compactable: Index = 0

  /** A message is a leader's word if only a leader sends its kind; one of an older term is worth nothing. */
  heard(message: Message, nowMs: number): void {
    if (message.type !== 'append' && message.type !== 'heartbeat' && message.type !== 'snapshot')
      return
    if (message.term < this.#term) return
    if (message.term > this.#term) this.#compactable = 0
    this.#nodeId = message.from
    this.#term = message.term
    this.#heardMs = nowMs
    // A follower that needs a snapshot is told of no commit beyond what it holds: the offer says how far behind it is.
    const commit = message.type === 'snapshot' ? message.snapshot.index : message.commit
    this.#commit = Math.max(this.#commit, commit)
    if (message.type === 'heartbeat') this.#compactable = message.compactable
  }

  /** Monotonic ms since a leader was heard; null when never. */
  ageMs(nowMs: number): number | null {
    return this.#heardMs === null ? null : nowMs - this.#heardMs
  }

  /** Highest commit index that a leader told. */
  get commit(): Index {
    return this.#commit
  }

  /** What the leader said every member holds; 0 when it is not this leader that said it. */
  compactable(leaderId: NodeId, term: Term): Index {
    return this.#nodeId === leaderId && this.#term === term ? this.#compactable : 0
  }
}
