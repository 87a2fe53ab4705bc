// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createComment(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createComment is to be built')
}
