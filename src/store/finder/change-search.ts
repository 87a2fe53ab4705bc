// Answers a question for Changes: newest first, along the condition that fewest of them meet.
import type { Database, Statement } from '../open.js'
import type { ChangeQuery } from '../reads.js'
import { type Sql, sql } from './conditions.js'
import { classReader } from './covering.js'
import { type FoundIds, findIds, type Stream, type Tick } from './found-ids.js'
import { earliestFirst, keyOf } from './places.js'

/** What is counted to choose by. */
const ESTIMATE_MAX = 5000
const NONE: FoundIds = { ids: [], total: 0, totalIsExact: true }

/** `arms`: selects of positions, each newest first; together they give what meets the condition, once. */
type Condition = { readonly check: Sql; readonly arms: readonly Sql[] }
type Bounds = { readonly from: number; readonly before: number }

export class ChangeSearch {
  readonly #db: Database
  readonly #code: Statement<[string], number>
  readonly #firstAt: Statement<[number], number>
  readonly #classes: (family: 4 | 6) => number[]

  constructor(db: Database) {
    this.#db = db
    this.#classes = classReader(db, 'places')
    this.#code = db.prepare('SELECT code FROM names WHERE name = ?').pluck() as Statement<
      [string],
      number
    >
    // Entry times never go back, so that Changes are in the order of their times.
    this.#firstAt = db
      .prepare(
        `SELECT position FROM audit INDEXED BY audit_by_time
         WHERE time_ms >= ? ORDER BY time_ms, position LIMIT 1`,
      )
      .pluck() as Statement<[number], number>
  }

  /** @param kept what history has: Changes behind a position, and how many @returns positions */
  find(
    query: ChangeQuery,
    kept: { readonly after: number; readonly count: number },
    tick: Tick,
  ): FoundIds {
    const bounds = this.#bounds(query, kept.after)
    const conditions = this.#conditions(query)
    if (bounds.from >= bounds.before || conditions.some(({ arms }) => arms.length === 0)) {
      return NONE
    }
    const counted = conditions.map(condition => ({
      condition,
      rows: this.#countUpTo(condition, bounds),
    }))
    const [fewest] = counted.sort((a, b) => a.rows - b.rows)
    const isAll = conditions.length === 0 && query.fromMs === null && query.beforeMs === null
    const { skip, limit } = query
    const page = { skip, limit, total: isAll ? kept.count : null, rowsMax: null }
    const others = counted.slice(1).map(({ condition }) => condition.check)
    const stream = this.#stream(fewest?.condition ?? null, others, bounds)
    return findIds([stream], page, tick) ?? NONE
  }

  #bounds({ fromMs, beforeMs }: ChangeQuery, keptAfter: number): Bounds {
    const end = Number.MAX_SAFE_INTEGER
    const at = (timeMs: number) => this.#firstAt.get(timeMs) ?? end
    const from = fromMs === null ? 0 : at(fromMs)
    return {
      from: Math.max(from, keptAfter + 1),
      before: beforeMs === null ? end : at(beforeMs),
    }
  }

  #conditions({ userId, actions, entities, address }: ChangeQuery): Condition[] {
    const conditions: Condition[] = []
    if (userId !== null) conditions.push(columnCondition('user_id', 'audit_by_user', [userId]))
    if (actions !== null) {
      conditions.push(columnCondition('action', 'audit_by_action', this.#codes(actions)))
    }
    if (entities !== null) {
      conditions.push(columnCondition('entity', 'audit_by_entity', this.#codes(entities)))
    }
    if (address !== null) conditions.push(this.#addressCondition(address))
    return conditions
  }

  #codes(names: readonly string[]): number[] {
    const codes = [...new Set(names)].map(name => this.#code.get(name))
    return codes.filter(code => code !== undefined)
  }

  #addressCondition({ family, value }: NonNullable<ChangeQuery['address']>): Condition {
    const key = keyOf(family, value)
    const arms = this.#classes(family).map(spanClass => {
      const earliest = earliestFirst(spanClass, value)
      if (earliest === value) {
        return sql('SELECT position FROM places WHERE class = ? AND first = ?', spanClass, key)
      }
      const text = `SELECT position FROM places
        WHERE class = ? AND first BETWEEN ? AND ? AND last >= ?`
      return sql(text, spanClass, keyOf(family, earliest), key, key)
    })
    const all = arms.map(({ text }) => text).join(' UNION ALL ')
    const values = arms.flatMap(arm => arm.values)
    return { check: sql(`a.position IN (${all})`, ...values), arms }
  }

  #countUpTo({ arms }: Condition, { from, before }: Bounds): number {
    const text = arms
      .map(arm => `SELECT * FROM (${within(arm)} LIMIT ${ESTIMATE_MAX + 1})`)
      .join(' UNION ALL ')
    const values = arms.flatMap(arm => [...arm.values, from, before])
    const statement = this.#db.prepare(`SELECT count(*) FROM (${text})`).pluck()
    return statement.get(...values) as number
  }

  /** @param driver null: all of history */
  #stream(driver: Condition | null, checks: readonly Sql[], { from, before }: Bounds): Stream {
    const arms = driver?.arms ?? [sql('SELECT position FROM audit WHERE 1')]
    const merged = `${arms.map(within).join(' UNION ALL ')} ORDER BY 1 DESC LIMIT -1`
    const check = ['1', ...checks.map(({ text }) => `(${text})`)].join(' AND ')
    // A Change of a gateway that moved away and back is at one address once, of nested ranges at most once each.
    const text = `SELECT CASE WHEN ${check} THEN a.position ELSE 0 END
      FROM (${merged}) c CROSS JOIN audit a ON a.position = c.position`
    const values = arms.flatMap(arm => [...arm.values, from, before])
    return {
      statement: this.#db.prepare(text).raw(),
      values: [...checks.flatMap(each => each.values), ...values],
    }
  }
}

function columnCondition(column: string, index: string, values: readonly number[]): Condition {
  const marks = values.map(() => '?').join(', ')
  return {
    check: sql(`a.${column} IN (${marks})`, ...values),
    arms: values.map(value =>
      sql(`SELECT position FROM audit INDEXED BY ${index} WHERE ${column} = ?`, value),
    ),
  }
}

function within({ text }: Sql): string {
  return `${text} AND position >= ? AND position < ?`
}
