// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function deleteNotification(_context: CommandContext, _command: unknown): Decision {
  throw new Error('deleteNotification is to be built')
}
export function readNotification(_context: CommandContext, _command: unknown): Decision {
  throw new Error('readNotification is to be built')
}
