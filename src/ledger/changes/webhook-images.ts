// Webhooks as history keeps them: without the secret.
import type { Image } from '../entities.js'
import type { Webhook } from '../webhooks/nouns.js'
import { isoTime } from './iso-time.js'

/** How far it has come, and its failures, move with deliveries: they leave no Change, and are in no image. */
export function webhookImage(webhook: Webhook): Image {
  return {
    id: webhook.id,
    user_id: webhook.userId,
    url: webhook.url,
    events: webhook.events,
    description: webhook.description,
    is_active: webhook.isActive,
    created_at: isoTime(webhook.createdMs),
    updated_at: isoTime(webhook.updatedMs),
    revision: webhook.revision,
  }
}
