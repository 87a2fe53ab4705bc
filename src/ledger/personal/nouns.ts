// What a user has for himself (document 001, 2 to 6): nobody else is shown it, but for what a link shares. Rows of a user who was
// deleted are his no more and go with `personal.tidy`.
import type { ResourceType } from '../regions/nouns.js'

/** A public link to one resource, read-only. */
export type Share = {
  readonly id: number
  /** What the link says; unique, 128 bits of chance or more. Never in Changes. */
  readonly token: string
  readonly resourceType: ResourceType
  readonly resourceId: number
  readonly description: string | null
  readonly userId: number
  /** His name then. */
  readonly username: string
  readonly viewCount: number
  readonly lastViewedMs: number | null
  readonly createdMs: number
  readonly expiresMs: number
  readonly revision: number
}

/** One JSON object of a user; what he has not set is not in it. */
export type Preferences = {
  readonly userId: number
  /** As JSON text. */
  readonly document: string
  readonly updatedMs: number
  readonly revision: number
}

export type SavedFilter = {
  readonly id: number
  readonly userId: number
  readonly name: string
  /** A JSON object as text. */
  readonly criteria: string
  readonly createdMs: number
}

export type NotificationSeverity = 'info' | 'warning' | 'critical'

export type Notification = {
  readonly id: number
  readonly userId: number
  /** Of the rule that raised it. */
  readonly ruleId: number
  readonly type: 'capacity_warning'
  readonly severity: NotificationSeverity
  readonly message: string
  readonly resourceType: ResourceType
  readonly resourceId: number
  readonly createdMs: number
  /** null: unread. */
  readonly readMs: number | null
  readonly revision: number
}

/** One notification for its user whenever a resource comes to the threshold, and none again before it was below. */
export type NotificationRule = {
  readonly id: number
  readonly userId: number
  readonly name: string
  /** Hundredths of a percent, 0 to 10000. */
  readonly threshold: number
  /** null: of both kinds. */
  readonly resourceType: 'country' | 'region' | null
  /** Empty: all. */
  readonly resourceIds: readonly number[]
  readonly channels: readonly 'in_app'[]
  readonly severity: NotificationSeverity
  readonly isActive: boolean
  readonly lastTriggeredMs: number | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly revision: number
}

/** A resource that is at or above a rule's threshold, told of already. */
export type Crossing = {
  readonly ruleId: number
  readonly resourceType: 'country' | 'region'
  readonly resourceId: number
}
