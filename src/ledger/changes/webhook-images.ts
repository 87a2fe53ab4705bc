// Webhooks as history keeps them: without the secret.
import type { Image } from '../entities.js'
import type { Webhook } from '../webhooks/nouns.js'
import { isoTime } from './iso-time.js'

/** How far it has come and when it last got through moves with every delivery, and leaves no Change. */
export function webhookImage(webhook: Webhook): Image {
  return {
    id: webhook.id,
    user_id: webhook.userId,
    url: webhook.url,
    events: webhook.events,
    description: webhook.description,
    is_active: webhook.isActive,
    failures: webhook.failures,
    created_at: isoTime(webhook.createdMs),
    updated_at: isoTime(webhook.updatedMs),
    revision: webhook.revision,
  }
}
