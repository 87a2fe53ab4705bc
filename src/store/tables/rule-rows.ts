// Rows of notification rules, and of the resources of which they have told.
import type { Crossing, NotificationRule } from '../../ledger/index.js'
import { notificationSeverities, resourceTypes } from '../codec/name-codes.js'
import { encodeWatched, watchedOf } from '../codec/personal-codec.js'
import type { Database, Statement } from '../open.js'
import { putRowSql } from './put-row.js'

export const RULE_COLUMNS = `id, user_id, name, threshold, resource_type, resource_ids, channels, severity,
  active, last_triggered_ms, created_ms, updated_ms, revision`
export const CROSSING_COLUMNS = 'rule_id, resource_type, resource_id'

export type RuleRaw = [
  id: number,
  userId: number,
  name: string,
  threshold: number,
  resourceType: number | null,
  resourceIds: string,
  channels: string,
  severity: number,
  active: number,
  lastTriggeredMs: number | null,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
export type CrossingRaw = [ruleId: number, resourceType: number, resourceId: number]

export class RuleRows {
  readonly #put: Statement<RuleRaw>
  readonly #delete: Statement<[number]>
  readonly #rule: Statement<[number], RuleRaw>
  readonly #count: Statement<[number], number>
  readonly #addCrossing: Statement<CrossingRaw>
  readonly #hasCrossing: Statement<CrossingRaw, number>
  readonly #endCrossing: Statement<CrossingRaw>
  readonly #endCrossings: Statement<[number]>

  constructor(db: Database) {
    const isThat = 'crossings WHERE rule_id = ? AND resource_type = ? AND resource_id = ?'
    this.#put = db.prepare(putRowSql('notification_rules', RULE_COLUMNS))
    this.#delete = db.prepare('DELETE FROM notification_rules WHERE id = ?')
    this.#rule = db
      .prepare(`SELECT ${RULE_COLUMNS} FROM notification_rules WHERE id = ?`)
      .raw() as Statement<[number], RuleRaw>
    this.#count = db
      .prepare(
        'SELECT count(*) FROM notification_rules INDEXED BY notification_rules_by_user WHERE user_id = ?',
      )
      .pluck() as Statement<[number], number>
    this.#addCrossing = db.prepare(`REPLACE INTO crossings (${CROSSING_COLUMNS}) VALUES (?, ?, ?)`)
    this.#hasCrossing = db.prepare(`SELECT 1 FROM ${isThat}`).pluck() as Statement<
      CrossingRaw,
      number
    >
    this.#endCrossing = db.prepare(`DELETE FROM ${isThat}`)
    this.#endCrossings = db.prepare('DELETE FROM crossings WHERE rule_id = ?')
  }

  rule(id: number): NotificationRule | null {
    const raw = this.#rule.get(id)
    return raw === undefined ? null : ruleOf(raw)
  }

  count(userId: number): number {
    return this.#count.get(userId) ?? 0
  }

  save(rule: NotificationRule): void {
    this.#put.run(...ruleToRaw(rule))
  }

  delete(id: number): void {
    this.#delete.run(id)
  }

  hasCrossing(crossing: Crossing): boolean {
    return this.#hasCrossing.get(...crossingToRaw(crossing)) !== undefined
  }

  addCrossing(crossing: Crossing): void {
    this.#addCrossing.run(...crossingToRaw(crossing))
  }

  endCrossing(crossing: Crossing): void {
    this.#endCrossing.run(...crossingToRaw(crossing))
  }

  endCrossings(ruleId: number): void {
    this.#endCrossings.run(ruleId)
  }
}

export function ruleOf(raw: RuleRaw): NotificationRule {
  return {
    id: raw[0],
    userId: raw[1],
    name: raw[2],
    threshold: raw[3],
    resourceType: raw[4] === null ? null : watchedOf(raw[4]),
    resourceIds: JSON.parse(raw[5]),
    channels: JSON.parse(raw[6]),
    severity: notificationSeverities.nameOf(raw[7]),
    isActive: raw[8] === 1,
    lastTriggeredMs: raw[9],
    createdMs: raw[10],
    updatedMs: raw[11],
    revision: raw[12],
  }
}

export function crossingOf([ruleId, resourceType, resourceId]: CrossingRaw): Crossing {
  return { ruleId, resourceType: watchedOf(resourceType), resourceId }
}

function ruleToRaw(rule: NotificationRule): RuleRaw {
  const { id, userId, name, threshold, resourceType, resourceIds, channels, isActive } = rule
  const watched = [threshold, encodeWatched(resourceType), JSON.stringify(resourceIds)] as const
  const severity = notificationSeverities.codeOf(rule.severity)
  const how = [JSON.stringify(channels), severity, isActive ? 1 : 0] as const
  const times = [rule.lastTriggeredMs, rule.createdMs, rule.updatedMs] as const
  return [id, userId, name, ...watched, ...how, ...times, rule.revision]
}

function crossingToRaw({ ruleId, resourceType, resourceId }: Crossing): CrossingRaw {
  return [ruleId, resourceTypes.codeOf(resourceType), resourceId]
}
