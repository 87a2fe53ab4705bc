// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function tidyPersonal(_context: CommandContext, _command: unknown): Decision {
  throw new Error('tidyPersonal is to be built')
}
