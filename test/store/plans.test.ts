// Every statement of the hot path and of a page finds its rows by an index: none reads a table from end to end, or sorts.
import t from 'tap'
import { Ledger } from '../../src/ledger/index.js'
import { readImage } from '../../src/store/image.js'
import { migrate } from '../../src/store/migrations/index.js'
import { type Database, openDatabase } from '../../src/store/open.js'
import { Pages } from '../../src/store/pages.js'
import { SqliteRows } from '../../src/store/rows.js'
import { hashState } from '../../src/store/scan/state-hash.js'
import { SqliteReads } from '../../src/store/sqlite-reads.js'
import { SqliteReservationRows } from '../../src/store/tables/reservation-rows.js'

/** Scans that are as small as they look: one row, one row a node, or the first rows in key order. */
const ALLOWED = [
  /^SCAN state$/,
  /^SCAN sessions$/,
  /^SCAN CONSTANT ROW$/,
  /^SCAN changes$/,
  /^SEARCH /,
  /^USING ROWID SEARCH /,
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

/** What SQLite does for each statement. */
function* plansOf(db: Database, statements: readonly string[]): Generator<[string, string]> {
  for (const sql of statements) {
    if (/^(SAVEPOINT|RELEASE|ROLLBACK)/.test(sql)) continue
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 1)
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]
    for (const { detail } of plan) yield [detail, sql]
  }
}

t.test('plans search, and neither scan nor sort', async t => {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  const seen = recordStatements(db)
  const rows = new SqliteRows(db)
  new Pages(db)
  new SqliteReads(db, { ledger: new Ledger(rows), state: rows.state })
  t.ok(seen.length > 40, 'the statements were recorded')
  for (const [detail, sql] of plansOf(db, [...seen])) {
    t.ok(
      ALLOWED.some(pattern => pattern.test(detail)),
      `${detail} in ${sql}`,
    )
  }
  db.close()
})

t.test('what waits for a network is sought in its own space alone', async t => {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  const seen = recordStatements(db)
  new SqliteReservationRows(db)
  const outside = seen.filter(sql => sql.includes('network_id = 0'))
  t.equal(outside.length, 2)
  for (const [detail, sql] of plansOf(db, outside)) {
    t.match(detail, /\(vrf_id=\? AND family=\? AND first[<>]\?/, sql)
  }
  db.close()
})

t.test('what is read whole is read in key order; only what a pool goes by is sorted', async t => {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  const image = readImage(db)
  const seen = recordStatements(db)
  const paged = [image.claims(), image.numberClaims()].flatMap(rows => [...rows])
  const hashing = hashState(db)
  while (!hashing.next().done);
  t.strictSame(paged, [])
  t.ok(seen.length > 12)
  for (const [detail, sql] of plansOf(db, [...seen])) t.notMatch(detail, /TEMP/, sql)
  seen.length = 0
  t.strictSame([...image.endedClaims(1, 1)], [])
  t.strictSame(
    [...plansOf(db, [...seen])].map(([detail]) => detail),
    [
      'SEARCH past_allocations USING INDEX past_allocations_by_network (network_id=?)',
      'USE TEMP B-TREE FOR ORDER BY',
    ],
  )
  db.close()
})
