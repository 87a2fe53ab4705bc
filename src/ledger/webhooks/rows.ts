// What the ledger asks of the rows of webhooks.
import type { DeliveryAttempt, PendingDelivery, Webhook } from './nouns.js'
import type { HistoryPosition } from './position.js'

export interface WebhookRows {
  webhook(id: number): Webhook | null
  /** Adds or replaces the row of that id. */
  saveWebhook(webhook: Webhook): void
  /** With what waits for it. */
  deleteWebhook(id: number): void
  /** null: of all users. */
  webhookCount(userId: number | null): number
  pendingDelivery(webhookId: number, position: HistoryPosition): PendingDelivery | null
  pendingCount(webhookId: number): number
  savePendingDelivery(pending: PendingDelivery): void
  endPendingDelivery(webhookId: number, position: HistoryPosition): void
  /** All of a webhook. */
  endPendingDeliveries(webhookId: number): void
  insertAttempt(attempt: DeliveryAttempt): void
}
