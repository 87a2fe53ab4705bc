// Rebuilds the number spaces from rows when a node opens, in slices, O(n log n) in claims.
import { assert } from '../../lib/index.js'
import type { Deletion, NumberPool } from '../entities.js'
import { LoadSlice } from '../load-slice.js'
import type { LedgerImage } from '../ports.js'
import type { NumberSpaces } from './number-spaces.js'

/** Fills empty number spaces; yields after every slice. */
export function* loadNumberSpaces(
  spaces: NumberSpaces,
  image: Pick<LedgerImage, 'numberPools' | 'numberClaims' | 'deletions'>,
): Generator<void, void, void> {
  const slice = new LoadSlice()
  for (const pool of image.numberPools) {
    spaces.addPool(pool)
    if (slice.isFull()) yield
  }
  const deleted = deletedPools(image.deletions)
  for (const { id, poolId, value } of image.numberClaims()) {
    const pool = spaces.pool(poolId) ?? deleted.get(poolId)
    assert(pool !== undefined, `live number claim ${id} lies in no pool`)
    spaces.claim(pool, value)
    if (slice.isFull()) yield
  }
}

function deletedPools(deletions: readonly Deletion[]): ReadonlyMap<number, NumberPool> {
  const pools = new Map<number, NumberPool>()
  for (const deletion of deletions) {
    if (deletion.kind === 'number-pool') pools.set(deletion.pool.id, deletion.pool)
  }
  return pools
}
