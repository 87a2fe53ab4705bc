// One's own things as compact arrays, inside stored outcomes.
import type {
  Crossing,
  Notification,
  NotificationRule,
  SavedFilter,
  Share,
} from '../../ledger/index.js'
import type { Fields } from './fields.js'
import { notificationSeverities, resourceTypes } from './name-codes.js'

type ShownShare = Omit<Share, 'token'>

export function encodeShare(share: ShownShare): unknown[] {
  return [
    share.id,
    resourceTypes.codeOf(share.resourceType),
    share.resourceId,
    share.description,
    share.userId,
    share.username,
    share.viewCount,
    share.lastViewedMs,
    share.createdMs,
    share.expiresMs,
    share.revision,
  ]
}

export function readShare(fields: Fields): ShownShare {
  return {
    id: fields.count(),
    resourceType: resourceTypes.nameOf(fields.count()),
    resourceId: fields.count(),
    description: fields.textOrNull(),
    userId: fields.count(),
    username: fields.text(),
    viewCount: fields.count(),
    lastViewedMs: fields.numberOrNull(),
    createdMs: fields.number(),
    expiresMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeFilter({ id, userId, name, criteria, createdMs }: SavedFilter): unknown[] {
  return [id, userId, name, criteria, createdMs]
}

export function readFilter(fields: Fields): SavedFilter {
  return {
    id: fields.count(),
    userId: fields.count(),
    name: fields.text(),
    criteria: fields.text(),
    createdMs: fields.number(),
  }
}

export function encodeNotification(notification: Notification): unknown[] {
  return [
    notification.id,
    notification.userId,
    notification.ruleId,
    notificationSeverities.codeOf(notification.severity),
    notification.message,
    resourceTypes.codeOf(notification.resourceType),
    notification.resourceId,
    notification.createdMs,
    notification.readMs,
    notification.revision,
  ]
}

export function readNotification(fields: Fields): Notification {
  return {
    id: fields.count(),
    userId: fields.count(),
    ruleId: fields.count(),
    type: 'capacity_warning',
    severity: notificationSeverities.nameOf(fields.count()),
    message: fields.text(),
    resourceType: resourceTypes.nameOf(fields.count()),
    resourceId: fields.count(),
    createdMs: fields.number(),
    readMs: fields.numberOrNull(),
    revision: fields.count(),
  }
}

export function encodeRule(rule: NotificationRule): unknown[] {
  return [
    rule.id,
    rule.userId,
    rule.name,
    rule.threshold,
    encodeWatched(rule.resourceType),
    rule.resourceIds,
    rule.channels,
    notificationSeverities.codeOf(rule.severity),
    rule.isActive,
    rule.lastTriggeredMs,
    rule.createdMs,
    rule.updatedMs,
    rule.revision,
  ]
}

export function readRule(fields: Fields): NotificationRule {
  return {
    id: fields.count(),
    userId: fields.count(),
    name: fields.text(),
    threshold: fields.number(),
    resourceType: fields.skipNull() ? null : readWatched(fields),
    resourceIds: fields.numbers(),
    channels: readChannels(fields),
    severity: notificationSeverities.nameOf(fields.count()),
    isActive: fields.boolean(),
    lastTriggeredMs: fields.numberOrNull(),
    createdMs: fields.number(),
    updatedMs: fields.number(),
    revision: fields.count(),
  }
}

export function encodeWatched(type: NotificationRule['resourceType']): number | null {
  return type === null ? null : resourceTypes.codeOf(type)
}

/** What a rule may be about. @throws a full sentence on damage */
export function readWatched(fields: Fields): Crossing['resourceType'] {
  return watchedOf(fields.count())
}

/** @throws a full sentence on damage */
export function watchedOf(code: number): Crossing['resourceType'] {
  const type = resourceTypes.nameOf(code)
  if (type === 'host') throw new Error('Something is damaged: no rule is about a host.')
  return type
}

/** @throws a full sentence on one that there is not */
export function readChannels(fields: Fields): NotificationRule['channels'] {
  return fields.texts().map(channel => {
    if (channel !== 'in_app') throw new Error(`There is no channel ${channel}.`)
    return channel
  })
}
