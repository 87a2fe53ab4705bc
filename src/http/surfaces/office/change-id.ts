// The one number by which document 004 names a line of history.
import type { Change } from '../../../ledger/index.js'

/** More than one entry of the log writes; revisions below 2^41 keep every digit. */
const CHANGES_OF_ENTRY_MAX = 4096

/** Unique, and later for what came later. */
export function changeId({ revision, n }: Pick<Change, 'revision' | 'n'>): number {
  return revision * CHANGES_OF_ENTRY_MAX + n
}
