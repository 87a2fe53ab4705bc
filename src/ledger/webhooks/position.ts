// Where a Change stands in history.

/** (revision, n) of a Change. */
export type HistoryPosition = { readonly revision: number; readonly n: number }

/** Below 0 when `a` is earlier, 0 when they are the same. */
export function comparePositions(a: HistoryPosition, b: HistoryPosition): number {
  return a.revision === b.revision ? a.n - b.n : a.revision - b.revision
}
