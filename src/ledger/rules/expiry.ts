// Time's own releases, a slice at a time: leases that are over, then holds, then reservations.
import { COMMAND_ROWS_MAX, type ExpireCommand } from '../commands.js'
import type { Allocation } from '../entities.js'
import { endAllocation, endHold } from './allocations.js'
import { checkRowsMax } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'
import { endOverdueBlock } from './deletions.js'
import { expireReservation } from './reservations.js'

/** Judged by the entry's time alone. A hold that begins in this slice is not over in it. */
export function decideExpire(context: CommandContext, command: ExpireCommand): Decision {
  const { rowsMax } = command
  const refused = checkRowsMax(rowsMax, COMMAND_ROWS_MAX)
  if (refused !== null) return refused
  const { rows, timeMs } = context
  // One more than may be written, to know whether another slice is due.
  const limit = rowsMax + 1
  const ends: (() => void)[] = []
  for (const lease of rows.expiredClaims(timeMs, limit)) ends.push(() => endLease(context, lease))
  if (ends.length < limit) {
    const holds = rows.endedHolds(timeMs, limit - ends.length)
    for (const hold of holds) ends.push(() => endHold(context, hold))
  }
  if (ends.length < limit) {
    const reservations = rows.dueReservations(timeMs, limit - ends.length)
    for (const one of reservations) ends.push(() => expireReservation(context, one))
  }
  const due = ends.length
  for (const end of ends.slice(0, rowsMax)) end()
  return answer({ type: 'slice', rows: Math.min(due, rowsMax), more: due > rowsMax })
}

/** One of a deleted pool that `sweep` has not come to was over before. */
function endLease(context: CommandContext, lease: Allocation): void {
  if (context.space.node(lease.networkId) === null) endOverdueBlock(context, lease)
  else endAllocation(context, lease, 'expired')
}
