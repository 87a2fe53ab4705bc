// One attempt: from a place in history to a request that is signed, and from its answer to what is reported of it.
import {
  ATTEMPTS_MAX,
  type Change,
  comparePositions,
  type DeliveryAttempt,
  eventHeard,
  type HistoryPosition,
  type ReportedAttempt,
  type ToldEvent,
  type Webhook,
  type WebhookEvent,
  webhookEventsOf,
} from '../../ledger/index.js'
import { deliveryUuid } from '../../lib/index.js'
import { bodyOf, headersOf, type TellingContext } from './webhook-body.js'
import { type Delivery, waitMs } from './webhook-line.js'
import type { WebhookAnswer, WebhookPost, WebhookTransport } from './webhook-transport.js'

export type WebhookSenderDependencies = {
  readonly changeAt: (position: HistoryPosition) => Change | null
  /** Newest first. */
  readonly attemptsOf: (webhookId: number, limit: number) => readonly DeliveryAttempt[]
  /** Of a secret that is sealed; null = it was sealed with another cluster secret. */
  readonly openSecret: (sealed: string) => string | null
  readonly context: TellingContext & { readonly idSpace: string }
  readonly transport: WebhookTransport
  readonly clock: { monotonicMs(): number }
}

/** What is to be sent, or why nothing can be; `event` is told of in either case. */
export type PreparedDelivery = { readonly event: WebhookEvent } & (
  | { readonly post: WebhookPost }
  | { readonly error: string }
)

const SECRET_LOST =
  'its secret was sealed with another cluster secret; delete the webhook and register it anew'
const CHANGE_GONE = 'history does not reach back to the event any more'
/** Attempts among which that of an event is looked for, whose Change is gone. */
const ATTEMPTS_SEARCHED = 1000

/** null: the event is gone before its first attempt, and nothing is to be told. */
export function prepareDelivery(
  webhook: Webhook,
  delivery: Delivery,
  dependencies: WebhookSenderDependencies,
): PreparedDelivery | null {
  const change = dependencies.changeAt(delivery.position)
  const events = change === null ? [] : webhookEventsOf(change)
  // What was tried before is tried again, also when the webhook hears of something else by now.
  const told = eventHeard(events, webhook.events) ?? events.at(-1) ?? null
  if (change === null || told === null) return lostDelivery(webhook, delivery, dependencies)
  const secret = dependencies.openSecret(webhook.secret)
  if (secret === null) return { event: told.event, error: SECRET_LOST }
  return {
    event: told.event,
    post: postOf(webhook, delivery, { change, told, secret }, dependencies),
  }
}

/** Pruned between two attempts: it is given up under the name that it had, as far as anybody knows. */
function lostDelivery(
  webhook: Webhook,
  { position, attempt }: Delivery,
  { attemptsOf }: WebhookSenderDependencies,
): PreparedDelivery | null {
  if (attempt === 1) return null
  const known = attemptsOf(webhook.id, ATTEMPTS_SEARCHED).find(
    made => comparePositions(made.position, position) === 0,
  )
  const event = known?.event ?? webhook.events[0]
  return event === undefined ? null : { event, error: CHANGE_GONE }
}

function postOf(
  { id, url }: Webhook,
  { position, attempt }: Delivery,
  { change, told, secret }: { change: Change; told: ToldEvent; secret: string },
  { context }: WebhookSenderDependencies,
): WebhookPost {
  const body = bodyOf(change, told, context)
  const deliveryId = deliveryUuid(context.idSpace, id, position)
  return { url, body, headers: headersOf(body, { event: told.event, secret, deliveryId, attempt }) }
}

/** @param retryMs until the second attempt; twice that until the third. @throws only when `signal` was aborted */
export async function sendDelivery(
  { position, attempt }: Delivery,
  prepared: PreparedDelivery,
  retryMs: number,
  { transport, clock }: WebhookSenderDependencies,
  signal: AbortSignal,
): Promise<ReportedAttempt> {
  const startMs = clock.monotonicMs()
  const answer: WebhookAnswer =
    'post' in prepared
      ? await transport.post(prepared.post, signal)
      : { statusCode: null, error: prepared.error }
  const { statusCode, error } = answer
  return {
    ...{ position, event: prepared.event, attempt, statusCode, error },
    responseMs: statusCode === null ? null : Math.round(clock.monotonicMs() - startMs),
    retryMs: error === null || attempt === ATTEMPTS_MAX ? 0 : waitMs(retryMs, attempt),
  }
}
