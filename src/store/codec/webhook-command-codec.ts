// The fields of commands about webhooks, in a fixed order behind the command's code; a webhook inside stored outcomes.
import type {
  HistoryPosition,
  RecordDeliveriesCommand,
  ReportedAttempt,
  UpdateWebhookCommand,
  Webhook,
  WebhookCommand,
  WebhookEvent,
} from '../../ledger/index.js'
import { unreachable } from '../../lib/index.js'
import type { Fields } from './fields.js'
import { webhookEventCodes } from './name-codes.js'
import { type FieldKind, readSet } from './set-fields.js'

export const webhookCommandCodes = {
  'webhook.create': 120,
  'webhook.update': 121,
  'webhook.delete': 122,
  'deliveries.record': 123,
} as const satisfies Record<WebhookCommand['type'], number>

const webhookSet = {
  url: 'text',
  events: 'webhook-events',
  description: 'text-or-null',
  isActive: 'boolean',
} as const satisfies Record<keyof UpdateWebhookCommand['set'], FieldKind>

type Report = RecordDeliveriesCommand['reports'][number]

export function webhookCommandFields(command: WebhookCommand): unknown[] {
  switch (command.type) {
    case 'webhook.create':
      return [command.url, command.secret, eventCodes(command.events), command.description]
    case 'webhook.update':
      return [command.id, command.set]
    case 'webhook.delete':
      return [command.id]
    case 'deliveries.record':
      return [command.reports.map(reportFields)]
    default:
      return unreachable(command, 'command about webhooks')
  }
}

/** @throws a full sentence on damage. */
export function readWebhookCommand(type: WebhookCommand['type'], fields: Fields): WebhookCommand {
  switch (type) {
    case 'webhook.create':
      return {
        type,
        url: fields.text(),
        secret: fields.text(),
        events: readEvents(fields),
        description: fields.textOrNull(),
      }
    case 'webhook.update':
      return { type, id: fields.count(), set: readSet(fields.raw(), webhookSet) }
    case 'webhook.delete':
      return { type, id: fields.count() }
    case 'deliveries.record':
      return { type, reports: fields.list(readReport) }
    default:
      return unreachable(type, 'type of command about webhooks')
  }
}

function reportFields({ webhookId, seen, attempts }: Report): unknown[] {
  return [webhookId, seen.revision, seen.n, attempts.map(attemptFields)]
}

function readReport(fields: Fields): Report {
  const report = {
    webhookId: fields.count(),
    seen: readPosition(fields),
    attempts: fields.list(readAttempt),
  }
  fields.end()
  return report
}

function attemptFields(of: ReportedAttempt): unknown[] {
  const { position, attempt, statusCode, responseMs, error, retryMs } = of
  const what = [position.revision, position.n, webhookEventCodes.codeOf(of.event), attempt]
  return [...what, statusCode, responseMs, error, retryMs]
}

function readAttempt(fields: Fields): ReportedAttempt {
  const attempt = {
    position: readPosition(fields),
    event: webhookEventCodes.nameOf(fields.count()),
    attempt: fields.count(),
    statusCode: fields.numberOrNull(),
    responseMs: fields.numberOrNull(),
    error: fields.textOrNull(),
    retryMs: fields.number(),
  }
  fields.end()
  return attempt
}

export function encodeWebhook(webhook: Omit<Webhook, 'secret'>): unknown[] {
  const { id, userId, url, events, description, isActive, failures, seen } = webhook
  const what = [id, userId, url, eventCodes(events), description, isActive, failures]
  const progress = [webhook.lastDeliveryMs, seen.revision, seen.n]
  return [...what, ...progress, webhook.createdMs, webhook.updatedMs, webhook.revision]
}

export function readWebhook(fields: Fields): Omit<Webhook, 'secret'> {
  return {
    id: fields.count(),
    userId: fields.count(),
    url: fields.text(),
    events: readEvents(fields),
    description: fields.textOrNull(),
    isActive: fields.boolean(),
    failures: fields.count(),
    lastDeliveryMs: fields.numberOrNull(),
    seen: readPosition(fields),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

function eventCodes(events: readonly WebhookEvent[]): number[] {
  return events.map(event => webhookEventCodes.codeOf(event))
}

function readEvents(fields: Fields): readonly WebhookEvent[] {
  return fields.numbers().map(code => webhookEventCodes.nameOf(code))
}

function readPosition(fields: Fields): HistoryPosition {
  return { revision: fields.count(), n: fields.count() }
}
