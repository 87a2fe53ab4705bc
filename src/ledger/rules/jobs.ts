// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function advanceJob(_context: CommandContext, _command: unknown): Decision {
  throw new Error('advanceJob is to be built')
}
export function applyTags(_context: CommandContext, _command: unknown): Decision {
  throw new Error('applyTags is to be built')
}
export function createTagJob(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createTagJob is to be built')
}
