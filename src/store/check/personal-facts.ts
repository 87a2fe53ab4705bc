// What rows of one's own things must have in common with their images in history. Views of shares are in no Change, and not compared.
// What goes with its user, and only the user's end is in history, may be gone.
import type {
  Notification,
  NotificationRule,
  Preferences,
  SavedFilter,
  Share,
} from '../../ledger/index.js'
import type { Database } from '../open.js'
import { NotificationRows } from '../tables/notification-rows.js'
import { PreferenceRows } from '../tables/preference-rows.js'
import { RuleRows } from '../tables/rule-rows.js'
import { ShareRows } from '../tables/share-rows.js'
import { readState } from '../tables/state-row.js'
import type { Facts, KindOfRow } from './row-facts.js'

type PersonalEntity = 'share' | 'preferences' | 'filter' | 'notification' | 'rule'

export function personalRows(db: Database): Readonly<Record<PersonalEntity, KindOfRow>> {
  const [preferences, rules] = [new PreferenceRows(db), new RuleRows(db)]
  const [shares, notifications] = [new ShareRows(db), new NotificationRows(db)]
  const { appliedTimeMs } = readState(db)
  const user = db.prepare<[unknown], unknown>('SELECT 1 FROM users WHERE id = ?')
  const hasNoUser = ({ user_id }: Facts) => user.get(user_id) === undefined
  const isOver = ({ expires_at }: Facts) => Date.parse(String(expires_at)) <= appliedTimeMs
  return {
    share: {
      facts: id => factsOf(shares.share(id), shareFacts),
      count: () => countOf(db, 'shares'),
      mayBeGone: image => isOver(image) || hasNoUser(image),
    },
    preferences: {
      facts: id => factsOf(preferences.preferences(id), preferencesFacts),
      count: () => countOf(db, 'preferences'),
      mayBeGone: hasNoUser,
    },
    filter: {
      facts: id => factsOf(preferences.filter(id), filterFacts),
      count: () => countOf(db, 'saved_filters'),
      mayBeGone: hasNoUser,
    },
    notification: {
      facts: id => factsOf(notifications.notification(id), notificationFacts),
      count: () => countOf(db, 'notifications'),
      // How old one may become is no part of the state.
      mayBeGone: () => true,
    },
    rule: {
      facts: id => factsOf(rules.rule(id), ruleFacts),
      count: () => countOf(db, 'notification_rules'),
      mayBeGone: hasNoUser,
    },
  }
}

function factsOf<Row>(row: Row | null, facts: (row: Row) => Facts): Facts | null {
  return row === null ? null : facts(row)
}

function shareFacts({ userId, username, description, revision, ...share }: Share): Facts {
  const about = { resource_type: share.resourceType, resource_id: share.resourceId, description }
  return { ...about, user_id: userId, username, revision }
}

function preferencesFacts({ userId, document, revision }: Preferences): Facts {
  return { user_id: userId, bytes: Buffer.byteLength(document), revision }
}

function filterFacts({ userId, name, criteria }: SavedFilter): Facts {
  return { user_id: userId, name, criteria_bytes: Buffer.byteLength(criteria) }
}

function notificationFacts({ userId, ruleId, severity, message, revision, ...row }: Notification) {
  const about = { resource_type: row.resourceType, resource_id: row.resourceId }
  return { user_id: userId, rule_id: ruleId, severity, message, ...about, revision }
}

function ruleFacts({ userId, name, threshold, channels, severity, ...rule }: NotificationRule) {
  const resource_ids = rule.resourceIds.map(String)
  const watched = { threshold, resource_type: rule.resourceType, resource_ids }
  const { isActive: is_active, revision } = rule
  return { user_id: userId, name, ...watched, channels, severity, is_active, revision }
}

function countOf(db: Database, table: string): number {
  return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
}
