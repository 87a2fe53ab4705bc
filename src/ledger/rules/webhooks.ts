// To be built.
import type { CommandContext } from './command-context.js'
import type { Decision } from './decision.js'

export function createWebhook(_context: CommandContext, _command: unknown): Decision {
  throw new Error('createWebhook is to be built')
}
export function deleteWebhook(_context: CommandContext, _command: unknown): Decision {
  throw new Error('deleteWebhook is to be built')
}
export function recordDeliveries(_context: CommandContext, _command: unknown): Decision {
  throw new Error('recordDeliveries is to be built')
}
export function updateWebhook(_context: CommandContext, _command: unknown): Decision {
  throw new Error('updateWebhook is to be built')
}
