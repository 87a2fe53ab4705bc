// Webhooks and their deliveries as documents 000 and 001 write them.
import { Type } from '@sinclair/typebox'
import { EVENTS_OF_WEBHOOK_MAX, type WebhookEvent, webhookEvents } from '../../../ledger/index.js'
import { description, strict, timestamp, timestampOrNull } from '../../schema-parts.js'
import { pagedIfAll } from './everybodys.js'
import { Pagination } from './pages.js'

const URL_CHARS_MAX = 500
const DESCRIPTION_CHARS_MAX = 500

const time = Type.String(timestamp)
const event = Type.Unsafe<WebhookEvent>(Type.String({ enum: [...webhookEvents] }))
const events = Type.Array(event, {
  minItems: 1,
  maxItems: EVENTS_OF_WEBHOOK_MAX,
  uniqueItems: true,
})
const url = Type.String({
  minLength: 1,
  maxLength: URL_CHARS_MAX,
  description: 'http or https, without a user name.',
  examples: ['https://your-app.com/webhooks/ipam'],
})
const about = { ...description, maxLength: DESCRIPTION_CHARS_MAX }

export const NewWebhook = Type.Object(
  { webhook_url: url, events, description: Type.Optional(about) },
  { title: 'NewWebhook', ...strict },
)

export const WebhookChange = Type.Object(
  {
    webhook_url: Type.Optional(url),
    events: Type.Optional(events),
    description: Type.Optional(about),
    is_active: Type.Optional(Type.Boolean()),
  },
  { title: 'WebhookChange', minProperties: 1, ...strict },
)

const webhookFields = {
  webhook_id: Type.String(),
  webhook_url: Type.String(),
  events: Type.Array(event),
  description: Type.String({ nullable: true }),
  is_active: Type.Boolean({ description: 'false: nothing is sent to it.' }),
  last_delivery: timestampOrNull,
  failure_count: Type.Integer({ description: 'Events given up in a row; with 10 it is off.' }),
  created_at: time,
  created_by: Type.String({ nullable: true }),
}

export const Webhook = Type.Object(webhookFields, { title: 'Webhook', ...strict })

export const MadeWebhook = Type.Object(
  {
    ...webhookFields,
    secret_key: Type.String({
      description: 'Key of the signatures, this text as it is; shown this once.',
    }),
  },
  { title: 'MadeWebhook', ...strict },
)

export const Webhooks = Type.Object(
  { webhooks: Type.Array(Webhook), ...pagedIfAll },
  { title: 'Webhooks', ...strict },
)

const Delivery = Type.Object(
  {
    delivery_id: Type.String({
      description: 'The same of all attempts of one event, as in X-IPAM-Delivery.',
    }),
    event_type: event,
    status_code: Type.Integer({ nullable: true, description: 'null: there was no answer.' }),
    response_time_ms: Type.Integer({ nullable: true }),
    attempt_number: Type.Integer(),
    delivered_at: time,
    error_message: Type.String({ nullable: true, description: 'null: it was taken.' }),
  },
  { title: 'Delivery', ...strict },
)

export const Deliveries = Type.Object(
  { deliveries: Type.Array(Delivery), pagination: Pagination },
  { title: 'Deliveries', ...strict },
)
