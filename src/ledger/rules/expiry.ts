// Time's own releases, a slice at a time: leases that are over, then holds that are over.
import { COMMAND_ROWS_MAX, type ExpireCommand } from '../commands.js'
import type { Allocation } from '../entities.js'
import { endAllocation, endHold } from './allocations.js'
import { checkRowsMax } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { endOverdueBlock } from './deletions.js'

/** Judged by the entry's time alone. A hold that begins in this slice is not over in it. */
export function decideExpire(context: CommandContext, command: ExpireCommand): Decision {
  const { rowsMax } = command
  const refused = checkRowsMax(rowsMax, COMMAND_ROWS_MAX)
  if (refused !== null) return refused
  const { rows, timeMs } = context
  // One more than may be written, to know whether another slice is due.
  const leases = rows.expiredClaims(timeMs, rowsMax + 1)
  const holds = leases.length > rowsMax ? [] : rows.endedHolds(timeMs, rowsMax + 1 - leases.length)
  const due = leases.length + holds.length
  for (const lease of leases.slice(0, rowsMax)) endLease(context, lease)
  for (const hold of holds.slice(0, rowsMax - leases.length)) endHold(context, hold)
  return answer({ type: 'slice', rows: Math.min(due, rowsMax), more: due > rowsMax })
}

/** One of a deleted pool that `sweep` has not come to was over before. */
function endLease(context: CommandContext, lease: Allocation): void {
  if (context.space.node(lease.networkId) === null) endOverdueBlock(context, lease)
  else endAllocation(context, lease, 'expired')
}
