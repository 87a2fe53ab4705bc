// Opening: what is not a sound state of this program is refused with a sentence that says why.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase } from '../../src/store/open.js'
import { EntryMaker, genesis, membership, openStore, temporaryDirectory } from './support.js'

const FILE = join('state', '0-0', 'state.db')

t.test('a fresh directory gets state/0-0, named by CURRENT', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  t.equal(readFileSync(join(directory, 'CURRENT'), 'utf8'), 'state/0-0\n')
  t.strictSame(store.applied, { index: 0, term: 0, timeMs: 0, membership })
})

t.test('the membership of a state that has begun is its own', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  store.apply([new EntryMaker().command(genesis)])
  await store.close()
  const other = { ...membership, voters: [9] }
  const again = await openStore(t, directory, { initialMembership: other })
  t.strictSame(again.applied.membership, membership)
})

t.test('a state in a folder of another name is found by CURRENT', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  store.apply([new EntryMaker().command(genesis)])
  await store.close()
  renameSync(join(directory, 'state', '0-0'), join(directory, 'state', '7-2'))
  writeFileSync(join(directory, 'CURRENT'), 'state/7-2\n')
  t.equal((await openStore(t, directory)).appliedIndex(), 1)
})

const damages: readonly { what: string; do: (directory: string) => void; error: RegExp }[] = [
  {
    what: 'CURRENT was deleted',
    do: directory => rmSync(join(directory, 'CURRENT')),
    error: /CURRENT is missing, and .* has applied entries up to 1/,
  },
  {
    what: 'CURRENT was deleted beside a snapshot',
    do: directory => {
      rmSync(join(directory, 'CURRENT'))
      mkdirSync(join(directory, 'state', '12-3'))
    },
    error: /CURRENT is missing, and there is state beside it \(.*state\/12-3/,
  },
  {
    what: 'CURRENT is damaged',
    do: directory => writeFileSync(join(directory, 'CURRENT'), '../elsewhere\n'),
    error: /CURRENT is damaged/,
  },
  {
    what: 'the file is gone',
    do: directory => rmSync(join(directory, FILE)),
    error: /state\.db is missing, and .*CURRENT names it/,
  },
  {
    what: 'the file is of a newer program',
    do: directory => alter(directory, 'PRAGMA user_version = 99'),
    error: /has schema 99, and this program knows schemas up to \d+: start the version/,
  },
  {
    what: 'the file is of another program',
    do: directory => alter(directory, 'PRAGMA application_id = 1'),
    error: /is a database of another program \(application id 1\)/,
  },
  {
    what: 'the file is no database',
    do: directory => writeFileSync(join(directory, FILE), 'x'.repeat(5000)),
    error: /not a database/,
  },
]

function alter(directory: string, sql: string): void {
  const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
  db.exec(sql)
  db.close()
}

t.test('a damaged directory is refused', async t => {
  for (const damage of damages) {
    const directory = temporaryDirectory(t)
    const store = await openStore(t, directory)
    store.apply([new EntryMaker().command(genesis)])
    await store.close()
    damage.do(directory)
    await t.rejects(openStore(t, directory), damage.error, damage.what)
  }
})

t.test('a first start that was cut off before CURRENT begins again', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  await store.close()
  rmSync(join(directory, 'CURRENT'))
  const again = await openStore(t, directory)
  again.apply([new EntryMaker().command(genesis)])
  t.equal(again.appliedIndex(), 1)
})
