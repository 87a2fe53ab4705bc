// Pools that were deleted and whose claims are still being ended (`sweep`): few, and most of the time none.
import type { Deletion } from './entities.js'

export class DeletionTable {
  private readonly networks = new Map<number, Deletion>()
  private readonly numberPools = new Map<number, Deletion>()

  get size(): number {
    return this.networks.size + this.numberPools.size
  }

  ofNetwork(id: number): Deletion | null {
    return this.networks.get(id) ?? null
  }

  ofNumberPool(id: number): Deletion | null {
    return this.numberPools.get(id) ?? null
  }

  add(deletion: Deletion): void {
    if (deletion.kind === 'network') this.networks.set(deletion.networkId, deletion)
    else this.numberPools.set(deletion.pool.id, deletion)
  }

  delete(deletion: Deletion): void {
    if (deletion.kind === 'network') this.networks.delete(deletion.networkId)
    else this.numberPools.delete(deletion.pool.id)
  }
}
