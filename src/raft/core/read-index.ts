// Reads that wait for their index: at the leader for a round of heartbeats (thesis 6.4), at a follower for the leader's answer.
import type { Index, NodeId } from './types.js'

/** `from` is the node that asked, the leader itself included. */
export type WaitingRead = { readonly from: NodeId; readonly context: number }

/**
 * The leader's reads. One round is under way at a time and is shared by all reads that had come before it began;
 * those that come meanwhile gather for the next. A round proves that no newer leader existed as it began, so the
 * commit index of that moment is what its reads must wait for.
 */
export class ReadRounds {
  #gathered: WaitingRead[] = []
  #asked: WaitingRead[] = []
  #askedIndex: Index = 0
  #round = 0

  get waitingCount(): number {
    return this.#gathered.length + this.#asked.length
  }

  get hasGathered(): boolean {
    return this.#gathered.length > 0
  }

  /** Number of the round under way, which heartbeats carry; 0 when there is none. */
  get round(): number {
    return this.#asked.length > 0 ? this.#round : 0
  }

  add(read: WaitingRead): void {
    this.#gathered.push(read)
  }

  begin(commit: Index): void {
    this.#asked = this.#gathered
    this.#gathered = []
    this.#askedIndex = commit
    this.#round++
  }

  /** The round under way was answered by a quorum. */
  finish(): { readonly reads: readonly WaitingRead[]; readonly index: Index } {
    const reads = this.#asked
    this.#asked = []
    return { reads, index: this.#askedIndex }
  }

  /** Gives up every read: this node leads no more. */
  drop(): readonly WaitingRead[] {
    const reads = [...this.#asked, ...this.#gathered]
    this.#asked = []
    this.#gathered = []
    return reads
  }
}

/** Reads that a follower sent on to its leader. An answer may get lost, so none is awaited for longer than two sweeps. */
export class ForwardedReads {
  #recent = new Set<number>()
  #old = new Set<number>()

  get count(): number {
    return this.#recent.size + this.#old.size
  }

  add(context: number): void {
    this.#recent.add(context)
  }

  /** @returns whether the read was still awaited */
  answered(context: number): boolean {
    return this.#recent.delete(context) || this.#old.delete(context)
  }

  /** @returns the contexts given up, which were sent before the sweep before this one */
  sweep(): readonly number[] {
    if (this.count === 0) return []
    const overdue = [...this.#old]
    this.#old = this.#recent
    this.#recent = new Set()
    return overdue
  }

  /** @returns all contexts, given up */
  drop(): readonly number[] {
    if (this.count === 0) return []
    const contexts = [...this.#old, ...this.#recent]
    this.#old = new Set()
    this.#recent = new Set()
    return contexts
  }
}
