// The leader's word to webhooks (document 001, 10). Changes are the outbox (docs/decisions/0056): each webhook has a place in them, first
// attempts go out in their order, and what came to nothing is tried again. At least once: where the leader dies between a receiver's
// answer and the record of it, the next one sends the event again, under the same delivery id.
import { setMaxListeners } from 'node:events'
import type { GatewayView } from '../../gateway/index.js'
import type {
  Change,
  DeliveryAttempt,
  HistoryPosition,
  RecordDeliveriesCommand,
  ReportedAttempt,
} from '../../ledger/index.js'
import { SettledLead } from '../settled-lead.js'
import { attempt } from '../step.js'
import { DeliveryReports } from './delivery-reports.js'
import type { Delivery, WebhookLine } from './webhook-line.js'
import { type WebhookLineReads, WebhookLines } from './webhook-lines.js'
import {
  type PreparedDelivery,
  prepareDelivery,
  sendDelivery,
  type WebhookSenderDependencies,
} from './webhook-sender.js'
import type { WebhookTransport } from './webhook-transport.js'

export type WebhookJobOptions = {
  /** Between two looks, ms. */
  readonly everyMs: number
  /** Between two looks which webhooks there are, ms. */
  readonly syncMs: number
  /** How long a new leader lets the one before it record what it has just sent, ms. */
  readonly settleMs: number
  /** How long what was tried waits for more to be recorded with, and, when that fails, until it is tried again, ms. */
  readonly gatherMs: number
  readonly recordAgainMs: number
  /** How long a node that stops waits for attempts under way, and then for the record of what ended, ms. */
  readonly stopMs: number
  /** Until the second attempt, ms; twice that until the third. */
  readonly retryMs: number
  /** Attempts under way at once, of all webhooks. */
  readonly concurrency: number
  /** Attempts in any hour, of one webhook; further ones wait. */
  readonly perHour: number
}

export const webhookJobDefaults = {
  ...{ everyMs: 50, syncMs: 1_000, settleMs: 2_000 },
  ...{ gatherMs: 20, recordAgainMs: 250, stopMs: 2_000 },
} as const

export type WebhookJobDependencies = Pick<WebhookSenderDependencies, 'openSecret'> & {
  readonly gateway: Pick<GatewayView, 'submit' | 'read'>
  /** The term in which this node leads; null while it does not. */
  readonly leadingTerm: () => number | null
  /** Whether nothing may reach out of the cluster (docs/decisions/0035). */
  readonly effectsOff: () => boolean
  readonly appliedIndex: () => number
  /** Asked for each time: a snapshot puts others in their place. */
  readonly reads: WebhookReadsOfJob
  /** Called when the first webhook has something to be sent. */
  readonly openTransport: () => WebhookTransport
  /** What the next entry would be stamped with. */
  readonly entryTimeMs: () => number
  readonly clock: {
    monotonicMs(): number
    after(delayMs: number, callback: () => void): () => void
  }
  readonly log: { warn(fields: object, message: string): void }
  readonly metrics: { ended(result: 'delivered' | 'failed', seconds: number): void }
}

export type WebhookReadsOfJob = WebhookLineReads & {
  cluster(): { readonly clusterUuid: string; readonly idSpace?: string } | null
  readonly regions: { countryOfX(x: number): { readonly code: string } | null }
  readonly webhooks: {
    changeAt(position: HistoryPosition): Change | null
    attemptPage(
      webhookId: number,
      window: { readonly skip: number; readonly limit: number },
    ): { readonly rows: readonly DeliveryAttempt[] }
    attemptsSince(webhookId: number, sinceMs: number): number
  }
}

const GIVEN_UP = 'deliveries of webhooks were given up and are gone on with'
const HOUR_MS = 3_600_000
/** How long a webhook that has had its attempts of an hour is left alone. */
const FULL_HOUR_WAIT_MS = 10_000
/** The same of one whose attempt could not be recorded, and is made again. */
const UNRECORDABLE_WAIT_MS = 60_000
/** Whoever takes longer leaves room to those who do not. */
const SLOW_MS = 1_000
/** Between two pages of Changes: others want the thread too. */
const PAUSE_MS = 1
/** A webhook's place in history moves with its attempts; without any it is recorded when it is so far, or so long, behind. */
const UNREPORTED_MAX = 10_000
const UNREPORTED_MS_MAX = 30_000

