// How much of history and of idempotency records is kept: when pruning begins, and where it stops.

/** At most so many, and none that is older. */
export type Retention = { readonly keptMs: number; readonly rowsMax: number }

/** What there is. `oldestMs`: entry time of the oldest; null when there is none. */
export type Kept = { readonly count: number; readonly oldestMs: number | null }

/** Pruning begins so far above where it stops: it comes now and then with much to do, not with every write. */
const SLACK_PARTS = 100
const SLACK_MS_MAX = 3_600_000

/** Nothing is forgotten before its time, and there are never more than the limit for longer than until the next look. */
export function isOver({ count, oldestMs }: Kept, retention: Retention, nowMs: number): boolean {
  const { keptMs, rowsMax } = retention
  const slackMs = Math.min(SLACK_MS_MAX, keptMs / SLACK_PARTS)
  return count > rowsMax || (oldestMs !== null && oldestMs < nowMs - keptMs - slackMs)
}

/** Where pruning stops: older than `beforeMs` goes, and of the rest `rowsMax` stay. */
export function prunedTo(
  { keptMs, rowsMax }: Retention,
  nowMs: number,
): { readonly beforeMs: number; readonly rowsMax: number } {
  return {
    beforeMs: Math.max(0, nowMs - keptMs),
    rowsMax: rowsMax - Math.ceil(rowsMax / SLACK_PARTS),
  }
}
