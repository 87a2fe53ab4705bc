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
import { submitStep } from '../step.js'

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
}

/** Webhooks of one command, as many as attempts: each has one at least, or says how far it has looked. */
const WEBHOOKS_OF_COMMAND_MAX = REPORTED_ATTEMPTS_MAX / 2

export class DeliveryReports {
  readonly #options: DeliveryReportsOptions
  readonly #dependencies: DeliveryReportsDependencies
  /** By webhook. At most two attempts of each, since no more are begun before they are recorded. */
  readonly #waiting = new Map<number, Report>()
  #sending: Promise<void> | null = null

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

  /** Resolves when nothing waits any more; never while the log takes nothing. */
  async ended(): Promise<void> {
    while (this.#sending !== null) await this.#sending
  }

  async #sendAll(): Promise<void> {
    await this.#wait(this.#options.gatherMs)
    while (this.#waiting.size > 0) await this.#send(this.#take())
    this.#sending = null
  }

  #take(): readonly Report[] {
    const reports = [...this.#waiting.values()].slice(0, WEBHOOKS_OF_COMMAND_MAX)
    for (const { webhookId } of reports) this.#waiting.delete(webhookId)
    return reports
  }

  /** The same until it is taken: what was recorded though its answer was lost is passed over. */
  async #send(reports: readonly Report[]): Promise<void> {
    const { gateway, log, recorded } = this.#dependencies
    for (;;) {
      try {
        await submitStep(gateway, { type: 'deliveries.record', reports })
        return recorded(reports)
      } catch (error) {
        if (!(error instanceof GatewayError))
          log.warn(
            { error: String(error) },
            'deliveries of webhooks were not recorded; it is tried again',
          )
      }
      await this.#wait(this.#options.againMs)
    }
  }

  #wait(durationMs: number): Promise<void> {
    return new Promise(resolve => void this.#dependencies.clock.after(durationMs, resolve))
  }
}
