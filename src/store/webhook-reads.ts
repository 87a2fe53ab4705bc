// Webhooks, what waits for them and what was tried, each by an index.
import type { DeliveryAttempt, IdentityView, PendingDelivery, Webhook } from '../ledger/index.js'
import type { Database, Statement } from './open.js'
import type {
  ActiveWebhook,
  ChangePosition,
  ChangeRow,
  Counted,
  WebhookReads,
  Window,
} from './reads.js'
import { changeOf, positionOf } from './tables/change-line.js'
import type { ChangeRaw } from './tables/change-rows.js'
import {
  DELIVERY_ATTEMPT_COLUMNS,
  type DeliveryAttemptRaw,
  deliveryAttemptOf,
  PENDING_DELIVERY_COLUMNS,
  type PendingDeliveryRaw,
  pendingDeliveryOf,
  WEBHOOK_COLUMNS,
  type WebhookRaw,
  webhookOf,
} from './tables/webhook-rows.js'

type Raw<Parameters extends unknown[], Row> = Statement<Parameters, Row>

export class SqliteWebhookReads implements WebhookReads {
  readonly #identities: () => IdentityView
  readonly #webhook: Raw<[number], WebhookRaw>
  readonly #ofUser: Raw<[number], WebhookRaw>
  readonly #active: Raw<[], WebhookRaw>
  readonly #pending: Raw<[number], PendingDeliveryRaw>
  readonly #attempts: Raw<[number, number, number], DeliveryAttemptRaw>
  readonly #attemptCount: Statement<[number, number], number>
  readonly #change: Statement<[number], ChangeRaw>

  /** @param identities as they are whenever it is asked */
  constructor(db: Database, identities: () => IdentityView) {
    const select = <P extends unknown[], Row>(columns: string, rest: string) =>
      db.prepare<P, Row>(`SELECT ${columns} FROM ${rest}`).raw() as Raw<P, Row>
    this.#identities = identities
    this.#webhook = select(WEBHOOK_COLUMNS, 'webhooks WHERE id = ?')
    this.#ofUser = select(
      WEBHOOK_COLUMNS,
      'webhooks INDEXED BY webhooks_by_user WHERE user_id = ? ORDER BY id DESC',
    )
    this.#active = select(
      WEBHOOK_COLUMNS,
      'webhooks INDEXED BY webhooks_active WHERE active = 1 AND id > 0 ORDER BY id',
    )
    this.#pending = select(
      PENDING_DELIVERY_COLUMNS,
      'pending_deliveries WHERE webhook_id = ? ORDER BY position',
    )
    this.#attempts = select(
      DELIVERY_ATTEMPT_COLUMNS,
      `delivery_attempts INDEXED BY delivery_attempts_by_webhook
       WHERE webhook_id = ? ORDER BY attempted_ms DESC, id DESC LIMIT ? OFFSET ?`,
    )
    this.#attemptCount = db
      .prepare<[number, number], number>(
        `SELECT count(*) FROM delivery_attempts INDEXED BY delivery_attempts_by_webhook
         WHERE webhook_id = ? AND attempted_ms >= ?`,
      )
      .pluck() as Statement<[number, number], number>
    this.#change = db.prepare('SELECT * FROM changes WHERE position = ?')
  }

  webhook(id: number): Webhook | null {
    const raw = this.#webhook.get(id)
    return raw === undefined ? null : webhookOf(raw)
  }

  webhooksOf(userId: number): readonly Webhook[] {
    return this.#ofUser.all(userId).map(webhookOf)
  }

  activeWebhooks(): readonly ActiveWebhook[] {
    const identities = this.#identities()
    return this.#active.all().flatMap(raw => {
      const webhook = webhookOf(raw)
      const user = identities.user(webhook.userId)
      return user === null ? [] : [{ webhook, isMuted: !user.isActive }]
    })
  }

  pendingDeliveries(webhookId: number): readonly PendingDelivery[] {
    return this.#pending.all(webhookId).map(pendingDeliveryOf)
  }

  /** Rows that are skipped and those that are counted are gone over in the index, some 50 ns for each. */
  attemptPage(webhookId: number, { skip, limit }: Window): Counted<DeliveryAttempt> {
    const rows = this.#attempts.all(webhookId, limit, skip).map(deliveryAttemptOf)
    return { rows, total: this.attemptsSince(webhookId, 0) }
  }

  attemptsSince(webhookId: number, sinceMs: number): number {
    return this.#attemptCount.get(webhookId, sinceMs) ?? 0
  }

  changeAt(position: ChangePosition): ChangeRow | null {
    const raw = this.#change.get(positionOf(position))
    return raw === undefined ? null : { ...changeOf(raw.line), hash: raw.hash }
  }
}
