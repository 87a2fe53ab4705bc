// Notifications: raised by a rule, read and deleted by whom they are for. The oldest goes when there would be too many.
import { notificationImage } from '../changes/personal-images.js'
import {
  type DeleteNotificationCommand,
  NOTIFICATIONS_MAX,
  type ReadNotificationCommand,
} from '../personal/commands.js'
import type { Notification } from '../personal/nouns.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done } from './decision.js'
import { findOwn, findToDelete } from './ownership.js'

export function readNotification(
  context: CommandContext,
  { id, isRead }: ReadNotificationCommand,
): Decision {
  const { rows, timeMs, revision } = context
  const thing = rows.personal.notification(id)
  const sought = findOwn(context, { noun: 'notification', id, thing })
  if ('refused' in sought) return sought.refused
  const { found } = sought
  if (isRead === (found.readMs !== null))
    return answer({ type: 'notification', notification: found })
  const notification = { ...found, readMs: isRead ? timeMs : null, revision }
  rows.personal.saveNotification(notification)
  const images = [notificationImage(found), notificationImage(notification)] as const
  context.record('notification.updated', 'notification', id, ...images)
  return answer({ type: 'notification', notification })
}

export function deleteNotification(
  context: CommandContext,
  { id }: DeleteNotificationCommand,
): Decision {
  const thing = context.rows.personal.notification(id)
  const sought = findToDelete(context, { noun: 'notification', id, thing })
  if ('refused' in sought) return sought.refused
  remove(context, sought.found)
  return done()
}

/** Unread, from now on. */
export function raiseNotification(
  context: CommandContext,
  about: Omit<Notification, 'id' | 'createdMs' | 'readMs' | 'revision'>,
): void {
  const { rows, timeMs: createdMs, revision } = context
  const { personal } = rows
  const { userId } = about
  const oldest =
    personal.notificationCount(userId) >= NOTIFICATIONS_MAX
      ? personal.oldestNotification(userId)
      : null
  if (oldest !== null) remove(context, oldest)
  const id = rows.nextId('notification')
  const notification = { id, ...about, createdMs, readMs: null, revision }
  personal.saveNotification(notification)
  const image = notificationImage(notification)
  context.record('notification.created', 'notification', id, null, image)
}

function remove(context: CommandContext, notification: Notification): void {
  const { id } = notification
  context.rows.personal.deleteNotification(id)
  context.record('notification.deleted', 'notification', id, notificationImage(notification), null)
}
