// Applies a batch of committed entries to the rows, through the ledger, inside the caller's transaction.

import type { Ledger } from '../ledger/index.js'
import { assert, unreachable } from '../lib/index.js'
import type { ApplyEntry } from '../raft/index.js'
import { decodeRequest } from './codec/request-codec.js'
import type { SqliteRows } from './rows.js'
import type { AppliedRequest } from './types.js'

/** @returns what was decided, in log order. @throws when an entry cannot be read or the ledger finds a bug. */
export function applyEntries(
  entries: readonly ApplyEntry[],
  { rows, ledger }: { readonly rows: SqliteRows; readonly ledger: Ledger },
): AppliedRequest[] {
  const decided: AppliedRequest[] = []
  const { state } = rows
  for (const entry of entries) {
    assert(
      entry.index === state.appliedIndex + 1,
      `entry ${entry.index} does not follow the applied entry ${state.appliedIndex}`,
    )
    switch (entry.kind) {
      case 'command': {
        const request = decodeRequest(entry.data)
        const at = { revision: entry.index, timeMs: entry.timeMs }
        const outcome = ledger.execute(request, at)
        decided.push({ session: request.session, sequence: request.sequence, outcome })
        break
      }
      case 'membership':
        assert(entry.membership !== null, 'a membership entry comes with its configuration')
        state.membership = entry.membership
        break
      case 'empty':
        break
      default:
        unreachable(entry.kind, 'kind of entry')
    }
    state.appliedIndex = entry.index
    state.appliedTerm = entry.term
    state.appliedTimeMs = entry.timeMs
  }
  return decided
}
