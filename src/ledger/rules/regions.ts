// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createRegion(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createRegion is to be built')
}
export function retireRegion(_context: CommandContext, _command: unknown): Decision {
  throw new Error('retireRegion is to be built')
}
export function updateRegion(_context: CommandContext, _command: unknown): Decision {
  throw new Error('updateRegion is to be built')
}