export class WebhookJob {
  readonly #options: WebhookJobOptions
  readonly #dependencies: WebhookJobDependencies
  readonly #lead: SettledLead
  readonly #lines: WebhookLines
  readonly #reports: DeliveryReports
  readonly #abort = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #sending: WebhookSenderDependencies | null = null
  #syncAtMs = Number.NEGATIVE_INFINITY
  #syncedTerm: number | null = null
  #cancel: () => void = () => {}
  #closed = false

  constructor(options: WebhookJobOptions, dependencies: WebhookJobDependencies) {
    const { gatherMs, recordAgainMs: againMs } = options
    this.#options = options
    this.#dependencies = dependencies
    // Each attempt under way listens.
    setMaxListeners(options.concurrency + 1, this.#abort.signal)
    this.#lead = new SettledLead(options.settleMs, dependencies)
    this.#lines = new WebhookLines(
      () => dependencies.reads,
      () => dependencies.clock.monotonicMs(),
    )
    this.#reports = new DeliveryReports(
      { gatherMs, againMs },
      {
        ...dependencies,
        recorded: reports => this.#recorded(reports),
        refused: report => this.#refused(report),
      },
    )
    this.#later()
  }

  /** Attempts under way. */
  get inFlight(): number {
    return this.#underWay.size
  }

  /** Begins nothing more; waits for what is under way, breaks off the rest, and records what ended. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancel()
    await this.#upTo(Promise.all(this.#underWay))
    this.#abort.abort(new Error('the node stops'))
    await this.#upTo(Promise.all(this.#underWay).then(() => this.#reports.ended()))
    this.#reports.close()
    this.#sending?.transport.close()
  }

  async #upTo(ended: Promise<unknown>): Promise<void> {
    let cancel = (): void => {}
    const tooLong = new Promise<void>(resolve => {
      cancel = this.#dependencies.clock.after(this.#options.stopMs, resolve)
    })
    await Promise.race([ended, tooLong])
    cancel()
  }

  #later(): void {
    if (this.#closed) return
    this.#cancel = this.#dependencies.clock.after(this.#options.everyMs, () => {
      void attempt(() => this.#look(), this.#dependencies.log, GIVEN_UP).finally(() =>
        this.#later(),
      )
    })
  }

  async #look(): Promise<void> {
    if (!(await this.#lead.begins()) || this.#term === null) return
    this.#sync(this.#term)
    this.#beginWhatCan()
    await this.#readChanges()
    this.#beginWhatCan()
    this.#reportSeen()
  }

  /** null: nothing may be begun. */
  get #term(): number | null {
    return this.#closed || this.#dependencies.effectsOff() ? null : this.#lead.term
  }

  #sync(term: number): void {
    const nowMs = this.#dependencies.clock.monotonicMs()
    if (term === this.#syncedTerm && nowMs < this.#syncAtMs) return
    this.#lines.sync(term)
    this.#syncedTerm = term
    this.#syncAtMs = nowMs + this.#options.syncMs
  }

  async #readChanges(): Promise<void> {
    const { appliedIndex, clock } = this.#dependencies
    const index = appliedIndex()
    for (let term = this.#term; term !== null; term = this.#term) {
      if (term !== this.#syncedTerm || !this.#lines.readPage(term, index)) return
      this.#beginWhatCan()
      await new Promise<void>(resolve => void clock.after(PAUSE_MS, resolve))
    }
  }

  /** Each webhook in its turn; those that fail or are slow leave half of the room to those that are not. */
  #beginWhatCan(): void {
    const term = this.#term
    if (term === null) return
    const { concurrency } = this.#options
    for (const line of this.#lines.inTurn(term)) {
      if (this.inFlight >= concurrency) return
      const room = line.leavesRoom ? Math.ceil(concurrency / 2) : concurrency
      while (this.inFlight < room && this.#beginNext(line));
    }
  }

  /** @returns whether it may have more to begin */
  #beginNext(line: WebhookLine): boolean {
    const { clock, reads, entryTimeMs } = this.#dependencies
    const times = { entryMs: entryTimeMs(), monotonicMs: clock.monotonicMs() }
    const { retryMs } = this.#options
    if (times.monotonicMs < line.waitsUntilMs) return false
    if (line.next(times, retryMs) === null) return false
    // As it is now: somebody may have changed it since the last look.
    const webhook = reads.webhooks.webhook(line.id)
    if (!webhook?.isActive || webhook.revision !== line.revision) this.#lines.refresh(line.id)
    const delivery = webhook?.isActive ? line.next(times, retryMs) : null
    if (webhook === null || delivery === null || !this.#hasShare(line)) return false
    this.#sending ??= this.#openSending()
    const prepared = prepareDelivery(webhook, delivery, this.#sending)
    if (prepared === null) line.skip()
    else this.#begin(line, delivery, prepared)
    return true
  }

  #hasShare(line: WebhookLine): boolean {
    const { reads, entryTimeMs, clock } = this.#dependencies
    const made = reads.webhooks.attemptsSince(line.id, Math.max(0, entryTimeMs() - HOUR_MS))
    if (made + line.underWay < this.#options.perHour) return true
    line.waitsUntilMs = clock.monotonicMs() + FULL_HOUR_WAIT_MS
    return false
  }

  #openSending(): WebhookSenderDependencies {
    const { openSecret, openTransport, clock } = this.#dependencies
    const reads = () => this.#dependencies.reads
    return {
      ...{ openSecret, clock, transport: openTransport() },
      changeAt: position => reads().webhooks.changeAt(position),
      attemptsOf: (id, limit) => reads().webhooks.attemptPage(id, { skip: 0, limit }).rows,
      context: {
        get idSpace() {
          const cluster = reads().cluster()
          return cluster?.idSpace ?? cluster?.clusterUuid ?? ''
        },
        countryOfX: x => reads().regions.countryOfX(x)?.code ?? null,
      },
    }
  }

  #begin(line: WebhookLine, delivery: Delivery, prepared: PreparedDelivery): void {
    line.begin(delivery)
    const work = this.#send(line, delivery, prepared).finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
    const next = () => work.then(() => this.#beginWhatCan())
    void attempt(next, this.#dependencies.log, GIVEN_UP)
  }

  /** Rejects never. */
  async #send(line: WebhookLine, delivery: Delivery, prepared: PreparedDelivery): Promise<void> {
    const { clock, metrics } = this.#dependencies
    const startMs = clock.monotonicMs()
    let ended: ReportedAttempt
    try {
      ended = await this.#attempt(delivery, prepared)
    } catch {
      // Broken off as the node stops: the next leader makes this attempt.
      line.free(delivery)
      return
    }
    const tookMs = clock.monotonicMs() - startMs
    line.leavesRoom = ended.error !== null || tookMs > SLOW_MS
    metrics.ended(ended.error === null ? 'delivered' : 'failed', tookMs / 1000)
    this.#report(line, line.end(delivery), ended)
  }

  #attempt(delivery: Delivery, prepared: PreparedDelivery): Promise<ReportedAttempt> {
    this.#sending ??= this.#openSending()
    return sendDelivery(
      delivery,
      prepared,
      this.#options.retryMs,
      this.#sending,
      this.#abort.signal,
    )
  }

  #report(line: WebhookLine, seen: HistoryPosition, ended: ReportedAttempt | null): void {
    line.reportedAtMs = this.#dependencies.clock.monotonicMs()
    this.#reports.add(line.id, seen, ended)
  }

  /** Those that nothing was sent to for long. */
  #reportSeen(): void {
    const term = this.#term
    if (term === null) return
    const nowMs = this.#dependencies.clock.monotonicMs()
    for (const line of this.#lines.of(term)) {
      line.reportedAtMs ??= nowMs
      const sinceMs = nowMs - line.reportedAtMs
      const isFar = line.unreported >= UNREPORTED_MAX && sinceMs >= this.#options.syncMs
      const isLong = line.unreported > 0 && sinceMs >= UNREPORTED_MS_MAX
      if (!line.isBusy && (isFar || isLong)) this.#report(line, line.seen, null)
    }
  }

  #recorded(reports: RecordDeliveriesCommand['reports']): void {
    for (const { webhookId, attempts } of reports) {
      const line = this.#lines.line(webhookId)
      for (const ended of attempts) line?.free(ended)
      this.#lines.refresh(webhookId)
    }
    this.#beginWhatCan()
  }

  /** A bug, which must neither lose an event nor send one over and over: it is made again from the state, after a while. */
  #refused({ webhookId, attempts }: RecordDeliveriesCommand['reports'][number]): void {
    const line = this.#lines.line(webhookId)
    if (line === null) return
    for (const ended of attempts) line.free(ended)
    line.waitsUntilMs = this.#dependencies.clock.monotonicMs() + UNRECORDABLE_WAIT_MS
    this.#lines.restart(webhookId)
  }
}
