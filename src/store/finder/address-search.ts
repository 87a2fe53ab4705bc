// Answers a question for occupants: by the condition that fewest rows meet if they are few, else in the order that is
// wanted, until the page is full. So both what is rare and what is everywhere is found at once.
import type { Database, Statement } from '../open.js'
import type { AddressOrder, AddressQuery } from '../reads.js'
import {
  type Condition,
  type Covering,
  isNever,
  joined,
  placeChecks,
  type Sources,
  type Sql,
  sql,
  statusCode,
  tagCondition,
  wordConditions,
} from './conditions.js'
import { coveringReader } from './covering.js'
import { FactCodes } from './fact-codes.js'
import { type FoundIds, findIds, type Stream, type Tick } from './found-ids.js'
import { STATUS_ALLOCATED, STATUS_RESERVED } from './occupant.js'
import { IPV6_IDS } from './places.js'

/** So many candidates are looked at one by one, and sorted. */
const COLLECT_MAX = 5000
/** Counts go further only to choose among orders. */
const ESTIMATE_MAX = 20_000
/** What is not counted is taken for this part of all. */
const GUESSED_PART = 0.25
/** Rows that are looked at in an order which may have nothing to do with what is asked, before the hits are sorted. */
const ORDERED_ROWS_MAX = 20_000
const NONE: FoundIds = { ids: [], total: 0, totalIsExact: true }

const ORDERS: Readonly<Record<AddressOrder, readonly string[]>> = {
  ip_address: ['o.first', 'o.id'],
  hostname: ['o.hostname', 'o.id'],
  mac_address: ['o.mac', 'o.id'],
  status: ['o.status', 'o.first', 'o.id'],
  allocated_at: ['o.taken_ms', 'o.id'],
}
const ORDER_INDEXES: Readonly<Record<Exclude<AddressOrder, 'ip_address'>, string>> = {
  hostname: 'occupants_by_hostname',
  mac_address: 'occupants_by_mac',
  status: 'occupants_by_status',
  allocated_at: 'occupants_by_time',
}

/** What candidates can be had from. `rows`: how many; a guess where they are too many to be counted. */
type Driver = {
  readonly rows: number
  readonly ids: readonly Sql[]
  readonly kind: 'network' | 'status' | 'indexed'
}

export class AddressSearch {
  readonly #db: Database
  readonly #covering: Covering
  readonly #facts: FactCodes
  readonly #counts: Statement<[number], [number, number]>
  readonly #reference: Statement<[number], [number, number]>

  constructor(db: Database) {
    this.#db = db
    this.#covering = coveringReader(db)
    this.#facts = new FactCodes(db)
    this.#counts = db
      .prepare('SELECT status, count FROM counts WHERE network_id = ?')
      .raw() as Statement<[number], [number, number]>
    this.#reference = db.prepare('SELECT kind, ref FROM occupants WHERE id = ?').raw() as Statement<
      [number],
      [number, number]
    >
  }

