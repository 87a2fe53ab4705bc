// Hosts that meet a question's conditions, in one order or another, as ids.
import type { Database, Statement } from '../open.js'
import { type Sql, sql } from './conditions.js'
import { type Ids, LOOK, type Tick } from './found-ids.js'
import { allOf, type HostCondition } from './host-conditions.js'
import type { HostPlaces, IdRange } from './host-places.js'

export type HostColumn = 'ip_address' | 'hostname' | 'created_at'

export type Wanted = {
  readonly order: HostColumn
  readonly descending: boolean
  readonly places: HostPlaces
  readonly conditions: readonly HostCondition[]
  /** Networks that are no more, and whose allocations are none therefore. */
  readonly gone: readonly number[]
}

const HOSTS = 'occupants h INDEXED BY occupants_hosts'
const ORDERS: Readonly<Record<HostColumn, readonly string[]>> = {
  ip_address: ['h.id'],
  hostname: ['h.hostname', 'h.id'],
  created_at: ['h.taken_ms', 'h.id'],
}
const COLUMNS = {
  hostname: { index: 'occupants_by_hostname', column: 'hostname' },
  created_at: { index: 'occupants_by_time', column: 'taken_ms' },
} as const

export class HostStreams {
  readonly #db: Database
  readonly #wanted: Wanted
  readonly #check: Sql
  readonly #tick: Tick
  #ofRange: Statement | null = null

  constructor(db: Database, wanted: Wanted, tick: Tick) {
    this.#db = db
    this.#wanted = wanted
    this.#check = allOf(wanted.conditions, wanted.gone)
    this.#tick = tick
  }

  /** By address. @param ranges in address order */
  *inRanges(ranges: readonly IdRange[]): Ids {
    const { descending } = this.#wanted
    const { text, values } = this.#check
    this.#ofRange ??= this.#prepare(
      `SELECT h.id FROM ${HOSTS} WHERE h.host = 1 AND h.id BETWEEN ? AND ? AND ${text}
       ORDER BY ${ordered(['h.id'], descending)}`,
    )
    for (const { first, last } of descending ? [...ranges].reverse() : ranges) {
      this.#tick()
      for (const row of this.#ofRange.iterate(first, last, ...values)) yield (row as [number])[0]
      yield LOOK
    }
  }

  /** In the order of the source, which is that of addresses. */
  *along(source: Sql): Ids {
    const { places } = this.#wanted
    const { text, values } = this.#check
    const statement = this.#prepare(
      `SELECT h.id FROM (${source.text}) c CROSS JOIN ${HOSTS} ON h.id = c.id
       WHERE h.host = 1 AND ${text}`,
    )
    for (const row of statement.iterate(...source.values, ...values)) {
      const [id] = row as [number]
      yield places.has(id) ? id : 0
    }
  }

  /** A 0 for each row that is no hit. */
  *byColumn(order: 'hostname' | 'created_at'): Ids {
    const { places, conditions, descending } = this.#wanted
    const { index, column } = COLUMNS[order]
    const { text, values } = this.#check
    // What the index itself can tell is asked of it first.
    const own = conditions.filter(({ check }) => check.text.includes(`h.${column}`))
    const first = allOf(own, [])
    const statement = this.#prepare(
      `SELECT CASE WHEN EXISTS (SELECT 1 FROM ${HOSTS} WHERE h.id = o.id AND h.host = 1 AND ${text})
         THEN o.id ELSE 0 END
       FROM occupants o INDEXED BY ${index} WHERE ${first.text.replaceAll('h.', 'o.')}
       ORDER BY ${ordered([`o.${column}`, 'o.id'], descending)}`,
    )
    for (const row of statement.iterate(...values, ...first.values)) {
      const [id] = row as [number]
      yield places.has(id) ? id : 0
    }
  }

  /** All hits of a source, in the order that is wanted. */
  gathered(source: Sql): number[] {
    return this.#sorted(
      sql(`(${source.text}) c CROSS JOIN ${HOSTS} ON h.id = c.id`, ...source.values),
    )
  }

  /** All hits in ranges. */
  gatheredIn(ranges: readonly IdRange[]): number[] {
    const ends = JSON.stringify(ranges.map(({ first, last }) => [first, last]))
    const each = `SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS last
      FROM json_each(?)`
    return this.#sorted(
      sql(`(${each}) r CROSS JOIN ${HOSTS} ON h.id BETWEEN r.first AND r.last`, ends),
    )
  }

  #sorted(from: Sql): number[] {
    const { places, order, descending } = this.#wanted
    const { text, values } = this.#check
    const statement = this.#prepare(
      `SELECT h.id FROM ${from.text} WHERE h.host = 1 AND ${text}
       ORDER BY ${ordered(ORDERS[order], descending)}`,
    )
    this.#tick()
    const rows = statement.all(...from.values, ...values) as [number][]
    const ids = rows.map(([id]) => id).filter(id => places.has(id))
    return places.isOrdered ? ids.sort((a, b) => places.rankOf(a) - places.rankOf(b)) : ids
  }

  #prepare(text: string): Statement {
    return this.#db.prepare(text).raw()
  }
}

function ordered(columns: readonly string[], descending: boolean): string {
  return columns.map(column => (descending ? `${column} DESC` : column)).join(', ')
}
