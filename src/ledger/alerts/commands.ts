// What the leader asks about alerts. It says where to look; the ledger decides what there is to see.

/** Networks and allocations of one review, both together. */
export const REVIEW_SUBJECTS_MAX = 400

/**
 * Raises, changes and resolves the alerts about these networks and allocations as they are now; what is gone has none. Deletes
 * those that were resolved before `forgetBeforeMs`, at most 100.
 */
export type ReviewAlertsCommand = {
  readonly type: 'alerts.review'
  readonly networkIds: readonly number[]
  readonly allocationIds: readonly number[]
  readonly forgetBeforeMs: number
}
/** A mail server has taken the alert's mail of that number. Said twice it changes nothing. */
export type AlertMailedCommand = {
  readonly type: 'alert.mailed'
  readonly id: number
  readonly number: number
}

export type AlertCommand = ReviewAlertsCommand | AlertMailedCommand
