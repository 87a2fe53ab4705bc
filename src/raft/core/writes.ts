// The one Write in flight: what is handed to the disk next, and what of it the disk has acknowledged.
import { assert } from '../../lib/index.js'
import type { Outbox } from './outbox.js'
import type { RaftLog } from './raft-log.js'
import type { HardState, NodeId, Term, Write } from './types.js'

export class Writes {
  #sequence = 0
  #inFlight: Write | null = null
  /** Term and vote as the last Write took them. */
  #taken: HardState

  constructor(onDisk: HardState) {
    this.#taken = onDisk
  }

  /** Whether there is something to write or to promise, and no Write in flight. A commit index alone is nothing. */
  isDue(
    vote: { readonly term: Term; readonly vote: NodeId },
    log: RaftLog,
    outbox: Outbox,
  ): boolean {
    if (this.#inFlight !== null) return false
    return (
      outbox.hasPromises || log.hasUnwritten || log.snapshot !== null || this.#voteChanged(vote)
    )
  }

  /** The next Write, in flight from now on; null when none is due. */
  take(
    vote: { readonly term: Term; readonly vote: NodeId },
    log: RaftLog,
    outbox: Outbox,
  ): Write | null {
    if (!this.isDue(vote, log, outbox)) return null
    const entries = log.takeUnwritten()
    const mustSync = entries.length > 0 || log.snapshot !== null || this.#voteChanged(vote)
    this.#taken = { term: vote.term, vote: vote.vote, commit: log.commit }
    this.#sequence++
    this.#inFlight = {
      sequence: this.#sequence,
      hardState: this.#taken,
      entries,
      mustSync,
      snapshot: log.snapshot,
      messages: outbox.takePromises(),
    }
    return this.#inFlight
  }

  /** @throws AssertionError when `write` is not the one in flight */
  persisted(write: Write): void {
    assert(
      write.sequence === this.#inFlight?.sequence,
      `Write ${write.sequence} is the one in flight`,
    )
    this.#inFlight = null
  }

  #voteChanged(vote: { readonly term: Term; readonly vote: NodeId }): boolean {
    return vote.term !== this.#taken.term || vote.vote !== this.#taken.vote
  }
}
