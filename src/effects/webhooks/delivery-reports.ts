// What was tried, on its way into the log: gathered for a moment, one command at a time, each until the log has it. By whoever leads, as
// any node may say what a receiver answered.
import { GatewayError, type GatewayView } from '../../gateway/index.js'
import {
  comparePositions,
  type HistoryPosition,
  REPORTED_ATTEMPTS_MAX,
  type RecordDeliveriesCommand,
  type ReportedAttempt,
} from '../../ledger/index.js'
import { stepContext } from '../step.js'

type Report = RecordDeliveriesCommand['reports'][number]

export type DeliveryReportsOptions = {
  /** How long the first attempt waits for others, ms. */
  readonly gatherMs: number
  /** Until what the log did not take is proposed again, ms. */
  readonly againMs: number
}

export type DeliveryReportsDependencies = {
  readonly gateway: Pick<GatewayView, 'submit'>
  readonly clock: { after(delayMs: number, callback: () => void): () => void }
  readonly log: { warn(fields: object, message: string): void }
  /** They are applied here. */
  readonly recorded: (reports: readonly Report[]) => void
  /** The ledger does not take it, now or ever. */
  readonly refused: (report: Report) => void
}

/** Webhooks of one command, as many as attempts: each has one at least, or says how far it has looked. */
const WEBHOOKS_OF_COMMAND_MAX = REPORTED_ATTEMPTS_MAX / 2

export class DeliveryReports {
  readonly #options: DeliveryReportsOptions
  readonly #dependencies: DeliveryReportsDependencies
  /** By webhook. At most two attempts of each, since no more are begun before they are recorded. */
  readonly #waiting = new Map<number, Report>()
  #sending: Promise<void> | null = null
  #closed = false

  constructor(options: DeliveryReportsOptions, dependencies: DeliveryReportsDependencies) {
    this.#options = options
    this.#dependencies = dependencies
  }

  /** @param attempt null: only how far it has looked */
  add(webhookId: number, seen: HistoryPosition, attempt: ReportedAttempt | null): void {
    const before = this.#waiting.get(webhookId)
    const attempts = [...(before?.attempts ?? []), ...(attempt === null ? [] : [attempt])]
    this.#waiting.set(webhookId, {
      webhookId,
      seen: before !== undefined && comparePositions(before.seen, seen) > 0 ? before.seen : seen,
      attempts: attempts.sort((one, other) => comparePositions(one.position, other.position)),
    })
    this.#sending ??= this.#sendAll()
  }

  /** Resolves when nothing waits any more; before it is closed never while the log takes nothing. */
  async ended(): Promise<void> {
    while (this.#sending !== null) await this.#sending
  }

  /** What is not recorded by then is recorded by nobody. */
  close(): void {
    this.#closed = true
  }

  async #sendAll(): Promise<void> {
    await this.#wait(this.#options.gatherMs)
    while (this.#waiting.size > 0 && !this.#closed) await this.#send(this.#take())
    this.#sending = null
  }

  #take(): readonly Report[] {
    const reports = [...this.#waiting.values()].slice(0, WEBHOOKS_OF_COMMAND_MAX)
    for (const { webhookId } of reports) this.#waiting.delete(webhookId)
    return reports
  }

  /** The same until it is taken: what was recorded though its answer was lost is passed over. */
  async #send(reports: readonly Report[]): Promise<void> {
    const { log } = this.#dependencies
    const warning = 'deliveries of webhooks were not recorded; it is tried again'
    while (!this.#closed) {
      try {
        return await this.#submit(reports)
      } catch (error) {
        if (!(error instanceof GatewayError)) log.warn({ error: String(error) }, warning)
      }
      await this.#wait(this.#options.againMs)
    }
  }

  /** What is refused is refused again: each goes alone then, so that one that is not sound keeps none of the others. */
  async #submit(reports: readonly Report[]): Promise<void> {
    const { gateway, recorded, refused, log } = this.#dependencies
    const outcome = await gateway.submit({ type: 'deliveries.record', reports }, stepContext)
    const [only, ...others] = reports
    if (outcome.ok || only === undefined) return recorded(reports)
    if (others.length > 0) {
      for (const report of reports) await this.#send([report])
      return
    }
    const { webhookId } = only
    log.warn({ webhookId, refusal: outcome.refusal }, 'a delivery is not recorded: it is refused')
    refused(only)
  }

  #wait(durationMs: number): Promise<void> {
    return new Promise(resolve => void this.#dependencies.clock.after(durationMs, resolve))
  }
}
