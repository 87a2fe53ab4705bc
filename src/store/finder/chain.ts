// The state's history as the finder follows it.
import type { Database, Statement } from '../open.js'
import type { ChangeRow } from '../reads.js'
import { changeOf } from '../tables/change-line.js'
import type { ChangeRaw } from '../tables/change-rows.js'

export type ChainEnds = {
  readonly cluster: string
  /** The last Change that was pruned; 0 when none was. */
  readonly anchorPosition: number
  readonly anchorHash: Uint8Array
  readonly headPosition: number
  readonly changeCount: number
  /** The last id given to an allocation. */
  readonly lastAllocationId: number
}

type EndsRaw = Omit<ChainEnds, 'cluster'> & { readonly cluster: string | null }

export class Chain {
  readonly #ends: Statement<[], EndsRaw>
  readonly #after: Statement<[number], ChangeRaw>
  readonly #at: Statement<[number], ChangeRaw>
  readonly #oldest: Statement<[number], ChangeRaw>

  constructor(db: Database) {
    this.#ends = db.prepare(
      `SELECT cluster, anchor_position AS anchorPosition, anchor_hash AS anchorHash,
         head_position AS headPosition, change_count AS changeCount,
         last_allocation_id AS lastAllocationId FROM state`,
    )
    this.#after = db.prepare('SELECT * FROM changes WHERE position > ? ORDER BY position')
    this.#at = db.prepare('SELECT * FROM changes WHERE position = ?')
    this.#oldest = db.prepare('SELECT * FROM changes WHERE position > ? ORDER BY position LIMIT 1')
  }

  ends(): ChainEnds {
    const raw = this.#ends.get()
    if (raw === undefined) throw new Error('The state has no row of its own.')
    const uuid = raw.cluster === null ? '' : String(JSON.parse(raw.cluster).clusterUuid)
    return { ...raw, cluster: uuid }
  }

  after(position: number): IterableIterator<ChangeRaw> {
    return this.#after.iterate(position)
  }

  at(position: number): ChangeRow | null {
    const raw = this.#at.get(position)
    return raw === undefined ? null : { ...changeOf(raw.line), hash: raw.hash }
  }

  /** Entry time of the oldest Change after a position; null when there is none. */
  oldestMs(position: number): number | null {
    const raw = this.#oldest.get(position)
    return raw === undefined ? null : changeOf(raw.line).timeMs
  }

  /** Whether the Change of that hash stands there, or stood there last of what was pruned. */
  has(position: number, hash: Uint8Array, ends: ChainEnds): boolean {
    const found = position === ends.anchorPosition ? ends.anchorHash : this.#at.get(position)?.hash
    return found !== undefined && Buffer.compare(found, hash) === 0
  }
}
