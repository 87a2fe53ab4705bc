// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createRule(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createRule is to be built')
}
export function deleteRule(_context: CommandContext, _command: unknown): Decision {
  throw new Error('deleteRule is to be built')
}
export function reviewRules(_context: CommandContext, _command: unknown): Decision {
  throw new Error('reviewRules is to be built')
}
export function updateRule(_context: CommandContext, _command: unknown): Decision {
  throw new Error('updateRule is to be built')
}
