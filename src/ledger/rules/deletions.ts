// Pools that are deleted with more claims than one command may end: the rest wait for `sweep`, and are gone to readers.
import { assert } from '../../lib/index.js'
import type { Allocation, Deletion } from '../entities.js'
import { replaceAllocation } from './allocations.js'
import type { CommandContext } from './command-context.js'

/** Claims that a deletion ends itself: with its own rows it stays within what one command may write. */
export const ENDED_AT_ONCE_MAX = 900

/** The claims that are left of a deletion are ended by `sweep`. */
export function waitForSweep(context: CommandContext, deletion: Deletion): void {
  context.rows.saveDeletion(deletion)
  context.state.deletions.add(deletion)
}

/** In memory it went with its network. Its addresses are not held back: a hold ends with its network. */
export function endDeletedBlock(
  context: CommandContext,
  block: Allocation,
  { timeMs: releasedMs }: Deletion,
): void {
  const { revision } = context
  const after = { ...block, status: 'released', releasedMs, heldUntilMs: null, revision } as const
  replaceAllocation(context, 'allocation.released', block, after)
}

/** A lease of a deleted pool that runs out before `sweep` comes to it was over already. */
export function endOverdueBlock(context: CommandContext, block: Allocation): void {
  const deletion = context.state.deletions.ofNetwork(block.networkId)
  assert(deletion !== null, `live allocation ${block.id} lies in no network`)
  endDeletedBlock(context, block, deletion)
}
