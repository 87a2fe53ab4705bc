// What one has for oneself, as it is shown: lists that are bounded are whole, each by an index.
import type {
  Crossing,
  Notification,
  NotificationRule,
  Preferences,
  SavedFilter,
  Share,
  TidyPersonalCommand,
} from '../ledger/index.js'
import { notificationSeverities } from './codec/name-codes.js'
import type { Database, Statement } from './open.js'
import type { Counted, NotificationFilter, PageRequest, PersonalReads, Window } from './reads.js'
import { SqliteJobRows } from './tables/job-rows.js'
import {
  NOTIFICATION_COLUMNS,
  type NotificationRaw,
  NotificationRows,
  notificationOf,
} from './tables/notification-rows.js'
import { PersonalTidy } from './tables/personal-tidy.js'
import { PreferenceRows } from './tables/preference-rows.js'
import {
  CROSSING_COLUMNS,
  type CrossingRaw,
  crossingOf,
  RULE_COLUMNS,
  type RuleRaw,
  RuleRows,
  ruleOf,
} from './tables/rule-rows.js'
import { ShareRows } from './tables/share-rows.js'
import { SqliteWebhookRows } from './tables/webhook-rows.js'

export class SqlitePersonalReads implements PersonalReads {
  readonly #shares: ShareRows
  readonly #preferences: PreferenceRows
  readonly #notifications: NotificationRows
  readonly #rules: RuleRows
  readonly #tidy: PersonalTidy
  readonly #newest: Statement<[number], NotificationRaw>
  readonly #newestUnread: Statement<[number], NotificationRaw>
  readonly #unreadCount: Statement<[number], number>
  readonly #rulesOf: Statement<[number], RuleRaw>
  readonly #activeRules: Statement<[number, number], RuleRaw>
  readonly #crossingsOf: Statement<[number], CrossingRaw>

  constructor(db: Database) {
    this.#shares = new ShareRows(db)
    this.#preferences = new PreferenceRows(db)
    this.#notifications = new NotificationRows(db)
    this.#rules = new RuleRows(db)
    this.#tidy = new PersonalTidy(db, {
      webhooks: new SqliteWebhookRows(db),
      jobs: new SqliteJobRows(db),
    })
    const unread = 'INDEXED BY notifications_unread WHERE user_id = ? AND read_ms IS NULL'
    const notifications = (rest: string) =>
      db
        .prepare(`SELECT ${NOTIFICATION_COLUMNS} FROM notifications ${rest} ORDER BY id DESC`)
        .raw() as Statement<[number], NotificationRaw>
    const rules = <P extends unknown[]>(rest: string) =>
      db.prepare(`SELECT ${RULE_COLUMNS} FROM notification_rules ${rest}`).raw() as Statement<
        P,
        RuleRaw
      >
    this.#newest = notifications('INDEXED BY notifications_by_user WHERE user_id = ?')
    this.#newestUnread = notifications(unread)
    this.#unreadCount = db
      .prepare(`SELECT count(*) FROM notifications ${unread}`)
      .pluck() as Statement<[number], number>
    this.#rulesOf = rules(
      'INDEXED BY notification_rules_by_user WHERE user_id = ? ORDER BY id DESC',
    )
    this.#activeRules = rules(
      'INDEXED BY notification_rules_active WHERE active = 1 AND id > ? ORDER BY id LIMIT ?',
    )
    this.#crossingsOf = db
      .prepare(
        `SELECT ${CROSSING_COLUMNS} FROM crossings WHERE rule_id = ?
         ORDER BY resource_type, resource_id`,
      )
      .raw() as Statement<[number], CrossingRaw>
  }

  share(id: number): Share | null {
    return this.#shares.share(id)
  }

  shareByToken(token: string): Share | null {
    return this.#shares.byToken(token)
  }

  sharesOf(userId: number): readonly Share[] {
    return this.#shares.ofUser(userId)
  }

  preferences(userId: number): Preferences | null {
    return this.#preferences.preferences(userId)
  }

  filter(id: number): SavedFilter | null {
    return this.#preferences.filter(id)
  }

  filtersOf(userId: number): readonly SavedFilter[] {
    return this.#preferences.newestFilters(userId)
  }

  notification(id: number): Notification | null {
    return this.#notifications.notification(id)
  }

  /** Goes over all that a user has, at most a thousand: that gives the total as well. */
  notificationPage(filter: NotificationFilter, { skip, limit }: Window): Counted<Notification> {
    const rows: Notification[] = []
    let total = 0
    for (const raw of this.#candidates(filter)) {
      if (!isWanted(raw, filter)) continue
      if (total >= skip && rows.length < limit) rows.push(notificationOf(raw))
      total += 1
    }
    return { rows, total }
  }

  unreadCount(userId: number): number {
    return this.#unreadCount.get(userId) ?? 0
  }

  rule(id: number): NotificationRule | null {
    return this.#rules.rule(id)
  }

  rulesOf(userId: number): readonly NotificationRule[] {
    return this.#rulesOf.all(userId).map(ruleOf)
  }

  activeRules({ afterId, limit }: PageRequest): readonly NotificationRule[] {
    return this.#activeRules.all(afterId, limit).map(ruleOf)
  }

  crossingsOf(ruleId: number): readonly Crossing[] {
    return this.#crossingsOf.all(ruleId).map(crossingOf)
  }

  tidyWaits(before: Omit<TidyPersonalCommand, 'type' | 'rowsMax'>): boolean {
    return this.#tidy.waits({
      notificationsMs: before.notificationsBeforeMs,
      sharesMs: before.sharesBeforeMs,
      deliveriesMs: before.deliveriesBeforeMs,
      jobsMs: before.jobsBeforeMs,
    })
  }

  #candidates({ userId, isRead }: NotificationFilter): NotificationRaw[] {
    return (isRead === false ? this.#newestUnread : this.#newest).all(userId)
  }
}

function isWanted(raw: NotificationRaw, { isRead, severity }: NotificationFilter): boolean {
  const [said, readMs] = [raw[3], raw[8]]
  if (isRead !== null && isRead !== (readMs !== null)) return false
  return severity === null || notificationSeverities.codeOf(severity) === said
}
