// /ipam/webhooks: where one's programs are told of what happens, and what came of it.

import { Type } from '@sinclair/typebox'
import { type RandomBytes, WEBHOOK_SECRET } from '../../../auth/index.js'
import type { DeliveryAttempt, Webhook } from '../../../ledger/index.js'
import { ApiError, invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { listOwnOrAll, ownOrAll } from './everybodys.js'
import { requireOwn, requireOwnId, unstored } from './own.js'
import { type PageAsked, pageQuery, paginationOf, windowOf } from './pages.js'
import { at } from './paths.js'
import { deliveryOf, uuidOf } from './uuids.js'
import * as schemas from './webhook-schemas.js'

const tag = 'Webhooks'
const paths = at('/webhooks')
const one = at('/webhooks/:id')
const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32

const createWebhook = defineRoute({
  method: 'POST',
  paths,
  id: 'createWebhook',
  tag,
  summary: 'Have events sent to a URL',
  description:
    'From now on, each event at least once and signed with `secret_key`, which is in this answer only.',
  permission: 'update',
  body: schemas.NewWebhook,
  answers: { 201: { description: 'The webhook.', schema: schemas.MadeWebhook } },
  handle: async (call, { body }) => {
    requireUrl(body.webhook_url)
    const { sealer, random } = call.app.identity
    const { result, headers } = await submit(
      call,
      {
        type: 'webhook.create',
        url: body.webhook_url,
        secret: sealer.seal(newSecret(random), WEBHOOK_SECRET),
        events: body.events,
        description: body.description ?? null,
      },
      body,
    )
    const { webhook } = resultOf(result, 'webhook')
    const shown = { ...present(call, webhook), secret_key: secretOf(call, webhook.id) }
    return { status: 201, body: JSON.stringify(shown), headers: [...headers, ...unstored] }
  },
})

const listWebhooks = defineRoute({
  method: 'GET',
  paths,
  id: 'listWebhooks',
  tag,
  summary: "List one's own webhooks, the newest first",
  permission: 'read',
  reads: true,
  query: ownOrAll,
  answers: { 200: { description: 'Without their secrets.', schema: schemas.Webhooks } },
  handle: async (call, { query }) => {
    const { webhooks } = call.app.store.reads
    const { things, page } = await listOwnOrAll(call, query, id => webhooks.webhooksOf(id))
    const shown = { webhooks: things.map(webhook => present(call, webhook)), ...page }
    const body = JSON.stringify(shown)
    return { status: 200, body }
  },
})

const updateWebhook = defineRoute({
  method: 'PATCH',
  paths: one,
  id: 'updateWebhook',
  tag,
  summary: 'Change a webhook, or switch it on again',
  description:
    "One's own, or as an admin anybody's. What is left out stays. Switched on again it begins with what happens from then on.",
  permission: 'update',
  body: schemas.WebhookChange,
  answers: { 200: { description: 'The webhook as it is now.', schema: schemas.Webhook } },
  handle: async (call, { body }) => {
    const id = requireOwnId(call, 'Webhook')
    if (body.webhook_url !== undefined) requireUrl(body.webhook_url)
    const set = {
      ...(body.webhook_url === undefined ? {} : { url: body.webhook_url }),
      ...(body.events === undefined ? {} : { events: body.events }),
      ...(body.description === undefined ? {} : { description: body.description }),
      ...(body.is_active === undefined ? {} : { isActive: body.is_active }),
    }
    const { result, headers } = await submit(call, { type: 'webhook.update', id, set }, body)
    const { webhook } = resultOf(result, 'webhook')
    return { status: 200, body: JSON.stringify(present(call, webhook)), headers }
  },
})

const listDeliveries = defineRoute({
  method: 'GET',
  paths: at('/webhooks/:id/deliveries'),
  id: 'listDeliveries',
  tag,
  summary: 'What was sent to a webhook, the latest attempt first',
  permission: 'read',
  reads: true,
  query: Type.Object(pageQuery),
  answers: { 200: { description: 'A page of attempts.', schema: schemas.Deliveries } },
  handle: async (call, { query }) => {
    const id = requireOwnId(call, 'Webhook')
    await call.awaitRead()
    const { webhooks } = call.app.store.reads
    requireOwn(call, 'Webhook', webhooks.webhook(id))
    return { status: 200, body: JSON.stringify(pageOf(call, id, query)) }
  },
})

const deleteWebhook = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteWebhook',
  tag,
  summary: 'Delete a webhook',
  description: "One's own, or as an admin anybody's. What waits for it is not sent any more.",
  permission: 'update',
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const id = requireOwnId(call, 'Webhook')
    const { headers } = await submit(call, { type: 'webhook.delete', id }, null)
    return { status: 204, body: null, headers }
  },
})

/** Where it leads is looked at when something is sent (CONTRACT.md D-20). @throws ApiError 400 */
function requireUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw invalid('webhook_url', text, 'it must be a URL that begins with http:// or https://')
}

function newSecret(random: RandomBytes): string {
  return SECRET_PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64url')
}

/** As it is kept: with an Idempotency-Key an earlier try may have made it. @throws ApiError 409 when it cannot be read any more */
function secretOf({ app }: Call, id: number): string {
  const sealed = app.store.reads.webhooks.webhook(id)?.secret ?? null
  const secret = sealed === null ? null : app.identity.sealer.open(sealed, WEBHOOK_SECRET)
  if (secret !== null) return secret
  throw new ApiError(
    409,
    'secret-shown-before',
    'An earlier try with this Idempotency-Key made the webhook, and its secret cannot be shown again; make another one with a new key.',
  )
}

function present(call: Call, webhook: Omit<Webhook, 'secret'>) {
  const identities = call.app.store.reads.identities()
  return {
    webhook_id: uuidOf(call, 'webhook', webhook.id),
    webhook_url: webhook.url,
    events: webhook.events,
    description: webhook.description,
    is_active: webhook.isActive,
    last_delivery: timestampOrNull(webhook.lastDeliveryMs),
    failure_count: webhook.failures,
    created_at: timestamp(webhook.createdMs),
    created_by: identities.user(webhook.userId)?.username ?? null,
  }
}

function pageOf(call: Call, id: number, query: PageAsked) {
  const { rows, total } = call.app.store.reads.webhooks.attemptPage(id, windowOf(query))
  const deliveries = rows.map(attempt => presentAttempt(call, attempt))
  return { deliveries, pagination: paginationOf(query, total) }
}

function presentAttempt(call: Call, attempt: DeliveryAttempt) {
  return {
    delivery_id: deliveryOf(call, attempt.webhookId, attempt.position),
    event_type: attempt.event,
    status_code: attempt.statusCode,
    response_time_ms: attempt.responseMs,
    attempt_number: attempt.attempt,
    delivered_at: timestamp(attempt.attemptedMs),
    error_message: attempt.error,
  }
}

export const webhookRoutes: readonly Route[] = [
  createWebhook,
  listWebhooks,
  updateWebhook,
  listDeliveries,
  deleteWebhook,
]
