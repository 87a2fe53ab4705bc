// What one has for oneself, webhooks' attempts and jobs go when they are too old or nobody's any more, a slice at a time.
import { COMMAND_ROWS_MAX } from '../commands.js'
import type { TidyPersonalCommand } from '../personal/commands.js'
import { checkRowsMax } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision } from './decision.js'

/** `more` when the slice was full: what is left is found by the next one. */
export function tidyPersonal(context: CommandContext, command: TidyPersonalCommand): Decision {
  const { rowsMax } = command
  const refused = checkRowsMax(rowsMax, COMMAND_ROWS_MAX)
  if (refused !== null) return refused
  const before = {
    notificationsMs: command.notificationsBeforeMs,
    sharesMs: command.sharesBeforeMs,
    deliveriesMs: command.deliveriesBeforeMs,
    jobsMs: command.jobsBeforeMs,
  }
  const rows = context.rows.personal.tidyPersonal(before, rowsMax)
  return answer({ type: 'slice', rows, more: rows === rowsMax })
}
