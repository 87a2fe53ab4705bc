// Where a watch begins: from a revision on, exactly after an event, or from now.

import type { ChangePosition } from '../../store/index.js'
import { ApiError, invalid } from '../api-error.js'
import type { App } from '../app.js'

/** As `n`: after all Changes of that revision. */
export const WHOLE_REVISION = Number.MAX_SAFE_INTEGER

export type WatchStart = {
  /** First revision wanted, inclusive. */
  readonly from: number | undefined
  /** `revision.n` of the last event seen; it wins over `from`, as a reconnecting browser sends both. */
  readonly after: string | undefined
}

/** @returns the position after which events are due. @throws ApiError 400, and 410 when history no longer reaches back there */
export function startPosition(app: App, start: WatchStart): ChangePosition {
  const position = positionOf(app, start)
  requireKept(app, position)
  return position
}

function positionOf(app: App, { from, after }: WatchStart): ChangePosition {
  if (after !== undefined) {
    const [, revision, n] = /^(\d{1,15})\.(\d{1,9})$/.exec(after) ?? []
    if (revision === undefined || n === undefined)
      throw invalid('Last-Event-ID', after, 'it must be the id of an event, revision.n')
    return { revision: Number(revision), n: Number(n) }
  }
  if (from !== undefined) return { revision: from, n: -1 }
  return { revision: app.store.appliedIndex(), n: WHOLE_REVISION }
}

/** @throws ApiError 410 when Changes after the position have been pruned */
export function requireKept(app: App, position: ChangePosition): void {
  const oldest = app.store.reads.oldestRevision()
  const firstWanted = position.n === WHOLE_REVISION ? position.revision + 1 : position.revision
  if (firstWanted >= oldest) return
  throw new ApiError(
    410,
    'history-pruned',
    `Changes before revision ${oldest} are no longer kept; read the current state and watch from there.`,
    { oldest_revision: oldest },
  )
}

export function isAfter(left: ChangePosition, right: ChangePosition): boolean {
  return left.revision > right.revision || (left.revision === right.revision && left.n > right.n)
}
