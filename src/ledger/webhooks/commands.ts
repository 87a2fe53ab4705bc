// What can be asked of webhooks, and what the leader reports of its attempts.
import type { DeliveryAttempt, Webhook, WebhookEvent } from './nouns.js'
import type { HistoryPosition } from './position.js'

/** Per user. */
export const WEBHOOKS_MAX = 50
/** Of all users: each costs the leader a look at every Change. */
export const WEBHOOKS_OF_CLUSTER_MAX = 500
export const EVENTS_OF_WEBHOOK_MAX = 10
export const ATTEMPTS_MAX = 3
/** Events given up in a row after which a webhook is switched off. */
export const FAILURES_MAX = 10
/** Events of one webhook that wait for another attempt; with as many, no new event is tried. */
export const PENDING_MAX = 200
/** Attempts in one `deliveries.record`. */
export const REPORTED_ATTEMPTS_MAX = 200

export type CreateWebhookCommand = {
  readonly type: 'webhook.create'
  readonly url: string
  readonly secret: string
  readonly events: readonly WebhookEvent[]
  readonly description: string | null
}
/** Switched off, nothing waits for it any more; switched on again it begins with what happens from then on, with no failures. */
export type UpdateWebhookCommand = {
  readonly type: 'webhook.update'
  readonly id: number
  readonly set: Partial<Pick<Webhook, 'url' | 'events' | 'description' | 'isActive'>>
}
/** With what waits for it; its attempts go with `personal.tidy`. */
export type DeleteWebhookCommand = { readonly type: 'webhook.delete'; readonly id: number }

export type ReportedAttempt = Pick<
  DeliveryAttempt,
  'position' | 'event' | 'attempt' | 'statusCode' | 'responseMs' | 'error'
> & {
  /** Until the next attempt, if this one failed and was not the last. */
  readonly retryMs: number
}
/**
 * Proposed by the leader: what it tried. Attempt 1 of a Change behind `seen`, or the next attempt of one that waits, counts; every other
 * one was reported before and is passed over. Success is a status from 200 to 299. Of a webhook that is off, first attempts are kept,
 * and nothing comes of them.
 */
export type RecordDeliveriesCommand = {
  readonly type: 'deliveries.record'
  readonly reports: readonly {
    readonly webhookId: number
    /** Everything up to it was looked at; never moves back. */
    readonly seen: HistoryPosition
    /** In the order of their positions. */
    readonly attempts: readonly ReportedAttempt[]
  }[]
}

export type WebhookCommand =
  | CreateWebhookCommand
  | UpdateWebhookCommand
  | DeleteWebhookCommand
  | RecordDeliveriesCommand
