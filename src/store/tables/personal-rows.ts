// PersonalRows on SQLite: each kind of thing has a file of its own beside this one.
import type {
  Crossing,
  Notification,
  NotificationRule,
  PersonalRows,
  Preferences,
  SavedFilter,
  Share,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import type { SqliteJobRows } from './job-rows.js'
import { NotificationRows } from './notification-rows.js'
import { PersonalTidy } from './personal-tidy.js'
import { PreferenceRows } from './preference-rows.js'
import { RuleRows } from './rule-rows.js'
import { ShareRows } from './share-rows.js'
import type { SqliteWebhookRows } from './webhook-rows.js'

export class SqlitePersonalRows implements PersonalRows {
  readonly #shares: ShareRows
  readonly #preferences: PreferenceRows
  readonly #notifications: NotificationRows
  readonly #rules: RuleRows
  readonly #tidy: PersonalTidy

  /** @param others whose old rows go with these */
  constructor(
    db: Database,
    others: { readonly webhooks: SqliteWebhookRows; readonly jobs: SqliteJobRows },
  ) {
    this.#shares = new ShareRows(db)
    this.#preferences = new PreferenceRows(db)
    this.#notifications = new NotificationRows(db)
    this.#rules = new RuleRows(db)
    this.#tidy = new PersonalTidy(db, others)
  }

  share(id: number): Share | null {
    return this.#shares.share(id)
  }

  shareByToken(token: string): Share | null {
    return this.#shares.byToken(token)
  }

  saveShare(share: Share): void {
    this.#shares.save(share)
  }

  deleteShare(id: number): void {
    this.#shares.delete(id)
  }

  shareCount(userId: number): number {
    return this.#shares.count(userId)
  }

  preferences(userId: number): Preferences | null {
    return this.#preferences.preferences(userId)
  }

  savePreferences(preferences: Preferences): void {
    this.#preferences.save(preferences)
  }

  filter(id: number): SavedFilter | null {
    return this.#preferences.filter(id)
  }

  filters(userId: number, limit: number): SavedFilter[] {
    return this.#preferences.oldestFilters(userId, limit)
  }

  insertFilter(filter: SavedFilter): void {
    this.#preferences.insertFilter(filter)
  }

  deleteFilter(id: number): void {
    this.#preferences.deleteFilter(id)
  }

  notification(id: number): Notification | null {
    return this.#notifications.notification(id)
  }

  saveNotification(notification: Notification): void {
    this.#notifications.save(notification)
  }

  deleteNotification(id: number): void {
    this.#notifications.delete(id)
  }

  notificationCount(userId: number): number {
    return this.#notifications.count(userId)
  }

  oldestNotification(userId: number): Notification | null {
    return this.#notifications.oldest(userId)
  }

  rule(id: number): NotificationRule | null {
    return this.#rules.rule(id)
  }

  saveRule(rule: NotificationRule): void {
    this.#rules.save(rule)
  }

  deleteRule(id: number): void {
    this.#rules.delete(id)
  }

  ruleCount(userId: number): number {
    return this.#rules.count(userId)
  }

  hasCrossing(crossing: Crossing): boolean {
    return this.#rules.hasCrossing(crossing)
  }

  addCrossing(crossing: Crossing): void {
    this.#rules.addCrossing(crossing)
  }

  endCrossing(crossing: Crossing): void {
    this.#rules.endCrossing(crossing)
  }

  endCrossings(ruleId: number): void {
    this.#rules.endCrossings(ruleId)
  }

  tidyPersonal(before: Parameters<PersonalRows['tidyPersonal']>[0], limit: number): number {
    return this.#tidy.tidy(before, limit)
  }
}
