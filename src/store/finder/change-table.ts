// Writes history into the finder's tables: what Changes are found by, which addresses they were about, and how many
// claims began and ended on each day.
import { type Change, type Image, parseAddress } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { positionOf } from '../tables/change-line.js'
import { DEFAULT_VRF } from './occupant.js'
import { addressPlace, type OccupantRows, type Place } from './occupant-rows.js'
import { RegionDayTable } from './region-day-table.js'

const DAY_MS = 86_400_000

export class ChangeTable {
  readonly #rows: OccupantRows
  readonly #insert: Statement
  readonly #insertPlace: Statement
  readonly #insertName: Statement<[string]>
  readonly #code: Statement<[string], number>
  readonly #codes = new Map<string, number>()
  readonly #count: Statement<[number, number, number, number]>
  readonly #prune: readonly Statement<[number, number]>[]
  readonly #pruneDays: Statement<[number]>
  readonly #regionDays: RegionDayTable

  /** @param rows of the state, which are asked where an allocation lay */
  constructor(db: Database, rows: OccupantRows) {
    this.#rows = rows
    this.#insert = db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?)')
    this.#insertPlace = db.prepare('INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?)')
    this.#insertName = db.prepare('INSERT OR IGNORE INTO names (name) VALUES (?)')
    this.#code = db.prepare('SELECT code FROM names WHERE name = ?').pluck() as Statement<
      [string],
      number
    >
    this.#count = db.prepare(
      `INSERT INTO days VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET allocated = allocated + excluded.allocated, released = released + excluded.released`,
    )
    this.#prune = ['audit', 'places'].map(table =>
      db.prepare(`DELETE FROM ${table} WHERE position <= ? ORDER BY position LIMIT ?`),
    )
    this.#regionDays = new RegionDayTable(db)
    this.#pruneDays = db.prepare('DELETE FROM days WHERE day < ?')
  }

  /** One that is not there yet. */
  add(change: Change): void {
    const { action, entity, timeMs, origin } = change
    const position = positionOf(change)
    const codes = [this.#codeOf(action), this.#codeOf(entity)]
    this.#insert.run(position, origin.userId ?? null, ...codes, timeMs)
    for (const { spanClass: at, first, last } of this.#placesOf(change)) {
      this.#insertPlace.run(at, first, position, last)
    }
    this.#countDay(change)
    this.#regionDays.add(change)
  }

  /** Forgets what history has forgotten, at most `limit` of each table. @returns whether that was all */
  prune(position: number, limit: number): boolean {
    return this.#prune.every(statement => statement.run(position, limit).changes < limit)
  }

  /** Days that history reaches back to no more. */
  pruneDays(oldestMs: number): void {
    const oldest = Math.floor(oldestMs / DAY_MS)
    this.#pruneDays.run(oldest)
    this.#regionDays.prune(oldest)
  }

  #codeOf(name: string): number {
    const known = this.#codes.get(name)
    if (known !== undefined) return known
    this.#insertName.run(name)
    const code = this.#code.get(name) as number
    this.#codes.set(name, code)
    return code
  }

  #placesOf({ entity, entityId, before, after }: Change): readonly Place[] {
    if (entity === 'allocation') return present([this.#rows.allocationPlace(entityId)])
    if (entity === 'reservation') return present([this.#rows.reservationPlace(entityId)])
    if (entity === 'network') return present([gatewayPlace(before), gatewayPlace(after)])
    return []
  }

  #countDay({ action, timeMs, after }: Change): void {
    if (after === null || after.vrf_id !== DEFAULT_VRF) return
    const began = action === 'allocation.created'
    if (!began && action !== 'allocation.released' && action !== 'allocation.expired') return
    const day = Math.floor(timeMs / DAY_MS)
    this.#count.run(day, after.network_id as number, began ? 1 : 0, began ? 0 : 1)
  }
}

function present(places: readonly (Place | null)[]): Place[] {
  return places.filter(place => place !== null)
}

function gatewayPlace(image: Image | null): Place | null {
  if (image === null || image.vrf_id !== DEFAULT_VRF) return null
  const address = typeof image.gateway === 'string' ? parseAddress(image.gateway) : null
  if (address === null) return null
  return addressPlace(address.family, address.value)
}
