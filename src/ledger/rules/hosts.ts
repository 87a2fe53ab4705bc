// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createHosts(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createHosts is to be built')
}
export function updateHost(_context: CommandContext, _command: unknown): Decision {
  throw new Error('updateHost is to be built')
}
