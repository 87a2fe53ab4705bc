// Rows of number pools and of the numbers that they handed out: live claims in one table, those that are over in another.
import type { NumberClaim, NumberPool } from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import { numberKinds } from '../codec/name-codes.js'
import { routeFormatOf } from '../codec/number-codec.js'
import type { Database, Statement } from '../open.js'

export const NUMBER_POOL_COLUMNS = `id, name, description, kind, format, administrator, range_start,
  range_end, created_ms, updated_ms, revision`
export const NUMBER_COLUMNS = 'id, pool_id, value, description, owner, allocated_ms, revision'

export type NumberPoolRaw = [
  id: number,
  name: string,
  description: string | null,
  kind: number,
  format: number | null,
  administrator: string | null,
  rangeStart: number,
  rangeEnd: number,
  createdMs: number,
  updatedMs: number,
  revision: number,
]
export type NumberRaw = [
  id: number,
  poolId: number,
  value: number,
  description: string | null,
  owner: string | null,
  allocatedMs: number,
  revision: number,
]

/** In id order. */
export function readNumberPools(db: Database): NumberPool[] {
  const sql = `SELECT ${NUMBER_POOL_COLUMNS} FROM number_pools ORDER BY id`
  return db.prepare<[], NumberPoolRaw>(sql).raw().all().map(numberPoolOf)
}

export function numberPoolOf(raw: NumberPoolRaw): NumberPool {
  return {
    id: raw[0],
    name: raw[1],
    description: raw[2],
    kind: numberKinds.nameOf(raw[3]),
    format: routeFormatOf(raw[4]),
    administrator: raw[5],
    rangeStart: raw[6],
    rangeEnd: raw[7],
    createdMs: raw[8],
    updatedMs: raw[9],
    revision: raw[10],
  }
}

/** A row of live claims. */
export function liveNumberOf(raw: NumberRaw): NumberClaim {
  const [id, poolId, value, description, owner, allocatedMs, revision] = raw
  const live = { status: 'allocated', releasedMs: null } as const
  return { id, poolId, value, description, owner, allocatedMs, ...live, revision }
}

export class NumberRows {
  readonly #putPool: Statement
  readonly #deletePool: Statement<[number]>
  readonly #insertLive: Statement
  readonly #insertPast: Statement
  readonly #updateLive: Statement
  readonly #deleteLive: Statement<[number]>
  readonly #live: Statement<[number, number], NumberRaw>
  readonly #liveOf: Statement<[number, number], NumberRaw>

  constructor(db: Database) {
    this.#putPool = db.prepare(
      `REPLACE INTO number_pools (${NUMBER_POOL_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#deletePool = db.prepare('DELETE FROM number_pools WHERE id = ?')
    this.#insertLive = db.prepare(
      `INSERT INTO number_claims (${NUMBER_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#insertPast = db.prepare(
      `INSERT INTO past_numbers (${NUMBER_COLUMNS}, released_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#updateLive = db.prepare(
      `UPDATE number_claims SET pool_id = ?, value = ?, description = ?, owner = ?,
         allocated_ms = ?, revision = ? WHERE id = ?`,
    )
    this.#deleteLive = db.prepare('DELETE FROM number_claims WHERE id = ?')
    const select = (rest: string) =>
      db
        .prepare<[number, number], NumberRaw>(`SELECT ${NUMBER_COLUMNS} FROM number_claims ${rest}`)
        .raw() as Statement<[number, number], NumberRaw>
    this.#live = select('INDEXED BY number_claims_by_value WHERE pool_id = ? AND value = ?')
    this.#liveOf = select('INDEXED BY number_claims_by_pool WHERE pool_id = ? ORDER BY id LIMIT ?')
  }

  savePool(pool: NumberPool): void {
    this.#putPool.run(
      pool.id,
      pool.name,
      pool.description,
      numberKinds.codeOf(pool.kind),
      pool.format,
      pool.administrator,
      pool.rangeStart,
      pool.rangeEnd,
      pool.createdMs,
      pool.updatedMs,
      pool.revision,
    )
  }

  deletePool(id: number): void {
    this.#deletePool.run(id)
  }

  claim(poolId: number, value: number): NumberClaim | null {
    const raw = this.#live.get(poolId, value)
    return raw === undefined ? null : liveNumberOf(raw)
  }

  claims(poolId: number, limit: number): NumberClaim[] {
    return this.#liveOf.all(poolId, limit).map(liveNumberOf)
  }

  insert(claim: NumberClaim): void {
    const { releasedMs } = claim
    if (releasedMs === null) this.#insertLive.run(...numberToRaw(claim))
    else this.#insertPast.run(...numberToRaw(claim), releasedMs)
  }

  /** @throws when there is no live row of that id: what is over never changes. */
  update(claim: NumberClaim): void {
    const { id, releasedMs } = claim
    const [, ...values] = numberToRaw(claim)
    const changed =
      releasedMs === null ? this.#updateLive.run(...values, id) : this.#deleteLive.run(id)
    assert(changed.changes === 1, `number ${id} has no live row to replace`)
    if (releasedMs !== null) this.#insertPast.run(id, ...values, releasedMs)
  }
}

function numberToRaw(claim: NumberClaim): NumberRaw {
  const { id, poolId, value, description, owner, allocatedMs, revision } = claim
  return [id, poolId, value, description, owner, allocatedMs, revision]
}
