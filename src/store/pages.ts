// Pages of rows in id order, each found by an index. Used on the main thread a page at a time, and by scans.
import type { Allocation, Network, NumberClaim, NumberKind, NumberPool } from '../ledger/index.js'
import { numberKinds } from './codec/name-codes.js'
import type { Database, Statement } from './open.js'
import type { AllocationFilter, PageRequest } from './reads.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from './tables/allocation-row.js'
import { type DeletedPools, deletedPoolsReader, withDeletion } from './tables/deletion-rows.js'
import { NETWORK_COLUMNS, type NetworkRaw, networkOf } from './tables/noun-rows.js'
import {
  liveNumberOf,
  NUMBER_COLUMNS,
  NUMBER_POOL_COLUMNS,
  type NumberPoolRaw,
  type NumberRaw,
  numberPoolOf,
} from './tables/number-rows.js'

const statuses = [0, 1, 2]
const KINDS = 4
/** Of a kind that is not asked for. */
const NO_KIND = -1

export class Pages {
  readonly #deleted: () => DeletedPools
  readonly #networks: Statement<[number, number, number], NetworkRaw>
  readonly #pools: Statement<[number, number], NetworkRaw>
  readonly #live: Statement<[number, number], AllocationRaw>
  readonly #liveNotDeleted: Statement<[number, number], AllocationRaw>
  readonly #liveOf: Statement<[number, number, number], AllocationRaw>
  readonly #all: Statement<[number, number, number], AllocationRaw>
  readonly #allOf: Statement<number[], AllocationRaw>
  readonly #blocks: Statement<[number, number, number], AllocationRaw>
  readonly #blockCount: Statement<[number], number>
  readonly #numberCount: Statement<[number], number>
  readonly #numberPools: Statement<number[], NumberPoolRaw>
  readonly #numbers: Statement<[number, number, number], NumberRaw>

