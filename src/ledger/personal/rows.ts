// What the ledger asks of the rows of one's own things. Lists in id order.
import type {
  Crossing,
  Notification,
  NotificationRule,
  Preferences,
  SavedFilter,
  Share,
} from './nouns.js'

export interface PersonalRows {
  share(id: number): Share | null
  shareByToken(token: string): Share | null
  /** Adds or replaces the row of that id. */
  saveShare(share: Share): void
  deleteShare(id: number): void
  shareCount(userId: number): number

  preferences(userId: number): Preferences | null
  savePreferences(preferences: Preferences): void

  filter(id: number): SavedFilter | null
  filters(userId: number, limit: number): SavedFilter[]
  insertFilter(filter: SavedFilter): void
  deleteFilter(id: number): void

  notification(id: number): Notification | null
  saveNotification(notification: Notification): void
  deleteNotification(id: number): void
  notificationCount(userId: number): number
  oldestNotification(userId: number): Notification | null

  rule(id: number): NotificationRule | null
  saveRule(rule: NotificationRule): void
  /** Its crossings, of which there may be many, go with `personal.tidy`. */
  deleteRule(id: number): void
  ruleCount(userId: number): number
  hasCrossing(crossing: Crossing): boolean
  addCrossing(crossing: Crossing): void
  endCrossing(crossing: Crossing): void
  /** All of a rule. */
  endCrossings(ruleId: number): void

  /** Deletes the oldest rows as `personal.tidy` says, of webhooks and jobs too, at most `limit`; returns how many. */
  tidyPersonal(
    before: {
      readonly notificationsMs: number
      readonly sharesMs: number
      readonly deliveriesMs: number
      readonly jobsMs: number
    },
    limit: number,
  ): number
}
