import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { Ledger, type Request } from '../../src/ledger/index.js'
import { readImage } from '../../src/store/image.js'
import { migrate } from '../../src/store/migrations/index.js'
import { openDatabase } from '../../src/store/open.js'
import { SqliteRows } from '../../src/store/rows.js'
import { changeOf } from '../../src/store/tables/change-line.js'
import type { ChangeRaw } from '../../src/store/tables/change-rows.js'
import { History } from './history.js'
import { histories } from './model-requests.js'
import { GENESIS, World } from './world.js'

const CACHE_BYTES = 1 << 20

/** A ledger on a database of its own in memory. */
function onSqlite() {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: CACHE_BYTES })
  migrate(db)
  db.exec('BEGIN')
  const rows = new SqliteRows(db)
  const changes = () => {
    const select = db.prepare<[], ChangeRaw>('SELECT * FROM changes ORDER BY position')
    return select.all().map(row => changeOf(row.line))
  }
  const image = () => {
    rows.state.appliedIndex += 1
    rows.flush()
    return readImage(db)
  }
  return { rows, changes, image, close: () => db.close() }
}

t.test('on SQLite the ledger answers and records as it does in memory', async t => {
  let entries = 0
  fc.assert(
    fc.property(histories, steps => {
      const world = new World(false)
      const sqlite = onSqlite()
      let ledger = new Ledger(sqlite.rows)
      const send = (request: Request) => {
        const wanted = world.apply(request)
        if (entries % 5 === 0) {
          ledger = new Ledger(sqlite.rows)
          for (const _slice of ledger.load(sqlite.image())) void _slice
        }
        entries += 1
        const found = ledger.execute(request, { revision: world.revision, timeMs: world.timeMs })
        if (!isDeepStrictEqual(found, wanted)) t.strictSame(found, wanted, request.command.type)
      }
      send(world.request(GENESIS))
      new History(world, send).play(steps)
      t.strictSame(sqlite.changes(), world.rows.changes())
      sqlite.close()
    }),
    { numRuns: 40 },
  )
  t.ok(entries > 500)
})
