// What the leader does by itself, as commands like anybody's: ends leases and holds that are due, goes on with the
// deletion of large pools and with tag jobs, prunes history and idempotency records, tidies what people had for themselves.
// It looks first, at the cost of a row or two: what is not due costs the log nothing.
// At least once: a job that two leaders run is two commands, and the second finds nothing to do.
import type { GatewayView } from '../gateway/index.js'
import {
  type Command,
  TAGGED_AT_ONCE_MAX,
  type TagJob,
  type TidyPersonalCommand,
} from '../ledger/index.js'
import { isOver, type Kept, prunedTo, type Retention } from './retention.js'
import { stepContext, submitStep } from './step.js'

export type LeaderJobsOptions = {
  /** How often leases are looked at, ms. */
  readonly expiryEveryMs: number
  /** How often it is looked whether claims of deleted pools wait, ms. */
  readonly sweepEveryMs: number
  /** How often it is looked whether more is kept than should be, ms. */
  readonly pruneEveryMs: number
  /** How often it is looked whether tag jobs wait, ms. */
  readonly tagEveryMs: number
  /** How often what is too old of people's own things is looked for, ms. */
  readonly tidyEveryMs: number
  readonly history: Retention
  readonly idempotency: Retention
}

export const leaderJobsDefaults = {
  expiryEveryMs: 500,
  sweepEveryMs: 500,
  pruneEveryMs: 10_000,
  tagEveryMs: 500,
  tidyEveryMs: 3_600_000,
} as const

const DAY_MS = 86_400_000
/** How long it is kept (document 001, 13): shares from their end on, jobs from theirs. */
const KEPT_MS = {
  notifications: 90 * DAY_MS,
  shares: 30 * DAY_MS,
  deliveries: 30 * DAY_MS,
  jobs: 7 * DAY_MS,
} as const
/** Tag jobs that are gone on with in turns. */
const JOBS_IN_TURN = 20
/** Rows in one Expire, Sweep or Prune command: a slice that keeps apply short (LEDGER.md, Bounded). */
const SLICE_ROWS_MAX = 250

export type LeaderJobsDependencies = {
  readonly gateway: GatewayView
  readonly isLeader: () => boolean
  /** Whether what time and history ask for is left undone (docs/decisions/0035). */
  readonly effectsOff: () => boolean
  /** When the next lease or hold ends, ms since 1970; null when none will. */
  readonly nextDueMs: () => number | null
  /** Whether claims of a deleted pool are still to be ended. */
  readonly deletionsWait: () => boolean
  /** Tag jobs that are not completed, in id order. */
  readonly openJobs: (limit: number) => readonly TagJob[]
  /** Whether `personal.tidy` would find anything. */
  readonly tidyWaits: (before: TidyBefore) => boolean
  /** How much of each there is in this node's state. */
  readonly kept: () => { readonly changes: Kept; readonly idempotency: Kept }
  /** What the next entry would be stamped with: the voters' clocks together, as this node's alone may be hours off. */
  readonly entryTimeMs: () => number
  readonly clock: { after(delayMs: number, callback: () => void): () => void }
  readonly log: { warn(fields: object, message: string): void }
}

type TidyBefore = Omit<TidyPersonalCommand, 'type' | 'rowsMax'>

/** Prunes nothing by itself: each job sets its own half. */
const PRUNE_NOTHING = {
  type: 'prune',
  changesBeforeMs: 0,
  changesMax: null,
  idempotencyBeforeMs: 0,
  idempotencyMax: null,
  rowsMax: SLICE_ROWS_MAX,
} as const

export class LeaderJobs {
  readonly #dependencies: LeaderJobsDependencies
  readonly #cancel = new Map<string, () => void>()
  #closed = false

