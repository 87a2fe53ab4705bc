// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function convertReservation(_context: CommandContext, _command: unknown): Decision {
  throw new Error('convertReservation is to be built')
}
