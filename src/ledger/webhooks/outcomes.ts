// What the ledger answers about webhooks.
import type { Webhook } from './nouns.js'

export type WebhookResult = {
  readonly type: 'webhook'
  readonly webhook: Omit<Webhook, 'secret'>
}
