// Rows of notifications.
import type { Notification } from '../../ledger/index.js'
import { notificationSeverities, resourceTypes } from '../codec/name-codes.js'
import type { Database, Statement } from '../open.js'
import { putRowSql } from './put-row.js'

export const NOTIFICATION_COLUMNS = `id, user_id, rule_id, severity, message, resource_type, resource_id,
  created_ms, read_ms, revision`

export type NotificationRaw = [
  id: number,
  userId: number,
  ruleId: number,
  severity: number,
  message: string,
  resourceType: number,
  resourceId: number,
  createdMs: number,
  readMs: number | null,
  revision: number,
]

export class NotificationRows {
  readonly #put: Statement<NotificationRaw>
  readonly #delete: Statement<[number]>
  readonly #notification: Statement<[number], NotificationRaw>
  readonly #oldest: Statement<[number], NotificationRaw>
  readonly #count: Statement<[number], number>

  constructor(db: Database) {
    const ofUser = 'FROM notifications INDEXED BY notifications_by_user WHERE user_id = ?'
    const select = (from: string) =>
      db.prepare(`SELECT ${NOTIFICATION_COLUMNS} ${from}`).raw() as Statement<
        [number],
        NotificationRaw
      >
    this.#put = db.prepare(putRowSql('notifications', NOTIFICATION_COLUMNS))
    this.#delete = db.prepare('DELETE FROM notifications WHERE id = ?')
    this.#notification = select('FROM notifications WHERE id = ?')
    this.#oldest = select(`${ofUser} ORDER BY id LIMIT 1`)
    this.#count = db.prepare(`SELECT count(*) ${ofUser}`).pluck() as Statement<[number], number>
  }

  notification(id: number): Notification | null {
    return notificationOrNull(this.#notification.get(id))
  }

  oldest(userId: number): Notification | null {
    return notificationOrNull(this.#oldest.get(userId))
  }

  count(userId: number): number {
    return this.#count.get(userId) ?? 0
  }

  save(notification: Notification): void {
    this.#put.run(...notificationToRaw(notification))
  }

  delete(id: number): void {
    this.#delete.run(id)
  }
}

export function notificationOf(raw: NotificationRaw): Notification {
  return {
    id: raw[0],
    userId: raw[1],
    ruleId: raw[2],
    type: 'capacity_warning',
    severity: notificationSeverities.nameOf(raw[3]),
    message: raw[4],
    resourceType: resourceTypes.nameOf(raw[5]),
    resourceId: raw[6],
    createdMs: raw[7],
    readMs: raw[8],
    revision: raw[9],
  }
}

function notificationOrNull(raw: NotificationRaw | undefined): Notification | null {
  return raw === undefined ? null : notificationOf(raw)
}

function notificationToRaw(notification: Notification): NotificationRaw {
  const { id, userId, ruleId, message, resourceId, createdMs, readMs, revision } = notification
  const severity = notificationSeverities.codeOf(notification.severity)
  const resourceType = resourceTypes.codeOf(notification.resourceType)
  const about = [severity, message, resourceType, resourceId] as const
  return [id, userId, ruleId, ...about, createdMs, readMs, revision]
}
