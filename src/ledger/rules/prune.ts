// Forgetting what is older than its retention, a slice at a time: history first, then idempotency records.
import { isoTime } from '../changes/iso-time.js'
import { COMMAND_ROWS_MAX, type PruneCommand } from '../commands.js'
import { checkRowsMax } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'

/** `more` when the slice was full: what is left is found by the next one. */
export function decidePrune(context: CommandContext, command: PruneCommand): Decision {
  const { rowsMax, changesBeforeMs, idempotencyBeforeMs } = command
  const refused = checkRowsMax(rowsMax, COMMAND_ROWS_MAX)
  if (refused !== null) return refused
  const changes = context.rows.pruneChanges(changesBeforeMs, rowsMax)
  const keys =
    changes < rowsMax ? context.rows.pruneIdempotency(idempotencyBeforeMs, rowsMax - changes) : 0
  if (changes > 0) {
    const after = { changes, before: isoTime(changesBeforeMs) }
    context.record('history.pruned', 'cluster', context.state.cluster?.clusterId ?? 0, null, after)
  }
  return answer({ type: 'slice', rows: changes + keys, more: changes + keys === rowsMax })
}
