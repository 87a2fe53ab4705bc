// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function mergePreferences(_context: CommandContext, _command: unknown): Decision {
  throw new Error('mergePreferences is to be built')
}
