// One's own things as history keeps them: that they are there and what they are about, but neither tokens nor what somebody
// wrote into his preferences and filters.
import type { Image } from '../entities.js'
import { utf8Bytes } from '../personal/json.js'
import type {
  Notification,
  NotificationRule,
  Preferences,
  SavedFilter,
  Share,
} from '../personal/nouns.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'

/** What views change of it is in no history. */
export function shareImage(share: Share): Image {
  return {
    id: share.id,
    resource_type: share.resourceType,
    resource_id: share.resourceId,
    description: share.description,
    user_id: share.userId,
    username: share.username,
    created_at: isoTime(share.createdMs),
    expires_at: isoTime(share.expiresMs),
    revision: share.revision,
  }
}

export function preferencesImage({ userId, document, revision }: Preferences): Image {
  return { user_id: userId, bytes: utf8Bytes(document), revision }
}

export function filterImage({ id, userId, name, criteria, createdMs }: SavedFilter): Image {
  const criteria_bytes = utf8Bytes(criteria)
  return { id, user_id: userId, name, criteria_bytes, created_at: isoTime(createdMs) }
}

export function notificationImage(notification: Notification): Image {
  return {
    id: notification.id,
    user_id: notification.userId,
    rule_id: notification.ruleId,
    type: notification.type,
    severity: notification.severity,
    message: notification.message,
    resource_type: notification.resourceType,
    resource_id: notification.resourceId,
    created_at: isoTime(notification.createdMs),
    read_at: isoTimeOrNull(notification.readMs),
    revision: notification.revision,
  }
}

export function ruleImage(rule: NotificationRule): Image {
  return {
    id: rule.id,
    user_id: rule.userId,
    name: rule.name,
    threshold: rule.threshold,
    resource_type: rule.resourceType,
    resource_ids: rule.resourceIds.map(String),
    channels: rule.channels,
    severity: rule.severity,
    is_active: rule.isActive,
    last_triggered_at: isoTimeOrNull(rule.lastTriggeredMs),
    created_at: isoTime(rule.createdMs),
    updated_at: isoTime(rule.updatedMs),
    revision: rule.revision,
  }
}
