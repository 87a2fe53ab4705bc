// Which free aligned block a pool hands out next, by its placement strategy.
import type { PlacementStrategy } from '../entities.js'
import type { EndedClaim } from '../ports.js'
import type { FreeSpace } from './free-space.js'

/**
 * Kept beside the free space of a network with a pool, as long as it has one. What it chooses is a function of what is
 * free and of the claims that ended, so that a node which was restarted chooses as one that was not.
 */
export interface BlockChoice {
  readonly strategy: PlacementStrategy
  /** Start of the free block of 2^sizeLog2 addresses, aligned to its own size; null when there is none. */
  choose(sizeLog2: number): bigint | null
  /** Say so before its addresses are freed. @returns how to take it back, to be called after they are taken again. */
  ended(claim: EndedClaim): () => void
  /** It watches the free space no longer. */
  close(): void
}

/** @param ended past claims of the network since its strategy was set, in (revision, id) order. */
export type MakeBlockChoice = (
  space: FreeSpace,
  strategy: PlacementStrategy,
  ended: Iterable<EndedClaim>,
) => BlockChoice
