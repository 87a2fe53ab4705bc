// The placement strategies the obvious way: every free aligned block of the size is looked at, address by address.
import type { PlacementStrategy } from '../../../src/ledger/entities.js'
import type { EndedClaim } from '../../../src/ledger/ports.js'
import type { FreeSpaceModel } from './model.js'

/** @param ended in any order. */
export function slowChoice(
  strategy: PlacementStrategy,
  model: FreeSpaceModel,
  ended: readonly EndedClaim[],
  sizeLog2: number,
): bigint | null {
  const blocks = model.blocks(sizeLog2)
  switch (strategy) {
    case 'first':
      return blocks[0] ?? null
    case 'last':
      return blocks.at(-1) ?? null
    case 'sparse': {
      const largest = model.largestBlockLog2()
      return largest < sizeLog2 ? null : (model.blocks(largest)[0] ?? null)
    }
    case 'best':
      return lowest(blocks, start => BigInt(maximalLog2(model, start, sizeLog2)))
    case 'least_recently_released':
      return lowest(blocks, start => ageOfBlock(ended, start, sizeLog2))
  }
}

/** The first of those with the least cost. */
function lowest(starts: readonly bigint[], cost: (start: bigint) => bigint): bigint | null {
  let best: { start: bigint; cost: bigint } | null = null
  for (const start of starts) {
    const own = cost(start)
    if (best === null || own < best.cost) best = { start, cost: own }
  }
  return best?.start ?? null
}

/** Exponent of the maximal free aligned block around a free one. */
function maximalLog2(model: FreeSpaceModel, start: bigint, sizeLog2: number): number {
  let exponent = sizeLog2
  for (;;) {
    const size = 1n << BigInt(exponent + 1)
    const first = start - (start % size)
    if (!model.isFree(first, first + size - 1n)) return exponent
    exponent++
  }
}

/** Revision, then id, of the claim on any of its addresses that ended last; 0 if none did. */
function ageOfBlock(ended: readonly EndedClaim[], start: bigint, sizeLog2: number): bigint {
  const last = start + (1n << BigInt(sizeLog2)) - 1n
  let age = 0n
  for (const claim of ended) {
    if (claim.last < start || last < claim.first) continue
    const own = BigInt(claim.revision) * 10n ** 15n + BigInt(claim.id)
    if (own > age) age = own
  }
  return age
}