  constructor(options: LeaderJobsOptions, dependencies: LeaderJobsDependencies) {
    this.#dependencies = dependencies
    this.#repeat('expiry', options.expiryEveryMs, () => this.#expire())
    this.#repeat('deletions', options.sweepEveryMs, () => this.#sweep())
    this.#repeat('tag jobs', options.tagEveryMs, () => this.#tag())
    this.#repeat('own things', options.tidyEveryMs, () => this.#tidy())
    this.#repeat('history', options.pruneEveryMs, () => this.#prune('changes', options.history))
    // Apart, so that a long history to be pruned does not keep the keys waiting.
    this.#repeat('idempotency', options.pruneEveryMs, () =>
      this.#prune('idempotency', options.idempotency),
    )
  }

  close(): void {
    this.#closed = true
    for (const cancel of this.#cancel.values()) cancel()
  }

  /** Runs `job` after every `everyMs`, never twice at once, only while leading. */
  #repeat(name: string, everyMs: number, job: () => Promise<void>): void {
    const { clock, isLeader, log } = this.#dependencies
    const run = async (): Promise<void> => {
      try {
        if (isLeader()) await job()
      } catch (error) {
        log.warn(
          { job: name, error: String(error) },
          'a job of the leader was given up and is tried again later',
        )
      }
      if (!this.#closed) this.#repeat(name, everyMs, job)
    }
    this.#cancel.set(
      name,
      clock.after(everyMs, () => void run()),
    )
  }

  async #expire(): Promise<void> {
    const { effectsOff, nextDueMs, entryTimeMs } = this.#dependencies
    if (effectsOff()) return
    const dueMs = nextDueMs()
    if (dueMs !== null && dueMs <= entryTimeMs()) {
      await this.#slices({ type: 'expire', rowsMax: SLICE_ROWS_MAX })
    }
  }

  /** With effects off too: a person deleted the pool, and what is left of it would stand in others' way. */
  async #sweep(): Promise<void> {
    if (!this.#dependencies.deletionsWait()) return
    await this.#slices({ type: 'sweep', rowsMax: SLICE_ROWS_MAX })
  }

  async #prune(what: 'changes' | 'idempotency', retention: Retention): Promise<void> {
    const { effectsOff, kept, entryTimeMs } = this.#dependencies
    // Answers to keys are for retries of a moment ago: they go in any case.
    if (what === 'changes' && effectsOff()) return
    const nowMs = entryTimeMs()
    if (!isOver(kept()[what], retention, nowMs)) return
    const { beforeMs, rowsMax } = prunedTo(retention, nowMs)
    const half =
      what === 'changes'
        ? { changesBeforeMs: beforeMs, changesMax: rowsMax }
        : { idempotencyBeforeMs: beforeMs, idempotencyMax: rowsMax }
    await this.#slices({ ...PRUNE_NOTHING, ...half })
  }

  /** A slice of each in turn, so that a short one does not wait for a long one. */
  async #tag(): Promise<void> {
    const { effectsOff, openJobs, gateway } = this.#dependencies
    for (let jobs = openJobs(JOBS_IN_TURN); jobs.length > 0; jobs = openJobs(JOBS_IN_TURN)) {
      for (const { id, outcomes } of jobs) {
        if (!this.#goesOn() || effectsOff()) return
        const count = TAGGED_AT_ONCE_MAX
        await submitStep(gateway, { type: 'job.advance', id, from: outcomes.length, count })
      }
    }
  }

  async #tidy(): Promise<void> {
    const { effectsOff, tidyWaits, entryTimeMs } = this.#dependencies
    if (effectsOff()) return
    const nowMs = entryTimeMs()
    const beforeMs = (keptMs: number) => Math.max(0, nowMs - keptMs)
    const before = {
      notificationsBeforeMs: beforeMs(KEPT_MS.notifications),
      sharesBeforeMs: beforeMs(KEPT_MS.shares),
      deliveriesBeforeMs: beforeMs(KEPT_MS.deliveries),
      jobsBeforeMs: beforeMs(KEPT_MS.jobs),
    }
    if (!tidyWaits(before)) return
    await this.#slices({ type: 'personal.tidy', ...before, rowsMax: SLICE_ROWS_MAX })
  }

  #goesOn(): boolean {
    return this.#dependencies.isLeader() && !this.#closed
  }

  async #slices(command: Command): Promise<void> {
    const { gateway } = this.#dependencies
    let more = true
    while (more && this.#goesOn()) {
      const outcome = await gateway.submit(command, stepContext)
      more = outcome.ok && outcome.result.type === 'slice' && outcome.result.more
    }
  }
}