  /** @param gone networks that are no more, and whose occupants are none therefore */
  find(query: AddressQuery, gone: readonly number[], tick: Tick): FoundIds {
    if (query.networkId !== null && gone.includes(query.networkId)) return NONE
    const conditions = wordConditions(query, this.#covering)
    if (query.tags.length > 0) conditions.push(tagCondition(query.tags, this.#facts))
    if (conditions.some(isNever)) return NONE
    const check = joined(
      [...placeChecks(query, gone), ...conditions.map(each => each.check)],
      ' AND ',
      '1',
    )
    const total = conditions.length === 0 ? this.#counted(query, gone) : null
    if (total === 0) return NONE
    const drivers = this.#drivers(query, conditions)
    const [fewest] = drivers
    if (fewest?.rows === 0) return NONE
    if (fewest !== undefined && fewest.rows <= COLLECT_MAX) {
      return this.#collect(query, check, fewest)
    }
    const page = { skip: query.skip, limit: query.limit, total }
    const streams = this.#streams(query, check, drivers)
    const isSkewed = query.order !== 'ip_address' && fewest !== undefined
    const rowsMax = isSkewed ? ORDERED_ROWS_MAX + query.skip : null
    return (
      findIds(streams, { ...page, rowsMax }, tick) ??
      findIds([this.#sorted(query, check, fewest)], { ...page, rowsMax: null }, tick) ??
      NONE
    )
  }

  /** What an id stands for: kind, and the state's own id of that kind. */
  reference(id: number): [kind: number, ref: number] {
    return this.#reference.get(id) as [number, number]
  }

  #counted({ networkId, status }: AddressQuery, gone: readonly number[]): number {
    const code = status === null ? null : statusCode(status)
    const of = (network: number) =>
      this.#counts
        .all(network)
        .filter(([each]) => code === null || each === code)
        .reduce((sum, [, count]) => sum + count, 0)
    if (networkId !== null) return of(networkId)
    return gone.reduce((left, network) => left - of(network), of(0))
  }

  #all(): number {
    return this.#counts.all(0).reduce((sum, [, count]) => sum + count, 0)
  }

  /** Those of fewest rows first. */
  #drivers(query: AddressQuery, conditions: readonly Condition[]): Driver[] {
    const { networkId, status } = query
    const drivers: Driver[] = []
    const place = status === null ? [] : [statusCode(status)]
    const mark = status === null ? '' : ' AND status = ?'
    if (networkId !== null) {
      const text = `SELECT id FROM occupants INDEXED BY occupants_by_network WHERE network_id = ?${mark}`
      const ids = [sql(text, networkId, ...place)]
      drivers.push({ kind: 'network', rows: this.#counted(query, []), ids })
    } else if (status !== null) {
      const text = 'SELECT id FROM occupants INDEXED BY occupants_by_status WHERE status = ?'
      const ids = [sql(text, ...place)]
      drivers.push({ kind: 'status', rows: this.#counted(query, []), ids })
    }
    for (const sources of combined(conditions)) {
      const ids = selectsOf(sources)
      drivers.push({ kind: 'indexed', rows: this.#countUpTo(ids), ids })
    }
    return drivers.sort((a, b) => a.rows - b.rows)
  }

  #countUpTo(ids: readonly Sql[]): number {
    for (const max of [COLLECT_MAX, ESTIMATE_MAX]) {
      const all = sql(
        ids.map(each => each.text).join(' UNION ALL '),
        ...ids.flatMap(each => each.values),
      )
      const statement = this.#prepare(`SELECT count(*) FROM (${all.text} LIMIT ${max + 1})`)
      const [rows] = statement.get(...all.values) as [number]
      if (rows <= max) return rows
    }
    return Math.max(ESTIMATE_MAX, this.#all() * GUESSED_PART)
  }

  #collect(query: AddressQuery, check: Sql, driver: Driver): FoundIds {
    const { statement, values } = this.#sorted(query, check, driver)
    const ids = (statement.all(...values) as [number][]).map(([id]) => id)
    const rows = ids.slice(query.skip, query.skip + query.limit)
    return { ids: rows, total: ids.length, totalIsExact: true }
  }

  /** All hits among a driver's rows, sorted. */
  #sorted({ order, descending }: AddressQuery, check: Sql, driver: Driver | undefined): Stream {
    const ids = driver?.ids ?? []
    const text = `SELECT o.id FROM (${ids.map(each => each.text).join(' UNION ')}) c
      CROSS JOIN occupants o ON o.id = c.id WHERE ${check.text}
      ORDER BY ${ordering(ORDERS[order], descending)}`
    return {
      statement: this.#prepare(text),
      values: [...ids.flatMap(each => each.values), ...check.values],
    }
  }

  #streams(query: AddressQuery, check: Sql, drivers: readonly Driver[]): Stream[] {
    const { order, descending } = query
    const [fewest] = drivers
    if (fewest?.kind === 'network' && (order === 'ip_address' || order === 'status')) {
      return [this.#networkStream(query, check)]
    }
    if (order !== 'ip_address') {
      return [this.#stream(check, `occupants o INDEXED BY ${ORDER_INDEXES[order]}`, query)]
    }
    if (fewest?.kind === 'status') {
      const from = 'occupants o INDEXED BY occupants_by_status WHERE o.status = ?'
      return [this.#stream(check, from, query, [statusCode(query.status ?? 'allocated')])]
    }
    const ipv4 =
      fewest?.kind === 'indexed'
        ? this.#indexedStream(query, check, fewest.ids)
        : this.#stream(check, `occupants o WHERE o.id < ${IPV6_IDS}`, query, [], ['o.id'])
    const from = 'occupants o INDEXED BY occupants_by_first WHERE o.first IS NOT NULL'
    const streams = [ipv4, this.#stream(check, from, query)]
    return descending ? streams.reverse() : streams
  }

  #stream(
    check: Sql,
    from: string,
    { order, descending }: AddressQuery,
    values: readonly unknown[] = [],
    columns: readonly string[] = ORDERS[order],
  ): Stream {
    const text = `SELECT ${hit(check)} FROM ${from} ORDER BY ${ordering(columns, descending)}`
    return { statement: this.#prepare(text), values: [...check.values, ...values] }
  }

  /** One status after the other, or merged by address: either is an order of the index. */
  #networkStream(query: AddressQuery, check: Sql): Stream {
    const { order, descending, networkId, status } = query
    const statuses = status === null ? [STATUS_ALLOCATED, STATUS_RESERVED] : [statusCode(status)]
    const columns = order === 'status' ? ['3', '1', '2'] : ['1', '2']
    const arms = statuses.map(
      () => `SELECT o.first, o.id, o.status, ${hit(check)} FROM occupants o
        INDEXED BY occupants_by_network WHERE o.network_id = ? AND o.status = ?`,
    )
    const merged = `${arms.join(' UNION ALL ')} ORDER BY ${ordering(columns, descending)} LIMIT -1`
    return {
      statement: this.#prepare(`SELECT hit FROM (${merged})`),
      values: statuses.flatMap(each => [...check.values, networkId, each]),
    }
  }

  /** Ids of IPv4 are in address order, and every source gives its own in theirs: SQLite merges them. */
  #indexedStream({ descending }: AddressQuery, check: Sql, ids: readonly Sql[]): Stream {
    const arms = ids.map(({ text }) => {
      const id = text.startsWith('SELECT rowid') ? 'rowid' : 'id'
      return `${text} AND ${id} < ${IPV6_IDS}`
    })
    const merged = `${arms.join(' UNION ')} ORDER BY ${ordering(['1'], descending)} LIMIT -1`
    const text = `SELECT ${hit(check)} FROM (${merged}) c CROSS JOIN occupants o ON o.id = c.id`
    return {
      statement: this.#prepare(text),
      values: [...check.values, ...ids.flatMap(each => each.values)],
    }
  }

  #prepare(text: string): Statement {
    return this.#db.prepare(text).raw()
  }
}

function hit(check: Sql): string {
  return `CASE WHEN ${check.text} THEN o.id ELSE 0 END AS hit`
}

function ordering(columns: readonly string[], descending: boolean): string {
  return columns.map(column => (descending ? `${column} DESC` : column)).join(', ')
}

function selectsOf({ words, ids }: Sources): Sql[] {
  if (words === null) return [...ids]
  return [sql('SELECT rowid AS id FROM words WHERE words MATCH ?', words), ...ids]
}

/** What only the index of words knows is asked of it at once. */
function combined(conditions: readonly Condition[]): Sources[] {
  const known = conditions.map(each => each.sources).filter(sources => sources !== null)
  const isWordsOnly = ({ words, ids }: Sources) => words !== null && ids.length === 0
  const queries = known.filter(isWordsOnly).map(({ words }) => `(${words})`)
  const others = known.filter(sources => !isWordsOnly(sources))
  return queries.length === 0 ? others : [...others, { words: queries.join(' AND '), ids: [] }]
}
