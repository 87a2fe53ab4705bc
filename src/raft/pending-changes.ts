// Membership changes proposed here, until they are applied or known to be lost.
import { type Deferred, deferred } from '../lib/index.js'
import type { Index, Term } from './core/index.js'
import { Deadlines } from './deadlines.js'
import { RaftError } from './driver.js'
import type { ApplyEntry } from './ports.js'

type Change = Deferred<void> & {
  readonly index: Index
  readonly term: Term
  readonly deadlineMs: number
}

/** The core has at most one change in flight, so this list is short by nature. */
export class PendingChanges {
  readonly #deadlines = new Deadlines()
  #changes: Change[] = []

  /** @param at where the leader appended the change. @throws RaftError no-leader, deadline, stopped */
  wait(at: { readonly index: Index; readonly term: Term }, deadlineMs: number): Promise<void> {
    const change = { ...deferred<void>(), ...at, deadlineMs }
    this.#changes.push(change)
    this.#deadlines.note(deadlineMs)
    return change.promise
  }

  /** A change is done when its entry is applied and, if it leads through a joint configuration, that was left. */
  applied(entry: ApplyEntry): void {
    if (this.#changes.length === 0) return
    this.#changes = this.#changes.filter(change => {
      if (entry.index < change.index) return true
      if (entry.index === change.index && entry.term !== change.term) {
        change.reject(new RaftError('no-leader', 'a new leader overwrote the change; try again'))
        return false
      }
      const { membership } = entry
      const joint = membership !== null && membership.votersOutgoing.length > 0
      if (membership === null || (joint && membership.autoLeave)) return true
      change.resolve()
      return false
    })
  }

  expire(nowMs: number): void {
    if (!this.#deadlines.due(nowMs)) return
    this.#deadlines.restart()
    const message = 'the change was not applied before the deadline, and may still be'
    this.#changes = this.#deadlines.expire(
      this.#changes,
      nowMs,
      () => new RaftError('deadline', message),
    )
  }

  rejectAll(error: Error): void {
    for (const change of this.#changes.splice(0)) change.reject(error)
  }
}
