// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function countViews(_context: CommandContext, _command: unknown): Decision {
  throw new Error('countViews is to be built')
}
export function createShare(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createShare is to be built')
}
export function revokeShare(_context: CommandContext, _command: unknown): Decision {
  throw new Error('revokeShare is to be built')
}
