// Rows of pools that were deleted and whose claims are still being ended: none but for a moment after a large one went.
import type { Allocation, Deletion } from '../../ledger/index.js'
import { assert, unreachable } from '../../lib/index.js'
import { Fields } from '../codec/fields.js'
import { encodeNumberPool, readNumberPool } from '../codec/number-codec.js'
import type { Database, Statement } from '../open.js'

export const DELETION_COLUMNS = 'kind, id, revision, time_ms, number_pool'

const NETWORK = 0
const NUMBER_POOL = 1
/** As a limit. */
const ALL_ROWS = -1

type DeletionRaw = [
  kind: number,
  id: number,
  revision: number,
  timeMs: number,
  numberPool: string | null,
]

/** All of them, in (revision, kind, id) order. */
export function readDeletions(db: Database): Deletion[] {
  return selectDeletions(db).all(ALL_ROWS).map(deletionOf)
}

/** Deletions as what reads need of them: id of the network or pool → entry time of its deletion. */
export type DeletedPools = {
  readonly networks: ReadonlyMap<number, number>
  readonly numberPools: ReadonlyMap<number, number>
}

export class DeletionRows {
  readonly #put: Statement<DeletionRaw>
  readonly #delete: Statement<[number, number]>
  readonly #select: Statement<[number], DeletionRaw>

  constructor(db: Database) {
    this.#put = db.prepare(`REPLACE INTO deletions (${DELETION_COLUMNS}) VALUES (?, ?, ?, ?, ?)`)
    this.#delete = db.prepare('DELETE FROM deletions WHERE kind = ? AND id = ?')
    this.#select = selectDeletions(db)
  }

  save(deletion: Deletion): void {
    this.#put.run(...deletionToRaw(deletion))
  }

  end(deletion: Deletion): void {
    const [kind, id] = deletionToRaw(deletion)
    this.#delete.run(kind, id)
  }

  deletions(limit: number): Deletion[] {
    return this.#select.all(limit).map(deletionOf)
  }
}

/** Gives the deletions under way as the connection sees them. */
export function deletedPoolsReader(db: Database): () => DeletedPools {
  const select = selectDeletions(db)
  return () => {
    const networks = new Map<number, number>()
    const numberPools = new Map<number, number>()
    for (const [kind, id, , timeMs] of select.all(ALL_ROWS)) {
      if (kind === NETWORK) networks.set(id, timeMs)
      else numberPools.set(id, timeMs)
    }
    return { networks, numberPools }
  }
}

/** A claim as everybody sees it: released with its network. @param deleted network id → when it was deleted */
export function withDeletion(row: Allocation, deleted: ReadonlyMap<number, number>): Allocation {
  const releasedMs = row.status === 'allocated' ? deleted.get(row.networkId) : undefined
  return releasedMs === undefined ? row : { ...row, status: 'released', releasedMs }
}

function selectDeletions(db: Database): Statement<[number], DeletionRaw> {
  return db
    .prepare<[number], DeletionRaw>(
      `SELECT ${DELETION_COLUMNS} FROM deletions INDEXED BY deletions_by_revision
       WHERE revision >= 0 ORDER BY revision, kind, id LIMIT ?`,
    )
    .raw() as Statement<[number], DeletionRaw>
}

function deletionOf([kind, id, revision, timeMs, numberPool]: DeletionRaw): Deletion {
  if (kind === NETWORK) return { timeMs, revision, kind: 'network', networkId: id }
  assert(kind === NUMBER_POOL && numberPool !== null, `deletion of ${id} is of a network or pool`)
  const fields = new Fields(JSON.parse(numberPool), 'A deleted number pool')
  const pool = readNumberPool(fields)
  fields.end()
  return { timeMs, revision, kind: 'number-pool', pool }
}

function deletionToRaw(deletion: Deletion): DeletionRaw {
  const { kind, revision, timeMs } = deletion
  switch (kind) {
    case 'network':
      return [NETWORK, deletion.networkId, revision, timeMs, null]
    case 'number-pool': {
      const { pool } = deletion
      return [NUMBER_POOL, pool.id, revision, timeMs, JSON.stringify(encodeNumberPool(pool))]
    }
    default:
      return unreachable(deletion, 'deletion')
  }
}
