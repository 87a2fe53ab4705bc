// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createFilter(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createFilter is to be built')
}
export function deleteFilter(_context: CommandContext, _command: unknown): Decision {
  throw new Error('deleteFilter is to be built')
}
