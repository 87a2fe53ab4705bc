// What is left of one's own things when nobody wants it any more: it is too old, or its user or rule is gone. A slice at a time.
import type { PersonalRows } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { goneOwners } from './gone-owners.js'
import type { SqliteJobRows } from './job-rows.js'
import { CROSSING_COLUMNS } from './rule-rows.js'
import type { SqliteWebhookRows } from './webhook-rows.js'

type Before = Parameters<PersonalRows['tidyPersonal']>[0]

/** Rows that go with the time in one of their columns. */
type Old = {
  readonly has: Statement<[number], number>
  readonly delete: Statement<[number, number]>
}

/** Rows of somebody, or of a rule. */
type Owned = {
  readonly gone: () => Generator<number>
  readonly delete: Statement<[number, number]>
}

const OF_USERS = { column: 'user_id', owners: 'users' } as const

/** Each has an index that begins with its owner. In this order, so that what a rule has told of follows the rule. */
const owned = [
  { table: 'shares', key: 'id', ...OF_USERS },
  { table: 'preferences', key: 'user_id', ...OF_USERS },
  { table: 'saved_filters', key: 'id', ...OF_USERS },
  { table: 'notifications', key: 'id', ...OF_USERS },
  { table: 'notification_rules', key: 'id', ...OF_USERS },
  { table: 'crossings', key: CROSSING_COLUMNS, column: 'rule_id', owners: 'notification_rules' },
] as const

export class PersonalTidy {
  readonly #notifications: Old
  readonly #shares: Old
  readonly #owned: readonly Owned[]
  readonly #webhooks: SqliteWebhookRows
  readonly #jobs: SqliteJobRows

  constructor(
    db: Database,
    others: { readonly webhooks: SqliteWebhookRows; readonly jobs: SqliteJobRows },
  ) {
    this.#notifications = oldRows(db, 'notifications', 'created_ms')
    this.#shares = oldRows(db, 'shares', 'expires_ms')
    this.#owned = owned.map(rows => ownedRows(db, rows))
    this.#webhooks = others.webhooks
    this.#jobs = others.jobs
  }

  tidy(before: Before, limit: number): number {
    let count = this.#notifications.delete.run(before.notificationsMs, limit).changes
    count += this.#shares.delete.run(before.sharesMs, limit - count).changes
    count += this.#deleteOwned(limit - count)
    count += this.#webhooks.tidyDeliveries(before.deliveriesMs, limit - count)
    return count + this.#jobs.tidyJobs(before.jobsMs, limit - count)
  }

  waits(before: Before): boolean {
    return (
      this.#notifications.has.get(before.notificationsMs) !== undefined ||
      this.#shares.has.get(before.sharesMs) !== undefined ||
      this.#owned.some(({ gone }) => gone().next().done !== true) ||
      this.#webhooks.tidyWaits(before.deliveriesMs) ||
      this.#jobs.tidyWaits(before.jobsMs)
    )
  }

  #deleteOwned(limit: number): number {
    let count = 0
    for (const rows of this.#owned) {
      for (const owner of rows.gone()) {
        if (count === limit) return count
        count += rows.delete.run(owner, limit - count).changes
      }
    }
    return count
  }
}

function oldRows(db: Database, table: string, column: string): Old {
  const old = `FROM ${table} WHERE ${column} < ?`
  return {
    has: db.prepare(`SELECT 1 ${old} LIMIT 1`).pluck() as Statement<[number], number>,
    delete: db.prepare(
      `DELETE FROM ${table} WHERE id IN (SELECT id ${old} ORDER BY ${column}, id LIMIT ?)`,
    ),
  }
}

function ownedRows(db: Database, { table, key, column, owners }: (typeof owned)[number]): Owned {
  return {
    gone: goneOwners(db, { table, column, owners }),
    delete: db.prepare(
      `DELETE FROM ${table} WHERE (${key}) IN
         (SELECT ${key} FROM ${table} WHERE ${column} = ? ORDER BY ${key} LIMIT ?)`,
    ),
  }
}
