// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createCountry(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createCountry is to be built')
}
export function deleteCountry(_context: CommandContext, _command: unknown): Decision {
  throw new Error('deleteCountry is to be built')
}
export function updateCountry(_context: CommandContext, _command: unknown): Decision {
  throw new Error('updateCountry is to be built')
}
