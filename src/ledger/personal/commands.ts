// What can be asked of one's own things. Somebody else's is not found, but by an admin, who may revoke and delete.
import type { ResourceType } from '../regions/nouns.js'
import type { Crossing, NotificationRule } from './nouns.js'

/** Per user. */
export const SHARES_MAX = 1000
export const SAVED_FILTERS_MAX = 50
export const PREFERENCES_BYTES_MAX = 50 * 1024
export const CRITERIA_BYTES_MAX = 10 * 1024
export const RULES_MAX = 100
export const RULE_RESOURCES_MAX = 500
/** The oldest goes when there is one more. */
export const NOTIFICATIONS_MAX = 1000
export const SHARE_TTL_MS_MAX = 90 * 86_400_000
/** Of one `rules.review`, and of one `shares.viewed`. */
export const CROSSINGS_OF_REVIEW_MAX = 100
export const VIEWS_OF_COMMAND_MAX = 100

export type CreateShareCommand = {
  readonly type: 'share.create'
  readonly token: string
  readonly resourceType: ResourceType
  readonly resourceId: number
  readonly description: string | null
  /** Counts from the entry's time, at most SHARE_TTL_MS_MAX. */
  readonly ttlMs: number
}
/** It is gone with it. */
export type RevokeShareCommand = { readonly type: 'share.revoke'; readonly id: number }
/** Counted by the nodes that showed them. What is gone meanwhile is passed over; leaves no Change. */
export type SharesViewedCommand = {
  readonly type: 'shares.viewed'
  readonly views: readonly { readonly id: number; readonly count: number }[]
}

/** Merges objects into objects at any depth; arrays and plain values replace; null takes away. `patch`: a JSON object as text. */
export type MergePreferencesCommand = { readonly type: 'preferences.merge'; readonly patch: string }
/** With one more than SAVED_FILTERS_MAX the oldest goes. */
export type CreateFilterCommand = {
  readonly type: 'filter.create'
  readonly name: string
  readonly criteria: string
}
export type DeleteFilterCommand = { readonly type: 'filter.delete'; readonly id: number }

/** Said twice it changes nothing. */
export type ReadNotificationCommand = {
  readonly type: 'notification.read'
  readonly id: number
  readonly isRead: boolean
}
export type DeleteNotificationCommand = {
  readonly type: 'notification.delete'
  readonly id: number
}

type RuleFacts = Pick<
  NotificationRule,
  'name' | 'threshold' | 'resourceType' | 'resourceIds' | 'channels' | 'severity'
>
export type CreateRuleCommand = { readonly type: 'rule.create' } & RuleFacts
/** What is left out stays. Switched on again it tells of everything above its threshold anew. */
export type UpdateRuleCommand = {
  readonly type: 'rule.update'
  readonly id: number
  readonly set: Partial<RuleFacts> & { readonly isActive?: boolean }
}
export type DeleteRuleCommand = { readonly type: 'rule.delete'; readonly id: number }
/**
 * Proposed by the leader, which says where to look: the ledger decides by the utilization of now whether the rule is crossed, and
 * raises a notification or forgets the crossing. What changes nothing leaves nothing.
 */
export type ReviewRulesCommand = {
  readonly type: 'rules.review'
  readonly crossings: readonly Crossing[]
}

/** Proposed by the leader: what is too old goes, and what is left of users and rules that are gone; at most `rowsMax`, no Changes. */
export type TidyPersonalCommand = {
  readonly type: 'personal.tidy'
  readonly notificationsBeforeMs: number
  /** Shares that expired before. */
  readonly sharesBeforeMs: number
  readonly deliveriesBeforeMs: number
  /** Jobs that ended before. */
  readonly jobsBeforeMs: number
  readonly rowsMax: number
}

export type PersonalCommand =
  | CreateShareCommand
  | RevokeShareCommand
  | SharesViewedCommand
  | MergePreferencesCommand
  | CreateFilterCommand
  | DeleteFilterCommand
  | ReadNotificationCommand
  | DeleteNotificationCommand
  | CreateRuleCommand
  | UpdateRuleCommand
  | DeleteRuleCommand
  | ReviewRulesCommand
  | TidyPersonalCommand
