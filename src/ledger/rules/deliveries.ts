// What the leader reports of its attempts. Two leaders may report the same ones, in any order: each counts once.
import {
  ATTEMPTS_MAX,
  FAILURES_MAX,
  PENDING_MAX,
  type RecordDeliveriesCommand,
  type ReportedAttempt,
} from '../webhooks/commands.js'
import type { PendingDelivery, Webhook } from '../webhooks/nouns.js'
import { comparePositions, type HistoryPosition, laterPosition } from '../webhooks/position.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { checkReports } from './delivery-checks.js'
import { changeWebhook } from './webhooks.js'

/** `rows` of the answer: attempts that count. */
export function recordDeliveries(
  context: CommandContext,
  { reports }: RecordDeliveriesCommand,
): Decision {
  const refused = checkReports(context, reports)
  if (refused !== null) return refused
  let rows = 0
  for (const { webhookId, seen, attempts } of reports) {
    const webhook = context.rows.webhooks.webhook(webhookId)
    if (webhook === null) continue
    const report = new Report(context, webhook)
    for (const attempt of attempts) report.take(attempt)
    rows += report.end(seen)
  }
  return answer({ type: 'slice', rows, more: false })
}

/** What becomes of one webhook, from attempt to attempt. */
class Report {
  private webhook: Webhook
  private pendingCount: number
  private counted = 0
  /** First attempts count in order: with too many that wait, those behind the last one that counted do not either. */
  private isFull = false

  constructor(
    private readonly context: CommandContext,
    private readonly before: Webhook,
  ) {
    this.webhook = before
    this.pendingCount = context.rows.webhooks.pendingCount(before.id)
  }

  take(attempt: ReportedAttempt): void {
    if (attempt.attempt > 1) this.takeRepeated(attempt)
    else if (comparePositions(attempt.position, this.webhook.seen) > 0) this.takeFirst(attempt)
  }

  /** @returns how many attempts counted. */
  end(seen: HistoryPosition): number {
    if (!this.isFull) this.moveSeen(seen)
    if (this.webhook !== this.before) this.context.rows.webhooks.saveWebhook(this.webhook)
    return this.counted
  }

  private takeFirst(attempt: ReportedAttempt): void {
    const waits = this.webhook.isActive && !isDelivered(attempt)
    if (waits && this.pendingCount >= PENDING_MAX) this.isFull = true
    if (this.isFull) return
    this.keep(attempt)
    this.moveSeen(attempt.position)
    if (waits) this.wait(attempt)
  }

  private takeRepeated(attempt: ReportedAttempt): void {
    const { webhooks } = this.context.rows
    const waiting = webhooks.pendingDelivery(this.webhook.id, attempt.position)
    if (waiting?.attempts !== attempt.attempt - 1) return
    this.keep(attempt)
    if (!isDelivered(attempt) && attempt.attempt < ATTEMPTS_MAX) {
      webhooks.savePendingDelivery(this.pendingOf(attempt))
      return
    }
    webhooks.endPendingDelivery(this.webhook.id, attempt.position)
    this.pendingCount -= 1
    if (!isDelivered(attempt)) this.giveUp()
  }

  /** As history; a success ends the failures in a row. */
  private keep(attempt: ReportedAttempt): void {
    const { rows, timeMs: attemptedMs } = this.context
    const { retryMs: _, ...said } = attempt
    const id = rows.nextId('delivery')
    rows.webhooks.insertAttempt({ id, webhookId: this.webhook.id, ...said, attemptedMs })
    this.counted += 1
    if (isDelivered(attempt))
      this.webhook = { ...this.webhook, failures: 0, lastDeliveryMs: attemptedMs }
  }

  private wait(attempt: ReportedAttempt): void {
    this.context.rows.webhooks.savePendingDelivery(this.pendingOf(attempt))
    this.pendingCount += 1
  }

  private pendingOf({ position, attempt, retryMs }: ReportedAttempt): PendingDelivery {
    const dueMs = this.context.timeMs + retryMs
    return { webhookId: this.webhook.id, position, attempts: attempt, dueMs }
  }

  private giveUp(): void {
    const failures = this.webhook.failures + 1
    if (failures < FAILURES_MAX) {
      this.webhook = { ...this.webhook, failures }
      return
    }
    const off = { failures, isActive: false }
    this.webhook = changeWebhook(this.context, 'webhook.disabled', this.webhook, off)
    this.pendingCount = 0
  }

  private moveSeen(position: HistoryPosition): void {
    const seen = laterPosition(this.webhook.seen, position)
    if (seen !== this.webhook.seen) this.webhook = { ...this.webhook, seen }
  }
}

function isDelivered({ statusCode }: ReportedAttempt): boolean {
  return statusCode !== null && statusCode >= 200 && statusCode <= 299
}
