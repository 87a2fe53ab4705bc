// A state that an older program wrote becomes what this one would have written, whole, and goes on from there.
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkState } from '../../src/store/index.js'
import { tables0001 } from '../../src/store/migrations/0001-tables.js'
import { rowCounts0002 } from '../../src/store/migrations/0002-row-counts.js'
import { pools0003 } from '../../src/store/migrations/0003-pools.js'
import { identity0004 } from '../../src/store/migrations/0004-identity.js'
import { catalogue0005 } from '../../src/store/migrations/0005-catalogue.js'
import { office0006 } from '../../src/store/migrations/0006-office.js'
import { ipam0007 } from '../../src/store/migrations/0007-ipam.js'
import { migrate } from '../../src/store/migrations/index.js'
import { type Database, openDatabase } from '../../src/store/open.js'
import { readGoldenLog } from '../support/golden-log.js'
import { createNetwork, EntryMaker, never, openStore, temporaryDirectory } from './support.js'

const FILE = join('state', '0-0', 'state.db')
const olderSteps = [
  tables0001,
  rowCounts0002,
  pools0003,
  identity0004,
  catalogue0005,
  office0006,
  ipam0007,
]

/** A state with a long history in it: of what there was when that schema was written. */
async function makeState(t: Test, schema: number): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  store.apply(readGoldenLog(schema < 3 ? 1 : 2).entries)
  await store.close()
  return directory
}

/** Writes the state as a program of that schema would have. */
function writeAs(schema: number, from: string, to: string): void {
  const db = openDatabase(to, { mode: 'create', cacheBytes: 1 << 20 })
  for (const step of olderSteps.slice(0, schema)) db.exec(step)
  db.pragma(`user_version = ${schema}`)
  db.prepare('ATTACH ? AS newer').run(from)
  for (const table of tablesOf(db)) {
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${table}')`).pluck().all()
    db.exec(`DELETE FROM main.${table};
      INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newer.${table}`)
  }
  db.close()
}

function tablesOf(db: Database): string[] {
  const sql = "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name"
  return db.prepare<[], string>(sql).pluck().all() as unknown as string[]
}

/** Every definition and every row. */
function contentOf(path: string): unknown {
  const db = openDatabase(path, { mode: 'read', cacheBytes: 1 << 20 })
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').raw().all()
  const rows = tablesOf(db).map(table => db.prepare(`SELECT * FROM ${table}`).raw().all())
  const version = db.pragma('user_version')
  db.close()
  return { schema, rows, version }
}

for (const schema of [1, 2, 3, 4, 5, 6, 7]) {
  t.test(`a state of schema ${schema} ends with the content of one made afresh`, async t => {
    const directory = await makeState(t, schema)
    const fresh = contentOf(join(directory, FILE))
    const store = await openStore(t, directory)
    const hash = await store.scans.stateHash(never)
    const kept = store.reads.kept()
    await store.close()

    const older = join(temporaryDirectory(t), 'older.db')
    writeAs(schema, join(directory, FILE), older)
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(directory, `${FILE}${suffix}`), { force: true })
    }
    copyFileSync(older, join(directory, FILE))
    t.throws(() => checkState(directory), /start the daemon once, then check/)
    const again = await openStore(t, directory)
    t.strictSame(await again.scans.stateHash(never), hash)
    t.strictSame(again.reads.kept(), kept)
    await again.close()
    t.strictSame(contentOf(join(directory, FILE)), fresh)
    t.strictSame(checkState(directory).findings, [])

    const onward = await openStore(t, directory)
    const { count } = kept.changes
    onward.apply([
      new EntryMaker(onward.appliedIndex(), 99).command(createNetwork('172.16.0.0/12')),
    ])
    t.equal(onward.reads.kept().changes.count, count + 1)
  })
}

t.test('migrating twice changes nothing', async t => {
  const db = openDatabase(':memory:', { mode: 'create', cacheBytes: 1 << 20 })
  migrate(db)
  const before = db.serialize()
  migrate(db)
  t.strictSame(db.serialize(), before)
  db.close()
})
