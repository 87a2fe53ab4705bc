// Pages of rows in id order, each found by an index. Used on the main thread a page at a time, and by scans.
import type { Allocation, Network } from '../ledger/index.js'
import type { Database, Statement } from './open.js'
import type { AllocationFilter, PageRequest } from './reads.js'
import { ALLOCATION_COLUMNS, type AllocationRaw, allocationOf } from './tables/allocation-row.js'
import { NETWORK_COLUMNS, type NetworkRaw, networkOf } from './tables/noun-rows.js'

const statuses = [0, 1, 2]

export class Pages {
  readonly #networks: Statement<[number, number, number], NetworkRaw>
  readonly #live: Statement<[number, number], AllocationRaw>
  readonly #liveOf: Statement<[number, number, number], AllocationRaw>
  readonly #all: Statement<[number, number, number], AllocationRaw>
  readonly #allOf: Statement<number[], AllocationRaw>

  constructor(db: Database) {
    const select = `SELECT ${ALLOCATION_COLUMNS} FROM`
    const prepare = <P extends unknown[]>(sql: string) =>
      db.prepare<P, AllocationRaw>(sql).raw() as Statement<P, AllocationRaw>
    this.#networks = db
      .prepare<[number, number, number], NetworkRaw>(
        `SELECT ${NETWORK_COLUMNS} FROM networks INDEXED BY networks_by_vrf
         WHERE vrf_id = ? AND id > ? ORDER BY id LIMIT ?`,
      )
      .raw() as Statement<[number, number, number], NetworkRaw>
    this.#live = prepare(`${select} claims WHERE status = 0 AND id > ? ORDER BY id LIMIT ?`)
    this.#liveOf = prepare(
      `${select} claims INDEXED BY claims_by_network
       WHERE network_id = ? AND status = 0 AND id > ? ORDER BY id LIMIT ?`,
    )
    this.#all = prepare(
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
    this.#allOf = prepare(`${arms.join(' UNION ALL ')} ORDER BY id LIMIT ?`)
  }

  networks(vrfId: number, { afterId, limit }: PageRequest): Network[] {
    return this.#networks.all(vrfId, afterId, limit).map(networkOf)
  }

  allocations({ networkId, ended }: AllocationFilter, page: PageRequest): Allocation[] {
    return this.#select(networkId, ended, page).map(allocationOf)
  }

  #select(networkId: number | null, ended: boolean, page: PageRequest): AllocationRaw[] {
    const { afterId, limit } = page
    if (networkId === null) {
      return ended ? this.#all.all(afterId, afterId, limit) : this.#live.all(afterId, limit)
    }
    if (!ended) return this.#liveOf.all(networkId, afterId, limit)
    const arm = [networkId, afterId]
    return this.#allOf.all(...arm, ...arm, ...arm, ...arm, limit)
  }
}
