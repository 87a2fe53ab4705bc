// What the leader does by itself, as commands like anybody's: ends leases and holds that are due, prunes old history.
// At least once: a job that two leaders run is two commands, and the second finds nothing to do.
import type { GatewayView } from '../gateway/index.js'
import type { Command, Origin } from '../ledger/index.js'

export type LeaderJobsOptions = {
  /** How often leases are looked at, ms. */
  readonly expiryEveryMs: number
  /** How often history is pruned, ms. */
  readonly pruneEveryMs: number
  readonly historyRetentionMs: number
  readonly idempotencyRetentionMs: number
}

export const leaderJobsDefaults = { expiryEveryMs: 500, pruneEveryMs: 60_000 } as const

/** Rows in one Expire or Prune command: a slice that keeps apply short (LEDGER.md, Bounded). */
const SLICE_ROWS_MAX = 250
const JOB_TIMEOUT_MS = 10_000

export type LeaderJobsDependencies = {
  readonly gateway: GatewayView
  readonly isLeader: () => boolean
  /** When the next lease or hold ends, ms since 1970; null when none will. */
  readonly nextDueMs: () => number | null
  /** What the next entry would be stamped with: the voters' clocks together, as this node's alone may be hours off. */
  readonly entryTimeMs: () => number
  readonly clock: { after(delayMs: number, callback: () => void): () => void }
  readonly log: { warn(fields: object, message: string): void }
}

const origin: Origin = { actor: 'system', clientAddress: null, userAgent: null }

export class LeaderJobs {
  readonly #options: LeaderJobsOptions
  readonly #dependencies: LeaderJobsDependencies
  readonly #cancel = new Map<string, () => void>()
  #closed = false

  constructor(options: LeaderJobsOptions, dependencies: LeaderJobsDependencies) {
    this.#options = options
    this.#dependencies = dependencies
    this.#repeat('expiry', options.expiryEveryMs, () => this.#expire())
    this.#repeat('pruning', options.pruneEveryMs, () => this.#prune())
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
    const { nextDueMs, entryTimeMs } = this.#dependencies
    const dueMs = nextDueMs()
    if (dueMs !== null && dueMs <= entryTimeMs()) {
      await this.#slices({ type: 'expire', rowsMax: SLICE_ROWS_MAX })
    }
  }

  async #prune(): Promise<void> {
    const now = this.#dependencies.entryTimeMs()
    await this.#slices({
      type: 'prune',
      changesBeforeMs: now - this.#options.historyRetentionMs,
      idempotencyBeforeMs: now - this.#options.idempotencyRetentionMs,
      rowsMax: SLICE_ROWS_MAX,
    })
  }

  async #slices(command: Command): Promise<void> {
    const { gateway, isLeader } = this.#dependencies
    let more = true
    while (more && isLeader() && !this.#closed) {
      const outcome = await gateway.submit(command, {
        origin,
        idempotency: null,
        timeoutMs: JOB_TIMEOUT_MS,
      })
      more = outcome.ok && outcome.result.type === 'slice' && outcome.result.more
    }
  }
}
