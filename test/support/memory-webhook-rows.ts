// WebhookRows in plain Maps: the part of MemoryRows that keeps webhooks, what waits for them, and what was tried.
import {
  comparePositions,
  type DeliveryAttempt,
  type HistoryPosition,
  type PendingDelivery,
  type Webhook,
  type WebhookRows,
} from '../../src/ledger/index.js'

export class MemoryWebhookRows implements WebhookRows {
  readonly #webhooks = new Map<number, Webhook>()
  readonly #pending = new Map<string, PendingDelivery>()
  readonly #attempts = new Map<number, DeliveryAttempt>()
  readonly #hasUser: (id: number) => boolean

  constructor(hasUser: (id: number) => boolean) {
    this.#hasUser = hasUser
  }

  webhook(id: number): Webhook | null {
    return this.#webhooks.get(id) ?? null
  }

  saveWebhook(webhook: Webhook): void {
    this.#webhooks.set(webhook.id, webhook)
  }

  deleteWebhook(id: number): void {
    this.endPendingDeliveries(id)
    this.#webhooks.delete(id)
  }

  webhookCount(userId: number | null): number {
    return this.webhooks().filter(one => userId === null || one.userId === userId).length
  }

  pendingDelivery(webhookId: number, position: HistoryPosition): PendingDelivery | null {
    return this.#pending.get(keyOf(webhookId, position)) ?? null
  }

  pendingCount(webhookId: number): number {
    return this.pendingDeliveries(webhookId).length
  }

  savePendingDelivery(pending: PendingDelivery): void {
    this.#pending.set(keyOf(pending.webhookId, pending.position), pending)
  }

  endPendingDelivery(webhookId: number, position: HistoryPosition): void {
    this.#pending.delete(keyOf(webhookId, position))
  }

  endPendingDeliveries(webhookId: number): void {
    for (const { position } of this.pendingDeliveries(webhookId))
      this.endPendingDelivery(webhookId, position)
  }

  insertAttempt(attempt: DeliveryAttempt): void {
    if (this.#attempts.has(attempt.id)) throw new Error(`attempt ${attempt.id} is inserted twice`)
    this.#attempts.set(attempt.id, attempt)
  }

  tidyDeliveries(beforeMs: number, limit: number): number {
    const before = this.#rowCount()
    const isFull = () => before - this.#rowCount() === limit
    for (const { id, userId } of this.webhooks().sort(
      (a, b) => a.userId - b.userId || a.id - b.id,
    )) {
      if (this.#hasUser(userId)) continue
      for (const { position } of this.pendingDeliveries(id))
        if (!isFull()) this.endPendingDelivery(id, position)
      if (!isFull()) this.#webhooks.delete(id)
    }
    const isGone = ({ webhookId }: DeliveryAttempt) => !this.#webhooks.has(webhookId)
    const oldestFirst = [...this.#attempts.values()].sort(
      (a, b) => a.attemptedMs - b.attemptedMs || a.id - b.id,
    )
    const gone = oldestFirst.filter(isGone).sort((a, b) => a.webhookId - b.webhookId)
    const old = oldestFirst.filter(({ attemptedMs }) => attemptedMs < beforeMs)
    for (const { id } of [...gone, ...old]) if (!isFull()) this.#attempts.delete(id)
    return before - this.#rowCount()
  }

  /** In id order. */
  webhooks(): Webhook[] {
    return [...this.#webhooks.values()].sort((a, b) => a.id - b.id)
  }

  /** In the order of their positions. */
  pendingDeliveries(webhookId: number): PendingDelivery[] {
    return [...this.#pending.values()]
      .filter(one => one.webhookId === webhookId)
      .sort((a, b) => comparePositions(a.position, b.position))
  }

  /** Of all webhooks, in the order in which they were made. */
  attempts(): DeliveryAttempt[] {
    return [...this.#attempts.values()].sort((a, b) => a.id - b.id)
  }

  #rowCount(): number {
    return this.#webhooks.size + this.#pending.size + this.#attempts.size
  }
}

function keyOf(webhookId: number, { revision, n }: HistoryPosition): string {
  return `${webhookId} ${revision} ${n}`
}
