// Every statement of the hot path and of a page finds its rows by an index: none reads a table from end to end, or sorts.
import t from 'tap'
import { Ledger } from '../../src/ledger/index.js'
import { migrate } from '../../src/store/migrations/index.js'
import { type Database, openDatabase } from '../../src/store/open.js'
import { Pages } from '../../src/store/pages.js'
import { SqliteRows } from '../../src/store/rows.js'
import { SqliteReads } from '../../src/store/sqlite-reads.js'

/** Scans that are as small as they look: one row, one row a node, or the first rows in key order. */
const ALLOWED = [
  /^SCAN state$/,
  /^SCAN sessions$/,
  /^SCAN CONSTANT ROW$/,
  /^SCAN changes$/,
  /^SEARCH /,
  /^SCALAR SUBQUERY/,
  /^LIST SUBQUERY/,
  /^CREATE BLOOM FILTER$/,
  /^MERGE \(UNION ALL\)$/,
  /^(LEFT|RIGHT)$/,
]

/** Notes every statement that is prepared on the connection. */
function recordStatements(db: Database): string[] {
  const seen: string[] = []
  const prepare = db.prepare.bind(db)
  db.prepare = ((sql: string) => {
    seen.push(sql)
    return prepare(sql)
  }) as typeof db.prepare
  return seen
}

t.test('plans search, and neither scan nor sort', async t => {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  const prepare = db.prepare.bind(db)
  const seen = recordStatements(db)
  const rows = new SqliteRows(db)
  new Pages(db)
  new SqliteReads(db, { ledger: new Ledger(rows), state: rows.state })
  t.ok(seen.length > 25, 'the statements were recorded')
  for (const sql of seen) {
    if (/^(SAVEPOINT|RELEASE|ROLLBACK)/.test(sql)) continue
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 1)
    const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]
    for (const { detail } of plan) {
      t.ok(
        ALLOWED.some(pattern => pattern.test(detail)),
        `${detail} in ${sql}`,
      )
    }
  }
  db.close()
})
