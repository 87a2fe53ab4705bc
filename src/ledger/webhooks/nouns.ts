// Word of what happens, sent to a URL (document 001, 10). Changes are the outbox: a webhook has a place in them, and what was tried and is
// to be tried again stands in rows, so that a new leader goes on where the one before it was.
import type { HistoryPosition } from './position.js'

/** A new one gets its number in rows beside the others (`webhookEventCodes`). */
export const webhookEvents = [
  'region.created',
  'region.updated',
  'region.retired',
  'host.allocated',
  'host.updated',
  'host.released',
  'capacity.warning',
  'capacity.critical',
] as const

export type WebhookEvent = (typeof webhookEvents)[number]

export type Webhook = {
  readonly id: number
  readonly userId: number
  readonly url: string
  /** Key of its signatures; sealed where the cluster has a secret (`isSealed`). Shown once, never in Changes and answers. */
  readonly secret: string
  readonly events: readonly WebhookEvent[]
  readonly description: string | null
  readonly isActive: boolean
  /** Events in a row that were given up; at FAILURES_MAX it is switched off. */
  readonly failures: number
  /** When an attempt last succeeded. */
  readonly lastDeliveryMs: number | null
  /** Every Change up to and including it was looked at, and its event, if it is one, tried at least once. */
  readonly seen: HistoryPosition
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

/** An event that was tried and is to be tried again. */
export type PendingDelivery = {
  readonly webhookId: number
  /** Of the Change. */
  readonly position: HistoryPosition
  /** Attempts made. */
  readonly attempts: number
  /** No attempt before it, ms since 1970. */
  readonly dueMs: number
}

/** One attempt, as it is kept and shown. */
export type DeliveryAttempt = {
  readonly id: number
  readonly webhookId: number
  readonly position: HistoryPosition
  readonly event: WebhookEvent
  /** 1 to ATTEMPTS_MAX. */
  readonly attempt: number
  /** null: there was no answer. */
  readonly statusCode: number | null
  readonly responseMs: number | null
  /** null on success. */
  readonly error: string | null
  readonly attemptedMs: number
}
