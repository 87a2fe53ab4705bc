// What is left of one's own things when nobody wants it any more: it is too old, or its user or rule is gone. A slice at a time.
import type { PersonalRows } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { CROSSING_COLUMNS } from './rule-rows.js'

type Before = Pick<Parameters<PersonalRows['tidyPersonal']>[0], 'notificationsMs' | 'sharesMs'>

/** Rows that go with the time in one of their columns. */
type Old = {
  readonly has: Statement<[number], number>
  readonly delete: Statement<[number, number]>
}

/** Rows of somebody, or of a rule: the next holder above an id, whether it is still there, and a slice of what it has. */
type Held = {
  readonly next: Statement<[number], number>
  readonly isThere: Statement<[number], number>
  readonly delete: Statement<[number, number]>
}

const OF_USERS = { holder: 'user_id', holders: 'users' } as const

/** Each has an index that begins with its holder. In this order, so that what a rule has told of follows the rule. */
const held = [
  { table: 'shares', key: 'id', ...OF_USERS },
  { table: 'preferences', key: 'user_id', ...OF_USERS },
  { table: 'saved_filters', key: 'id', ...OF_USERS },
  { table: 'notifications', key: 'id', ...OF_USERS },
  { table: 'notification_rules', key: 'id', ...OF_USERS },
  { table: 'crossings', key: CROSSING_COLUMNS, holder: 'rule_id', holders: 'notification_rules' },
] as const

export class PersonalTidy {
  readonly #notifications: Old
  readonly #shares: Old
  readonly #held: readonly Held[]

  constructor(db: Database) {
    this.#notifications = oldRows(db, 'notifications', 'created_ms')
    this.#shares = oldRows(db, 'shares', 'expires_ms')
    this.#held = held.map(rows => heldRows(db, rows))
  }

  /** @returns how many rows went */
  tidy({ notificationsMs, sharesMs }: Before, limit: number): number {
    let count = this.#notifications.delete.run(notificationsMs, limit).changes
    count += this.#shares.delete.run(sharesMs, limit - count).changes
    for (const rows of this.#held) {
      for (const holder of goneHolders(rows)) {
        if (count >= limit) return count
        count += rows.delete.run(holder, limit - count).changes
      }
    }
    return count
  }

  waits({ notificationsMs, sharesMs }: Before): boolean {
    return (
      this.#notifications.has.get(notificationsMs) !== undefined ||
      this.#shares.has.get(sharesMs) !== undefined ||
      this.#held.some(rows => goneHolders(rows).next().done !== true)
    )
  }
}

/** Two look-ups for each holder: the tables themselves are not gone over. */
function* goneHolders({ next, isThere }: Held): Generator<number> {
  for (let id = next.get(0); id !== undefined; id = next.get(id)) {
    if (isThere.get(id) === undefined) yield id
  }
}

function oldRows(db: Database, table: string, column: string): Old {
  const old = `FROM ${table} WHERE ${column} < ?`
  return {
    has: pluck(db, `SELECT 1 ${old} LIMIT 1`),
    delete: db.prepare(
      `DELETE FROM ${table} WHERE id IN (SELECT id ${old} ORDER BY ${column}, id LIMIT ?)`,
    ),
  }
}

function heldRows(db: Database, { table, key, holder, holders }: (typeof held)[number]): Held {
  return {
    next: pluck(
      db,
      `SELECT ${holder} FROM ${table} WHERE ${holder} > ? ORDER BY ${holder} LIMIT 1`,
    ),
    isThere: pluck(db, `SELECT 1 FROM ${holders} WHERE id = ?`),
    delete: db.prepare(
      `DELETE FROM ${table} WHERE (${key}) IN
         (SELECT ${key} FROM ${table} WHERE ${holder} = ? ORDER BY ${key} LIMIT ?)`,
    ),
  }
}

function pluck(db: Database, sql: string): Statement<[number], number> {
  return db.prepare(sql).pluck() as Statement<[number], number>
}
