// What the ledger answers about one's own things.
import type { ResourceType } from '../regions/nouns.js'
import type { Notification, NotificationRule, SavedFilter, Share } from './nouns.js'

export type PersonalRefusal =
  | {
      readonly code: 'personal-not-found'
      readonly noun: 'share' | 'filter' | 'notification' | 'rule' | 'webhook' | 'job'
      readonly id: number
    }
  /** What is to be shared or watched is not there. */
  | {
      readonly code: 'resource-not-found'
      readonly resourceType: ResourceType
      readonly id: number
    }
  | {
      readonly code: 'too-many-personal'
      readonly noun: 'shares' | 'rules' | 'webhooks' | 'jobs'
      readonly max: number
    }

export type PersonalResult =
  /** Without its token: whoever made it knows it. */
  | { readonly type: 'share'; readonly share: Omit<Share, 'token'> }
  | { readonly type: 'preferences'; readonly updatedMs: number }
  | { readonly type: 'filter'; readonly filter: SavedFilter }
  | { readonly type: 'notification'; readonly notification: Notification }
  | { readonly type: 'rule'; readonly rule: NotificationRule }
