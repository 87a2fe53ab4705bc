// SQLite keeps the contract of LedgerRows.
import t from 'tap'
import { readImage } from '../../src/store/image.js'
import { migrate } from '../../src/store/migrations/index.js'
import { openDatabase } from '../../src/store/open.js'
import { SqliteRows } from '../../src/store/rows.js'
import { changeOf } from '../../src/store/tables/change-line.js'
import type { ChangeRaw } from '../../src/store/tables/change-rows.js'
import { testLedgerRows } from '../support/ledger-rows-suite.js'

testLedgerRows(t, () => {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  db.exec('BEGIN')
  const rows = new SqliteRows(db)
  return {
    rows,
    image: () => {
      rows.state.appliedIndex += 1
      rows.flush()
      return readImage(db)
    },
    changes: () => {
      const select = db.prepare<[], ChangeRaw>('SELECT * FROM changes ORDER BY position')
      return select.all().map(row => changeOf(row.line))
    },
    close: () => {
      db.close()
    },
  }
})
