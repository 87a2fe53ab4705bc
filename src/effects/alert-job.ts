// The leader's look at what people should know of (document 004, 5): it says where to look, and the ledger decides. In
// slices, with pauses between them, as there may be a million rows; a new leader begins anew.
import type { GatewayView } from '../gateway/index.js'
import { ENDS_SOON_MS, REVIEW_SUBJECTS_MAX, type ReviewAlertsCommand } from '../ledger/index.js'
import { type AlertReads, type AlertSubject, subjectsToReview } from './alert-subjects.js'
import { attempt, submitStep } from './step.js'

export type AlertJobOptions = {
  /** Between the beginnings of two reviews, ms. */
  readonly everyMs: number
  /** Between two looks whether this node leads, ms. */
  readonly lookMs: number
}

export const alertJobDefaults = { lookMs: 1_000 } as const

export type AlertJobDependencies = {
  readonly gateway: Pick<GatewayView, 'submit'>
  readonly isLeader: () => boolean
  /** Whether what time and history ask for is left undone (docs/decisions/0035). */
  readonly effectsOff: () => boolean
  /** Asked for each time: a snapshot puts others in their place. */
  readonly reads: AlertReads & {
    /** @param filter open: only those, else all */
    alertCount(filter: { readonly open: boolean }): number
  }
  readonly entryTimeMs: () => number
  readonly clock: {
    monotonicMs(): number
    after(delayMs: number, callback: () => void): () => void
  }
  readonly log: { warn(fields: object, message: string): void }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How long a resolved alert is kept. */
const KEPT_MS = 90 * DAY_MS
/** Alerts that one review forgets, when as many are old enough. */
const FORGOTTEN_AT_ONCE = 100
/** Rows that are looked at without a pause: a millisecond or two. */
const SLICE_ROWS = 200
const PAUSE_MS = 5
/**
 * A review looks at the leases that have come within sight since the one before. One that was made or changed to end sooner
 * is found by looking at all of them now and then.
 */
const ALL_ENDINGS_EVERY_MS = HOUR_MS

/** What a leader remembers from one review to the next. By the monotonic clock: when each is due. */
type Plan = {
  reviewAtMs: number
  allEndingsAtMs: number
  forgetAtMs: number
  endingsSeenToMs: number | null
}

/** All at once, as nothing was seen yet. */
function newPlan(): Plan {
  return { reviewAtMs: 0, allEndingsAtMs: 0, forgetAtMs: 0, endingsSeenToMs: null }
}

export class AlertJob {
  readonly #options: AlertJobOptions
  readonly #dependencies: AlertJobDependencies
  #plan = newPlan()
  #cancel: () => void = () => {}
  #closed = false

  constructor(options: AlertJobOptions, dependencies: AlertJobDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#later()
  }

  /** What is under way ends at its next pause. */
  close(): void {
    this.#closed = true
    this.#cancel()
  }

  #later(): void {
    if (this.#closed) return
    const { clock } = this.#dependencies
    this.#cancel = clock.after(this.#options.lookMs, () => {
      void this.#look().finally(() => this.#later())
    })
  }

  async #look(): Promise<void> {
    const { isLeader, clock, log } = this.#dependencies
    if (!isLeader()) this.#plan = newPlan()
    if (!this.#goesOn() || clock.monotonicMs() < this.#plan.reviewAtMs) return
    this.#plan.reviewAtMs = clock.monotonicMs() + this.#options.everyMs
    const review = async () => {
      await this.#review()
      await this.#forget()
    }
    await attempt(review, log, 'a review of alerts was given up and is tried again')
  }

  #goesOn(): boolean {
    const { isLeader, effectsOff } = this.#dependencies
    return !this.#closed && isLeader() && !effectsOff()
  }

  async #review(): Promise<void> {
    const { entryTimeMs, clock, reads } = this.#dependencies
    const plan = this.#plan
    const nowMs = entryTimeMs()
    const startMs = clock.monotonicMs()
    const wantsAll = startMs >= plan.allEndingsAtMs
    const endingsSeenToMs = wantsAll ? null : plan.endingsSeenToMs
    const subjects = subjectsToReview(reads, { nowMs, endingsSeenToMs })
    if (!(await this.#submitAll(subjects))) return
    plan.endingsSeenToMs = nowMs + ENDS_SOON_MS
    if (wantsAll) plan.allEndingsAtMs = startMs + ALL_ENDINGS_EVERY_MS
  }

  /** @returns whether it came to the end */
  async #submitAll(subjects: Iterable<AlertSubject | null>): Promise<boolean> {
    const { gateway } = this.#dependencies
    let batch: AlertSubject[] = []
    let rows = 0
    for (const subject of subjects) {
      if (subject !== null) batch.push(subject)
      if (batch.length === REVIEW_SUBJECTS_MAX) {
        await submitStep(gateway, reviewOf(batch, this.#forgetBeforeMs()))
        batch = []
      }
      rows += 1
      if (rows % SLICE_ROWS === 0) await this.#pause()
      if (!this.#goesOn()) return false
    }
    if (batch.length > 0) await submitStep(gateway, reviewOf(batch, this.#forgetBeforeMs()))
    return true
  }

  /** Once a day, as reviews that find something do it too: what is old goes, also where nothing happens any more. */
  async #forget(): Promise<void> {
    const { gateway, reads, clock } = this.#dependencies
    const plan = this.#plan
    if (clock.monotonicMs() < plan.forgetAtMs) return
    plan.forgetAtMs = clock.monotonicMs() + DAY_MS
    const countResolved = () => reads.alertCount({ open: false }) - reads.alertCount({ open: true })
    let resolved = countResolved()
    let more = resolved > 0
    while (more && this.#goesOn()) {
      await submitStep(gateway, reviewOf([], this.#forgetBeforeMs()))
      const left = countResolved()
      more = resolved - left >= FORGOTTEN_AT_ONCE
      resolved = left
    }
  }

  #forgetBeforeMs(): number {
    return Math.max(0, this.#dependencies.entryTimeMs() - KEPT_MS)
  }

  #pause(): Promise<void> {
    return new Promise(resolve => void this.#dependencies.clock.after(PAUSE_MS, resolve))
  }
}

function reviewOf(subjects: readonly AlertSubject[], forgetBeforeMs: number): ReviewAlertsCommand {
  const idsOf = (wanted: AlertSubject['kind']) => [
    ...new Set(subjects.filter(({ kind }) => kind === wanted).map(({ id }) => id)),
  ]
  return {
    type: 'alerts.review',
    networkIds: idsOf('network'),
    allocationIds: idsOf('allocation'),
    forgetBeforeMs,
  }
}
