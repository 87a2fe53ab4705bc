// Forgetting what is older than its retention or more than its limit, a slice at a time: history first, then
// idempotency records.
import { isoTime } from '../changes/iso-time.js'
import { COMMAND_ROWS_MAX, type PruneCommand } from '../commands.js'
import { checkRowsKept, checkRowsMax } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'

/** `more` when the slice was full: what is left is found by the next one. */
export function decidePrune(context: CommandContext, command: PruneCommand): Decision {
  const { rowsMax, changesMax, idempotencyMax } = command
  const refused =
    checkRowsMax(rowsMax, COMMAND_ROWS_MAX) ??
    checkRowsKept('changesMax', changesMax) ??
    checkRowsKept('idempotencyMax', idempotencyMax)
  if (refused !== null) return refused
  const { rows } = context
  const changes = rows.pruneChanges({
    beforeMs: command.changesBeforeMs,
    excess: excessOf(rows.changeCount(), changesMax),
    limit: rowsMax,
  })
  const keys = rows.pruneIdempotency({
    beforeMs: command.idempotencyBeforeMs,
    excess: excessOf(rows.idempotencyCount(), idempotencyMax),
    limit: rowsMax - changes,
  })
  if (changes > 0) {
    const after = {
      changes,
      before: isoTime(command.changesBeforeMs),
      ...(changesMax === null ? {} : { kept_max: changesMax }),
    }
    context.record('history.pruned', 'cluster', context.state.cluster?.clusterId ?? 0, null, after)
  }
  return answer({ type: 'slice', rows: changes + keys, more: changes + keys === rowsMax })
}

function excessOf(count: number, keptMax: number | null): number {
  return keptMax === null ? 0 : Math.max(0, count - keptMax)
}
