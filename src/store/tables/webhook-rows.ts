// Rows of webhooks, of what waits for another attempt, and of the attempts that were made.
import type {
  DeliveryAttempt,
  HistoryPosition,
  PendingDelivery,
  Webhook,
  WebhookEvent,
  WebhookRows,
} from '../../ledger/index.js'
import { webhookEventCodes } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { numberOf, positionOf, revisionOf } from './change-line.js'
import { goneOwners } from './gone-owners.js'
import { putRowSql } from './put-row.js'

export const WEBHOOK_COLUMNS = `id, user_id, url, secret, events, description, active, failures,
  last_delivery_ms, seen_revision, seen_n, created_ms, updated_ms, revision`
export const PENDING_DELIVERY_COLUMNS = 'webhook_id, position, attempts, due_ms'
export const DELIVERY_ATTEMPT_COLUMNS = `id, webhook_id, position, event, attempt, status_code, response_ms,
  error, attempted_ms`

export type WebhookRaw = [
  id: number,
  userId: number,
  url: string,
  secret: string,
  events: string,
  description: string | null,
  active: number,
  failures: number,
  lastDeliveryMs: number | null,
  seenRevision: number,
  seenN: number,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
export type PendingDeliveryRaw = [
  webhookId: number,
  position: number,
  attempts: number,
  dueMs: number,
]
export type DeliveryAttemptRaw = [
  id: number,
  webhookId: number,
  position: number,
  event: number,
  attempt: number,
  statusCode: number | null,
  responseMs: number | null,
  error: string | null,
  attemptedMs: number,
]

export class SqliteWebhookRows implements WebhookRows {
  readonly #put: Statement<WebhookRaw>
  readonly #webhook: Statement<[number], WebhookRaw>
  readonly #delete: Statement<[number]>
  readonly #countOfUser: Statement<[number], number>
  readonly #countOfAll: Statement<[], number>
  readonly #putPending: Statement<PendingDeliveryRaw>
  readonly #pending: Statement<[number, number], PendingDeliveryRaw>
  readonly #pendingCount: Statement<[number], number>
  readonly #endPending: Statement<[number, number]>
  readonly #endAllPending: Statement<[number]>
  readonly #insertAttempt: Statement<DeliveryAttemptRaw>
  readonly #webhookIdsOf: Statement<[number], number>
  readonly #endSomePending: Statement<[number, number, number]>
  readonly #deleteAttemptsOf: Statement<[number, number]>
  readonly #deleteAttemptsBefore: Statement<[number, number]>
  readonly #oldestAttemptMs: Statement<[], number | null>
  readonly #goneUsers: () => Generator<number>
  readonly #goneWebhooks: () => Generator<number>

  constructor(db: Database) {
    const number = <P extends unknown[]>(sql: string) =>
      db.prepare<P, number>(sql).pluck() as Statement<P, number>
    this.#put = db.prepare(putRowSql('webhooks', WEBHOOK_COLUMNS))
    this.#webhook = db
      .prepare<[number], WebhookRaw>(`SELECT ${WEBHOOK_COLUMNS} FROM webhooks WHERE id = ?`)
      .raw() as Statement<[number], WebhookRaw>
    this.#delete = db.prepare('DELETE FROM webhooks WHERE id = ?')
    this.#countOfUser = number('SELECT count(*) FROM webhooks WHERE user_id = ?')
    this.#countOfAll = number('SELECT count(*) FROM webhooks WHERE user_id > -1')
    this.#putPending = db.prepare(
      `REPLACE INTO pending_deliveries (${PENDING_DELIVERY_COLUMNS}) VALUES (?, ?, ?, ?)`,
    )
    this.#pending = db
      .prepare<[number, number], PendingDeliveryRaw>(
        `SELECT ${PENDING_DELIVERY_COLUMNS} FROM pending_deliveries
         WHERE webhook_id = ? AND position = ?`,
      )
      .raw() as Statement<[number, number], PendingDeliveryRaw>
    this.#pendingCount = number('SELECT count(*) FROM pending_deliveries WHERE webhook_id = ?')
    this.#endPending = db.prepare(
      'DELETE FROM pending_deliveries WHERE webhook_id = ? AND position = ?',
    )
    this.#endAllPending = db.prepare('DELETE FROM pending_deliveries WHERE webhook_id = ?')
    this.#insertAttempt = db.prepare(
      `INSERT INTO delivery_attempts (${DELIVERY_ATTEMPT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#webhookIdsOf = number('SELECT id FROM webhooks WHERE user_id = ? ORDER BY id')
    this.#endSomePending = db.prepare(
      `DELETE FROM pending_deliveries WHERE webhook_id = ? AND position IN (
         SELECT position FROM pending_deliveries WHERE webhook_id = ? ORDER BY position LIMIT ?)`,
    )
    this.#deleteAttemptsOf = db.prepare(
      `DELETE FROM delivery_attempts WHERE id IN (
         SELECT id FROM delivery_attempts INDEXED BY delivery_attempts_by_webhook
         WHERE webhook_id = ? ORDER BY attempted_ms, id LIMIT ?)`,
    )
    this.#deleteAttemptsBefore = db.prepare(
      `DELETE FROM delivery_attempts WHERE id IN (
         SELECT id FROM delivery_attempts INDEXED BY delivery_attempts_by_age
         WHERE attempted_ms < ? ORDER BY attempted_ms, id LIMIT ?)`,
    )
    this.#oldestAttemptMs = db
      .prepare<[], number | null>('SELECT min(attempted_ms) FROM delivery_attempts')
      .pluck() as Statement<[], number | null>
    this.#goneUsers = goneOwners(db, { table: 'webhooks', column: 'user_id', owners: 'users' })
    this.#goneWebhooks = goneOwners(db, {
      table: 'delivery_attempts',
      column: 'webhook_id',
      owners: 'webhooks',
    })
  }

  webhook(id: number): Webhook | null {
    const raw = this.#webhook.get(id)
    return raw === undefined ? null : webhookOf(raw)
  }

  saveWebhook(webhook: Webhook): void {
    this.#put.run(...webhookToRaw(webhook))
  }

  deleteWebhook(id: number): void {
    this.#endAllPending.run(id)
    this.#delete.run(id)
  }

  webhookCount(userId: number | null): number {
    return (userId === null ? this.#countOfAll.get() : this.#countOfUser.get(userId)) ?? 0
  }

  pendingDelivery(webhookId: number, position: HistoryPosition): PendingDelivery | null {
    const raw = this.#pending.get(webhookId, positionOf(position))
    return raw === undefined ? null : pendingDeliveryOf(raw)
  }

  pendingCount(webhookId: number): number {
    return this.#pendingCount.get(webhookId) ?? 0
  }

  savePendingDelivery({ webhookId, position, attempts, dueMs }: PendingDelivery): void {
    this.#putPending.run(webhookId, positionOf(position), attempts, dueMs)
  }

  endPendingDelivery(webhookId: number, position: HistoryPosition): void {
    this.#endPending.run(webhookId, positionOf(position))
  }

  endPendingDeliveries(webhookId: number): void {
    this.#endAllPending.run(webhookId)
  }

  insertAttempt(attempt: DeliveryAttempt): void {
    const { id, webhookId, statusCode, responseMs, error, attemptedMs } = attempt
    const event = webhookEventCodes.codeOf(attempt.event)
    const what = [id, webhookId, positionOf(attempt.position), event, attempt.attempt] as const
    this.#insertAttempt.run(...what, statusCode, responseMs, error, attemptedMs)
  }

  /**
   * Deletes what is left of users and webhooks that are gone, in that order, then attempts from before that time, the oldest first; at
   * most `limit` rows. Returns how many.
   */
  tidyDeliveries(beforeMs: number, limit: number): number {
    let left = limit
    for (const userId of this.#goneUsers()) {
      for (const id of this.#webhookIdsOf.all(userId)) left -= this.#deleteSome(id, left)
    }
    for (const webhookId of this.#goneWebhooks()) {
      if (left === 0) break
      left -= this.#deleteAttemptsOf.run(webhookId, left).changes
    }
    left -= this.#deleteAttemptsBefore.run(beforeMs, left).changes
    return limit - left
  }

  /** Whether `tidyDeliveries` would find anything. */
  tidyWaits(beforeMs: number): boolean {
    const isGone = (ids: Generator<number>) => ids.next().done !== true
    if ((this.#oldestAttemptMs.get() ?? beforeMs) < beforeMs) return true
    return isGone(this.#goneUsers()) || isGone(this.#goneWebhooks())
  }

  /** What waits for a webhook, and then the webhook itself. */
  #deleteSome(id: number, limit: number): number {
    const ended = this.#endSomePending.run(id, id, limit).changes
    return ended === limit ? ended : ended + this.#delete.run(id).changes
  }
}

export function webhookOf(raw: WebhookRaw): Webhook {
  return {
    id: raw[0],
    userId: raw[1],
    url: raw[2],
    secret: raw[3],
    events: JSON.parse(raw[4]) as WebhookEvent[],
    description: raw[5],
    isActive: raw[6] === 1,
    failures: raw[7],
    lastDeliveryMs: raw[8],
    seen: { revision: raw[9], n: raw[10] },
    createdMs: raw[11],
    updatedMs: raw[12],
    revision: raw[13],
  }
}

function webhookToRaw(webhook: Webhook): WebhookRaw {
  const { id, userId, url, secret, events, description, isActive, seen } = webhook
  const what = [id, userId, url, secret, JSON.stringify(events), description] as const
  const state = [isActive ? 1 : 0, webhook.failures, webhook.lastDeliveryMs] as const
  const times = [webhook.createdMs, webhook.updatedMs, webhook.revision] as const
  return [...what, ...state, seen.revision, seen.n, ...times]
}

export function pendingDeliveryOf(raw: PendingDeliveryRaw): PendingDelivery {
  const [webhookId, position, attempts, dueMs] = raw
  return { webhookId, position: placeOf(position), attempts, dueMs }
}

export function deliveryAttemptOf(raw: DeliveryAttemptRaw): DeliveryAttempt {
  return {
    id: raw[0],
    webhookId: raw[1],
    position: placeOf(raw[2]),
    event: webhookEventCodes.nameOf(raw[3]),
    attempt: raw[4],
    statusCode: raw[5],
    responseMs: raw[6],
    error: raw[7],
    attemptedMs: raw[8],
  }
}

function placeOf(position: number): HistoryPosition {
  return { revision: revisionOf(position), n: numberOf(position) }
}
