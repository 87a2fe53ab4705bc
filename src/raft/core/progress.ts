// What the leader believes about one follower's log, and how fast it may send to it (after etcd-io/raft's tracker).
import { Inflights, type InflightsOptions } from './inflights.js'
import type { Index, NodeId } from './types.js'

/**
 * probe: the place where the logs agree is not known; one append at a time finds it.
 * replicate: it is known; appends are pipelined ahead of their answers, within the window.
 * snapshot: the follower needs entries that were compacted; nothing is sent until a snapshot has reached it.
 */
export type ProgressState = 'probe' | 'replicate' | 'snapshot'

export class Progress {
  state: ProgressState = 'probe'
  /** Highest index known to be durable there. Invariant: match < next. */
  match: Index = 0
  /** First index to send next. */
  next: Index
  /** Index of the snapshot on its way, in state snapshot. */
  pendingSnapshot: Index = 0
  /** Heard from since the leader last counted its quorum. */
  active: boolean
  /** Was heard from when the leader last counted its quorum. */
  #activeBefore = false
  /** No append goes until an answer comes: a probe is under way, or the window is full. */
  paused = false
  /** An append is owed even when it would carry no entry. */
  appendDue = false
  /** Last ReadIndex round it answered in this term. */
  round = 0
  readonly inflights: Inflights
  /** Highest commit index sent: saves empty appends that would say nothing new. */
  #sentCommit: Index = 0

  constructor(
    readonly nodeId: NodeId,
    window: InflightsOptions,
    start: { readonly next: Index; readonly active: boolean },
    public learner: boolean,
  ) {
    this.inflights = new Inflights(window)
    this.next = start.next
    this.active = start.active
  }

  /** Heard from within about an election timeout, at whatever moment of it one asks. */
  get recentlyActive(): boolean {
    return this.active || this.#activeBefore
  }

  /** The leader has counted its quorum: whoever is to count the next time has to be heard again. */
  forgetActive(): void {
    this.#activeBefore = this.active
    this.active = false
  }

  /** Whether appends may not be sent now. */
  get blocked(): boolean {
    return this.state === 'snapshot' || this.paused
  }

  becomeProbe(): void {
    const after = this.state === 'snapshot' ? this.pendingSnapshot : 0
    this.#enter('probe')
    this.next = Math.max(this.match, after) + 1
    this.#forgetSentCommit()
  }

  becomeReplicate(): void {
    this.#enter('replicate')
    this.next = this.match + 1
  }

  becomeSnapshot(index: Index): void {
    this.#enter('snapshot')
    this.pendingSnapshot = index
    this.next = index + 1
    this.#sentCommit = index
  }

  /** The snapshot did not arrive: probe from what is known, but not before the follower is heard again. */
  snapshotFailed(): void {
    this.pendingSnapshot = 0
    this.becomeProbe()
    this.paused = true
  }

  /** The follower has everything up to `index`. @returns false when that is no news */
  acknowledge(index: Index): boolean {
    if (index <= this.match) return false
    this.match = index
    this.next = Math.max(this.next, index + 1)
    this.paused = false
    return true
  }

  /**
   * The follower refused an append after `rejectedIndex`; the logs may agree at `hintIndex`.
   * @returns false when the answer is older than what is known
   */
  reject(rejectedIndex: Index, hintIndex: Index): boolean {
    if (this.state === 'replicate') {
      if (rejectedIndex <= this.match) return false
      this.becomeProbe()
      return true
    }
    if (this.next - 1 !== rejectedIndex) return false
    this.next = Math.max(Math.min(rejectedIndex, hintIndex + 1), this.match + 1)
    this.#forgetSentCommit()
    this.paused = false
    return true
  }

  /** An append was sent. `next` moves ahead of the answer only while replicating. */
  sent(entryCount: number, bytes: number, commit: Index): void {
    this.#sentCommit = commit
    if (this.state === 'replicate') {
      if (entryCount > 0) {
        this.next += entryCount
        this.inflights.add(this.next - 1, bytes)
      }
      this.paused = this.inflights.full
    } else if (entryCount > 0) {
      this.paused = true
    }
  }

  /** Whether the follower's commit index can move when it hears of `commit`. */
  canAdvanceCommit(commit: Index): boolean {
    return commit > this.#sentCommit && this.#sentCommit < this.next - 1
  }

  #enter(state: ProgressState): void {
    this.state = state
    this.paused = false
    this.pendingSnapshot = 0
    this.inflights.clear()
  }

  #forgetSentCommit(): void {
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1)
  }
}
