// /ipam/notifications: what one's rules have told one.
import { Type } from '@sinclair/typebox'
import type { NotificationSeverity, Notification as Row } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { strict, timestamp as time, timestampOrNull as timeOrNull } from '../../schema-parts.js'
import { resultOf, submit } from '../../submit.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { resourceLink, resourceName, resourceType, shownResourceId } from './named-resources.js'
import { callerIdOf, requireOwnId } from './own.js'
import { Pagination, pageQuery, paginationOf, windowOf } from './pages.js'
import { at } from './paths.js'
import { uuidOf } from './uuids.js'

const tag = 'Notifications'
const one = at('/notifications/:id')
const RECENT_SHOWN = 10

export const severity = Type.Unsafe<NotificationSeverity>(
  Type.String({ enum: ['info', 'warning', 'critical'] }),
)

const head = {
  notification_id: Type.String(),
  severity,
  message: Type.String(),
  created_at: Type.String(time),
}
const Notification = Type.Object(
  {
    ...head,
    notification_type: Type.String({ examples: ['capacity_warning'] }),
    resource_type: resourceType,
    resource_id: shownResourceId,
    resource_link: Type.String({ nullable: true }),
    is_read: Type.Boolean(),
    read_at: timeOrNull,
  },
  { title: 'Notification', ...strict },
)
const unread_count = Type.Integer({ description: 'All of them, whatever is asked for.' })

const listNotifications = defineRoute({
  method: 'GET',
  paths: at('/notifications'),
  id: 'listNotifications',
  tag,
  summary: "List one's own notifications, the newest first",
  description: 'After 90 days they go by themselves.',
  permission: 'read',
  reads: true,
  query: Type.Object({
    is_read: Type.Optional(Type.Boolean()),
    severity: Type.Optional(severity),
    ...pageQuery,
  }),
  answers: {
    200: {
      description: 'A page of them.',
      schema: Type.Object(
        { notifications: Type.Array(Notification), unread_count, pagination: Pagination },
        { title: 'Notifications', ...strict },
      ),
    },
  },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { personal } = call.app.store.reads
    const userId = callerIdOf(call)
    const { is_read: isRead = null, severity: wanted = null } = query
    const filter = { userId, isRead, severity: wanted }
    const { rows, total } = personal.notificationPage(filter, windowOf(query))
    const body = {
      notifications: rows.map(row => present(call, row)),
      unread_count: personal.unreadCount(userId),
      pagination: paginationOf(query, total),
    }
    return { status: 200, body: JSON.stringify(body) }
  },
})

const readUnread = defineRoute({
  method: 'GET',
  paths: at('/notifications/unread'),
  id: 'readUnread',
  tag,
  summary: 'How many notifications are unread, and the newest of them',
  permission: 'read',
  reads: true,
  answers: {
    200: {
      description: `The newest ${RECENT_SHOWN} at most.`,
      schema: Type.Object(
        { unread_count, recent: Type.Array(Type.Object(head, strict)) },
        { title: 'UnreadNotifications', ...strict },
      ),
    },
  },
  handle: async call => {
    await call.awaitRead()
    const filter = { userId: callerIdOf(call), isRead: false, severity: null }
    const { rows, total } = call.app.store.reads.personal.notificationPage(filter, {
      skip: 0,
      limit: RECENT_SHOWN,
    })
    const body = { unread_count: total, recent: rows.map(row => presentHead(call, row)) }
    return { status: 200, body: JSON.stringify(body) }
  },
})

const markNotification = defineRoute({
  method: 'PATCH',
  paths: one,
  id: 'markNotification',
  tag,
  summary: 'Mark a notification as read, or as unread',
  permission: 'read',
  body: Type.Object({ is_read: Type.Boolean() }, { title: 'NotificationChange', ...strict }),
  answers: {
    200: {
      description: 'When it was read; null: it is unread.',
      schema: Type.Object(
        { success: Type.Literal(true), read_at: timeOrNull },
        { title: 'NotificationMarked', ...strict },
      ),
    },
  },
  handle: async (call, { body }) => {
    const id = requireOwnId(call, 'Notification')
    const command = { type: 'notification.read', id, isRead: body.is_read } as const
    const { result, headers } = await submit(call, command, body)
    const { readMs } = resultOf(result, 'notification').notification
    const marked = { success: true, read_at: timestampOrNull(readMs) }
    return { status: 200, body: JSON.stringify(marked), headers }
  },
})

const deleteNotification = defineRoute({
  method: 'DELETE',
  paths: one,
  id: 'deleteNotification',
  tag,
  summary: 'Dismiss a notification',
  permission: 'read',
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const id = requireOwnId(call, 'Notification')
    const { headers } = await submit(call, { type: 'notification.delete', id }, null)
    return { status: 204, body: null, headers }
  },
})

function present(call: Call, row: Row) {
  return {
    ...presentHead(call, row),
    notification_type: row.type,
    resource_type: row.resourceType,
    resource_id: resourceName(call, row.resourceType, row.resourceId),
    resource_link: resourceLink(call, row.resourceType, row.resourceId),
    is_read: row.readMs !== null,
    read_at: timestampOrNull(row.readMs),
  }
}

function presentHead(call: Call, { id, severity: level, message, createdMs }: Row) {
  const notification_id = uuidOf(call, 'notification', id)
  return { notification_id, severity: level, message, created_at: timestamp(createdMs) }
}

export const notificationRoutes: readonly Route[] = [
  readUnread,
  listNotifications,
  markNotification,
  deleteNotification,
]
