// Rows of allocations: claims (live, or held back) in one table, those that are over in another.

import { type Allocation, addressToBytes } from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import type { Database, Statement } from '../open.js'
import {
  ALLOCATION_COLUMNS,
  type AllocationRaw,
  allocationOf,
  allocationToRaw,
} from './allocation-row.js'

const columns = ALLOCATION_COLUMNS.split(',')
const marks = columns.map(() => '?').join(', ')
const assignments = columns
  .slice(1)
  .map(column => `${column} = ?`)
  .join(',')

type Select<Parameters extends unknown[]> = Statement<Parameters, AllocationRaw>

export class ClaimRows {
  readonly #insertClaim: Statement
  readonly #insertLive: Statement
  readonly #insertBlock: Statement
  readonly #insertPast: Statement
  readonly #updateClaim: Statement
  readonly #updatePast: Statement
  readonly #deleteClaim: Statement<[number]>
  readonly #claim: Select<[number]>
  readonly #past: Select<[number]>
  readonly #claimsIn: Select<[number, Uint8Array, Uint8Array, number, Uint8Array, number]>
  readonly #liveBlocks: Select<[number, number]>
  readonly #highest: Select<[number]>
  readonly #expired: Select<[number, number]>
  readonly #endedHolds: Select<[number, number]>

  constructor(db: Database) {
    const select = <P extends unknown[]>(rest: string): Select<P> =>
      db.prepare<P, AllocationRaw>(`SELECT ${ALLOCATION_COLUMNS} FROM ${rest}`).raw() as Select<P>
    this.#insertClaim = db.prepare(`INSERT INTO claims VALUES (${marks})`)
    // The hot paths, with what is always so spelled out: each bound value costs.
    this.#insertLive = db.prepare(
      `INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, NULL, NULL, ?, NULL, NULL,
         NULL, NULL, NULL)`,
    )
    this.#insertBlock = db.prepare(
      `INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?, 2, ?, ?, ?, ?, 0, ?, ?, NULL, NULL, ?, ?, ?,
         NULL, NULL, NULL)`,
    )
    this.#insertPast = db.prepare(`INSERT INTO past_allocations VALUES (${marks})`)
    this.#updateClaim = db.prepare(`UPDATE claims SET ${assignments} WHERE id = ?`)
    this.#updatePast = db.prepare(`UPDATE past_allocations SET ${assignments} WHERE id = ?`)
    this.#deleteClaim = db.prepare('DELETE FROM claims WHERE id = ?')
    this.#claim = select('claims WHERE id = ?')
    this.#past = select('past_allocations WHERE id = ?')
    // Claims of one network never overlap one another: at most the one before the range's start reaches into it.
    this.#claimsIn = select(
      `claims INDEXED BY claims_by_address
       WHERE network_id = ? AND last >= ? AND first <= ? AND first >= coalesce(
         (SELECT first FROM claims INDEXED BY claims_by_address
          WHERE network_id = ? AND first <= ? ORDER BY first DESC LIMIT 1), zeroblob(0))
       ORDER BY first LIMIT ?`,
    )
    this.#liveBlocks = select(
      `claims INDEXED BY claims_by_block
       WHERE network_id = ? AND kind = 2 AND status = 0 ORDER BY block_id, id LIMIT ?`,
    )
    this.#highest = select(
      `claims INDEXED BY claims_by_address
       WHERE network_id = ? AND status = 0 ORDER BY first DESC LIMIT 1`,
    )
    this.#expired = select(
      'claims WHERE status = 0 AND expires_ms <= ? ORDER BY expires_ms, id LIMIT ?',
    )
    this.#endedHolds = select('claims WHERE held_until_ms <= ? ORDER BY held_until_ms, id LIMIT ?')
  }

  allocation(id: number): Allocation | null {
    const raw = this.#claim.get(id) ?? this.#past.get(id)
    return raw === undefined ? null : allocationOf(raw)
  }

  insert(allocation: Allocation): void {
    const raw = allocationToRaw(allocation)
    if (!isClaim(allocation)) this.#insertPast.run(...raw)
    else if (isPlain(allocation)) this.#insertPlain(raw)
    else if (isLiveBlock(allocation)) this.#insertOneBlock(raw)
    else this.#insertClaim.run(...raw)
  }

  /** @throws when there is no row of that id. */
  update(allocation: Allocation): void {
    const raw = allocationToRaw(allocation)
    const { id } = allocation
    const values = [...raw.slice(1), id]
    if (isClaim(allocation)) {
      assert(
        this.#updateClaim.run(...values).changes === 1,
        `allocation ${id} is no claim to replace`,
      )
    } else if (this.#deleteClaim.run(id).changes === 1) {
      this.#insertPast.run(...raw)
    } else {
      assert(
        this.#updatePast.run(...values).changes === 1,
        `allocation ${id} has no row to replace`,
      )
    }
  }

  claimsIn(networkId: number, first: bigint, last: bigint, limit: number): Allocation[] {
    const [from, to] = [addressToBytes(first), addressToBytes(last)]
    return this.#claimsIn.all(networkId, from, to, networkId, from, limit).map(allocationOf)
  }

  liveBlocks(networkId: number, limit: number): Allocation[] {
    return this.#liveBlocks.all(networkId, limit).map(allocationOf)
  }

  highestClaim(networkId: number): Allocation | null {
    const raw = this.#highest.get(networkId)
    return raw === undefined ? null : allocationOf(raw)
  }

  expiredClaims(timeMs: number, limit: number): Allocation[] {
    return this.#expired.all(timeMs, limit).map(allocationOf)
  }

  endedHolds(timeMs: number, limit: number): Allocation[] {
    return this.#endedHolds.all(timeMs, limit).map(allocationOf)
  }

  #insertPlain(raw: AllocationRaw): void {
    this.#insertLive.run(
      raw[0],
      raw[1],
      raw[2],
      raw[3],
      raw[4],
      raw[5],
      raw[6],
      raw[7],
      raw[8],
      raw[9],
      raw[10],
      raw[12],
      raw[13],
      raw[16],
    )
  }

  #insertOneBlock(raw: AllocationRaw): void {
    this.#insertBlock.run(
      raw[0],
      raw[1],
      raw[2],
      raw[3],
      raw[4],
      raw[5],
      raw[7],
      raw[8],
      raw[9],
      raw[10],
      raw[12],
      raw[13],
      raw[16],
      raw[17],
      raw[18],
    )
  }
}

function isClaim(allocation: Allocation): boolean {
  return allocation.status === 'allocated' || allocation.heldUntilMs !== null
}

/** Live, and with nothing that only few have. */
function isPlain(allocation: Allocation): boolean {
  return isBare(allocation) && allocation.blockId === null && allocation.owner === null
}

function isLiveBlock(allocation: Allocation): boolean {
  return isBare(allocation) && allocation.kind === 'block'
}

/** Live, and without details. */
function isBare({ releasedMs, heldUntilMs, details }: Allocation): boolean {
  return releasedMs === null && heldUntilMs === null && details === null
}
