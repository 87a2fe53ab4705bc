// Rows of webhooks in memory, and what a leader reads of them.
import type {
  DeliveryAttempt,
  HistoryPosition,
  PendingDelivery,
  Webhook,
  WebhookRows,
} from '../../../src/ledger/index.js'

export class MemoryWebhookRows implements WebhookRows {
  readonly #webhooks = new Map<number, Webhook>()
  readonly #pending = new Map<string, PendingDelivery>()
  readonly attempts: DeliveryAttempt[] = []

  webhook(id: number): Webhook | null {
    return this.#webhooks.get(id) ?? null
  }

  saveWebhook(webhook: Webhook): void {
    this.#webhooks.set(webhook.id, webhook)
  }

  deleteWebhook(id: number): void {
    this.#webhooks.delete(id)
    this.endPendingDeliveries(id)
  }

  webhookCount(userId: number | null): number {
    return this.all().filter(webhook => userId === null || webhook.userId === userId).length
  }

  pendingDelivery(webhookId: number, position: HistoryPosition): PendingDelivery | null {
    return this.#pending.get(keyOf(webhookId, position)) ?? null
  }

  pendingCount(webhookId: number): number {
    return this.pendingOf(webhookId).length
  }

  savePendingDelivery(pending: PendingDelivery): void {
    this.#pending.set(keyOf(pending.webhookId, pending.position), pending)
  }

  endPendingDelivery(webhookId: number, position: HistoryPosition): void {
    this.#pending.delete(keyOf(webhookId, position))
  }

  endPendingDeliveries(webhookId: number): void {
    for (const { position } of this.pendingOf(webhookId))
      this.endPendingDelivery(webhookId, position)
  }

  insertAttempt(attempt: DeliveryAttempt): void {
    this.attempts.push(attempt)
  }

  all(): Webhook[] {
    return [...this.#webhooks.values()].sort((one, other) => one.id - other.id)
  }

  pendingOf(webhookId: number): PendingDelivery[] {
    return [...this.#pending.values()].filter(pending => pending.webhookId === webhookId)
  }

  attemptsOf(webhookId: number): DeliveryAttempt[] {
    return this.attempts.filter(attempt => attempt.webhookId === webhookId)
  }
}

function keyOf(webhookId: number, { revision, n }: HistoryPosition): string {
  return `${webhookId} ${revision} ${n}`
}
