// What is left of deleted pools is ended a slice at a time.
import { COMMAND_ROWS_MAX, type SweepCommand } from '../commands.js'
import type { Deletion } from '../entities.js'
import { checkRowsMax } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { endDeletedBlock } from './deletions.js'
import { endNumber } from './number-claims.js'

/** The oldest deletions first. A deletion that has come to its end is a row too. */
export function decideSweep(context: CommandContext, { rowsMax }: SweepCommand): Decision {
  const refused = checkRowsMax(rowsMax, COMMAND_ROWS_MAX)
  if (refused !== null) return refused
  const { rows, state } = context
  let left = rowsMax
  for (const deletion of rows.deletions(rowsMax)) {
    left -= endClaims(context, deletion, left)
    if (left === 0) break
    rows.endDeletion(deletion)
    state.deletions.delete(deletion)
    left -= 1
    if (left === 0) break
  }
  return answer({ type: 'slice', rows: rowsMax - left, more: state.deletions.size > 0 })
}

/** @returns how many were ended, at most `limit`. */
function endClaims(context: CommandContext, deletion: Deletion, limit: number): number {
  const { rows } = context
  if (deletion.kind === 'network') {
    const blocks = rows.liveBlocks(deletion.networkId, limit)
    for (const block of blocks) endDeletedBlock(context, block, deletion)
    return blocks.length
  }
  const claims = rows.numberClaims(deletion.pool.id, limit)
  for (const claim of claims) endNumber(context, claim, deletion.pool, deletion.timeMs)
  return claims.length
}
