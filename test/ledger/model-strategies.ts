// Which free aligned block each placement strategy means, by looking at all of them.
import { type Allocation, type Network, networkSize } from '../../src/ledger/index.js'
import { isHeld, isLive, type ModelSpace } from './model-space.js'

type Block = { readonly first: bigint; readonly size: bigint }

/** @returns the start of the block of that size; null when there is none. */
export function chooseBlock(space: ModelSpace, network: Network, size: bigint): bigint | null {
  const free = new Set(space.freeForBlocks(network))
  const starts = (of: bigint) => freeStarts(free, of)
  switch (network.pool?.strategy ?? 'first') {
    case 'first':
      return starts(size)[0] ?? null
    case 'last':
      return starts(size).at(-1) ?? null
    case 'best':
      return lowest(
        maximal(starts, network)
          .filter(block => block.size >= size)
          .sort(bySize),
      )
    case 'sparse': {
      const [largest] = maximal(starts, network).sort((a, b) => bySize(b, a))
      return largest === undefined || largest.size < size ? null : largest.first
    }
    case 'least_recently_released':
      return leastRecent(starts(size), size, endedSince(space, network))
  }
}

/** Starts of the free aligned blocks of that size, ascending. */
function freeStarts(free: ReadonlySet<bigint>, size: bigint): bigint[] {
  return [...free].filter(start => {
    if (start % size !== 0n) return false
    for (let at = start; at < start + size; at += 1n) if (!free.has(at)) return false
    return true
  })
}

/** Free aligned blocks that lie in no larger one, ascending by address. */
function maximal(starts: (size: bigint) => bigint[], network: Network): Block[] {
  const found: Block[] = []
  for (let size = networkSize(network); size > 0n; size /= 2n) {
    for (const first of starts(size)) {
      const inside = found.some(block => block.first <= first && first < block.first + block.size)
      if (!inside) found.push({ first, size })
    }
  }
  return found.sort((a, b) => (a.first < b.first ? -1 : 1))
}

/** Sorting is stable: among equals the lowest address stays first. */
function bySize(a: Block, b: Block): number {
  return a.size === b.size ? 0 : a.size < b.size ? -1 : 1
}

function lowest([block]: readonly Block[]): bigint | null {
  return block?.first ?? null
}

function endedSince(space: ModelSpace, network: Network): Allocation[] {
  return space.allocations
    .filter(claim => claim.networkId === network.id && !isLive(claim) && !isHeld(claim))
    .filter(claim => claim.revision >= (network.pool?.strategyRevision ?? 0))
    .sort((a, b) => a.revision - b.revision || a.id - b.id)
}

/** @param ended from the first to the last that ended. */
function leastRecent(starts: bigint[], size: bigint, ended: readonly Allocation[]): bigint | null {
  const age = (first: bigint) =>
    ended.findLastIndex(claim => claim.first < first + size && first <= claim.last)
  return [...starts].sort((a, b) => age(a) - age(b))[0] ?? null
}
