// The fields of commands about webhooks, in a fixed order behind the command's code.
import type { Command, WebhookCommand } from '../../ledger/index.js'
import type { Fields } from './fields.js'

export const webhookCommandCodes = {
  'webhook.create': 120,
  'webhook.update': 121,
  'webhook.delete': 122,
  'deliveries.record': 123,
} as const satisfies Record<WebhookCommand['type'], number>

export function isWebhookCommand(command: Command): command is WebhookCommand {
  return command.type in webhookCommandCodes
}

export function isWebhookType(type: Command['type']): type is WebhookCommand['type'] {
  return type in webhookCommandCodes
}

export function webhookCommandFields(command: WebhookCommand): unknown[] {
  throw new Error(`${command.type} is to be built`)
}

/** @throws a full sentence on damage. */
export function readWebhookCommand(type: WebhookCommand['type'], _fields: Fields): WebhookCommand {
  throw new Error(`${type} is to be built`)
}
