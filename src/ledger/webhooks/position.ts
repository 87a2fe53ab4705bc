// Where a Change stands in history.

/** (revision, n) of a Change. */
export type HistoryPosition = { readonly revision: number; readonly n: number }

/** No entry has a Change behind it: none writes as many. */
export const LAST_OF_ENTRY = 4095

/** Below 0 when `a` is earlier, 0 when they are the same. */
export function comparePositions(a: HistoryPosition, b: HistoryPosition): number {
  return a.revision === b.revision ? a.n - b.n : a.revision - b.revision
}

/** Behind every Change of the entry. */
export function endOfEntry(revision: number): HistoryPosition {
  return { revision, n: LAST_OF_ENTRY }
}

export function laterPosition(a: HistoryPosition, b: HistoryPosition): HistoryPosition {
  return comparePositions(a, b) < 0 ? b : a
}