  constructor(db: Database) {
    const prepare = <P extends unknown[], Row>(sql: string) =>
      db.prepare<P, Row>(sql).raw() as Statement<P, Row>
    const counted = (rows: string) =>
      db.prepare<[number], number>(`SELECT count(*) FROM ${rows}`).pluck() as Statement<
        [number],
        number
      >
    const claims = <P extends unknown[]>(sql: string) => prepare<P, AllocationRaw>(sql)
    const select = `SELECT ${ALLOCATION_COLUMNS} FROM`
    this.#deleted = deletedPoolsReader(db)
    this.#networks = prepare(
      `SELECT ${NETWORK_COLUMNS} FROM networks INDEXED BY networks_by_vrf
       WHERE vrf_id = ? AND id > ? ORDER BY id LIMIT ?`,
    )
    this.#pools = prepare(
      `SELECT ${NETWORK_COLUMNS} FROM networks INDEXED BY networks_by_pool
       WHERE pool_id > ? ORDER BY pool_id LIMIT ?`,
    )
    this.#live = claims(`${select} claims WHERE status = 0 AND id > ? ORDER BY id LIMIT ?`)
    this.#liveNotDeleted = claims(
      `${select} claims WHERE status = 0 AND id > ?
         AND network_id NOT IN (SELECT id FROM deletions WHERE kind = 0) ORDER BY id LIMIT ?`,
    )
    this.#liveOf = claims(
      `${select} claims INDEXED BY claims_by_network
       WHERE network_id = ? AND status = 0 AND id > ? ORDER BY id LIMIT ?`,
    )
    this.#all = claims(
      `${select} claims WHERE id > ?
       UNION ALL ${select} past_allocations WHERE id > ? ORDER BY id LIMIT ?`,
    )
    // One arm a status: each is in id order on the index, and SQLite merges them.
    const arms = statuses.map(
      status => `${select} claims INDEXED BY claims_by_network
        WHERE network_id = ? AND status = ${status} AND id > ?`,
    )
    arms.push(`${select} past_allocations INDEXED BY past_allocations_by_network
      WHERE network_id = ? AND id > ?`)
    this.#allOf = claims(`${arms.join(' UNION ALL ')} ORDER BY id LIMIT ?`)
    this.#blocks = claims(
      `${select} claims INDEXED BY claims_by_block
       WHERE network_id = ? AND kind = 2 AND status = 0 AND block_id > ? ORDER BY block_id LIMIT ?`,
    )
    this.#blockCount = counted(
      `claims INDEXED BY claims_by_block
       WHERE network_id = ? AND kind = 2 AND status = 0 AND block_id > 0`,
    )
    const kindArm = `SELECT ${NUMBER_POOL_COLUMNS} FROM number_pools INDEXED BY number_pools_by_kind
      WHERE kind = ? AND id > ?`
    this.#numberPools = prepare(
      `${Array(KINDS).fill(kindArm).join(' UNION ALL ')} ORDER BY id LIMIT ?`,
    )
    this.#numbers = prepare(
      `SELECT ${NUMBER_COLUMNS} FROM number_claims INDEXED BY number_claims_by_pool
       WHERE pool_id = ? AND id > ? ORDER BY id LIMIT ?`,
    )
    this.#numberCount = counted('number_claims INDEXED BY number_claims_by_pool WHERE pool_id = ?')
  }

  networks(vrfId: number, { afterId, limit }: PageRequest): Network[] {
    return this.#networks.all(vrfId, afterId, limit).map(networkOf)
  }

  /** In order of the pools' ids; the page goes by these. */
  pools({ afterId, limit }: PageRequest): Network[] {
    return this.#pools.all(afterId, limit).map(networkOf)
  }

  /** Claims of a network that was deleted count as released, though their rows still wait for `sweep`. */
  allocations({ networkId, ended }: AllocationFilter, page: PageRequest): Allocation[] {
    const { networks: deleted } = this.#deleted()
    if (ended) {
      const rows = this.#withEnded(networkId, page).map(allocationOf)
      return deleted.size === 0 ? rows : rows.map(row => withDeletion(row, deleted))
    }
    if (networkId === null) {
      const live = deleted.size === 0 ? this.#live : this.#liveNotDeleted
      return live.all(page.afterId, page.limit).map(allocationOf)
    }
    if (deleted.has(networkId)) return []
    return this.#liveOf.all(networkId, page.afterId, page.limit).map(allocationOf)
  }

  /** Live blocks of a pool; the page goes by their blockId. */
  blocks(networkId: number, { afterId, limit }: PageRequest): Allocation[] {
    if (this.#deleted().networks.has(networkId)) return []
    return this.#blocks.all(networkId, afterId, limit).map(allocationOf)
  }

  /** Goes over all of them. */
  blockCount(networkId: number): number {
    return this.#deleted().networks.has(networkId) ? 0 : (this.#blockCount.get(networkId) ?? 0)
  }

  numberPools(kinds: readonly NumberKind[], { afterId, limit }: PageRequest): NumberPool[] {
    const asked = [...new Set(kinds)].map(kind => numberKinds.codeOf(kind))
    const codes = Array.from({ length: KINDS }, (_, at) => asked[at] ?? NO_KIND)
    const parameters = codes.flatMap(code => [code, afterId])
    return this.#numberPools.all(...parameters, limit).map(numberPoolOf)
  }

  /** Live claims of a number pool. */
  numbers(poolId: number, { afterId, limit }: PageRequest): NumberClaim[] {
    if (this.#deleted().numberPools.has(poolId)) return []
    return this.#numbers.all(poolId, afterId, limit).map(liveNumberOf)
  }

  /** Goes over all of them. */
  numberCount(poolId: number): number {
    return this.#deleted().numberPools.has(poolId) ? 0 : (this.#numberCount.get(poolId) ?? 0)
  }

  #withEnded(networkId: number | null, { afterId, limit }: PageRequest): AllocationRaw[] {
    if (networkId === null) return this.#all.all(afterId, afterId, limit)
    const arm = [networkId, afterId]
    return this.#allOf.all(...arm, ...arm, ...arm, ...arm, limit)
  }
}
