// What clients were told against real time: what ended before something began is before it in the log, and reads see it.
// RAFT_NOTES §6.8: 14 and 15. Histories for the linearizability checker are kept in the same place.
import { check } from '../../raft/core/invariants.js'

export class History {
  /** Highest revision that anyone was shown: what begins now must not fall behind it. */
  shown = 0
  readonly counts = { writes: 0, linearizable: 0, weak: 0, none: 0, failed: 0 }

  /** @param began `shown` when the request was made. @throws when the answer is from before that */
  written(began: number, revision: number): void {
    this.counts.writes += 1
    check(revision > began, `a write was decided at ${revision}, behind ${began}, which had ended`)
    this.shown = Math.max(this.shown, revision)
  }

  /** @param least what the reader had asked to see. @throws when it does not see that */
  read(
    level: 'linearizable' | 'weak' | 'none',
    at: { readonly began: number; readonly least: number },
    revision: number,
  ): void {
    this.counts[level] += 1
    check(revision >= at.least, `a read that asked for ${at.least} got ${revision}`)
    if (level !== 'linearizable') return
    check(revision >= at.began, `a linearizable read saw ${revision}, behind ${at.began}`)
    this.shown = Math.max(this.shown, revision)
  }

  failed(): void {
    this.counts.failed += 1
  }
}
