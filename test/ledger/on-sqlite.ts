// The rows of a ledger in SQLite, as a store opens them, for tests that compare them with rows in memory.
import { readImage } from '../../src/store/image.js'
import { migrate } from '../../src/store/migrations/index.js'
import { openDatabase } from '../../src/store/open.js'
import { SqliteRows } from '../../src/store/rows.js'
import { changeOf } from '../../src/store/tables/change-line.js'
import type { ChangeRaw } from '../../src/store/tables/change-rows.js'

const CACHE_BYTES = 1 << 20

/** Rows on a database of their own in memory, and what a ledger would load of them. */
export function onSqlite() {
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
