// The finder's file over the lives of a state: kept, deleted, damaged, left behind by a snapshot; and how it ends.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import t from 'tap'
import type { AddressQuery, Store } from '../../../src/store/index.js'
import { FinderBusyError } from '../../../src/store/index.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  releaseAllocation,
  temporaryDirectory,
} from '../support.js'
import { installed } from './installed.js'
import { patiently } from './patiently.js'

const everything: AddressQuery = {
  networkId: null,
  status: null,
  text: null,
  fields: [],
  tags: [],
  order: 'ip_address',
  descending: false,
  skip: 0,
  limit: 1000,
}

function fill(store: Store, entries: EntryMaker, count: number): void {
  const claims = Array.from({ length: count }, () => entries.command(createAllocation(1)))
  store.apply(claims)
}

async function totalOf(store: Store, set: Partial<AddressQuery> = {}): Promise<number> {
  const { signal } = new AbortController()
  return (await patiently(() => store.finder.addresses({ ...everything, ...set }, signal))).total
}

async function filled(store: Store, entries: EntryMaker, count: number): Promise<void> {
  store.apply([entries.command(genesis), entries.command(createNetwork('10.0.0.0/8'))])
  fill(store, entries, count)
}

t.test('nothing is made until somebody asks', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  await filled(store, new EntryMaker(), 3)
  t.notOk(existsSync(join(directory, 'finder.db')))
  t.equal(await totalOf(store), 3)
  for (const suffix of ['', '-wal', '-shm']) {
    const { mode } = statSync(join(directory, `finder.db${suffix}`))
    t.equal(mode & 0o777, 0o600, 'for nobody else on the machine')
  }
})

t.test('an answer has all that was applied before the question', async t => {
  const store = await openStore(t, temporaryDirectory(t))
  const entries = new EntryMaker()
  await filled(store, entries, 0)
  for (let count = 1; count <= 30; count++) {
    fill(store, entries, 1)
    t.equal(await totalOf(store), count)
  }
  store.apply([entries.command(releaseAllocation(7))])
  t.equal(await totalOf(store), 29)
  t.equal(await totalOf(store, { text: '10.0.0.7' }), 0)
})

t.test('questions that come together while there are writes are each answered', async t => {
  const store = await openStore(t, temporaryDirectory(t))
  const entries = new EntryMaker()
  await filled(store, entries, 100)
  const totals: Promise<number>[] = []
  for (let round = 0; round < 20; round++) {
    fill(store, entries, 10)
    totals.push(totalOf(store))
    await setTimeout(1)
  }
  const found = await Promise.all(totals)
  found.forEach((total, round) => {
    t.ok(total >= 110 + 10 * round && total <= 300, `${total} in round ${round}`)
  })
})

t.test('a later life goes on with the file, and with none', async t => {
  const directory = temporaryDirectory(t)
  const entries = new EntryMaker()
  const first = await openStore(t, directory)
  await filled(first, entries, 10)
  t.equal(await totalOf(first), 10)
  fill(first, entries, 5)
  await first.close()
  const made = statSync(join(directory, 'finder.db')).ino
  const second = await openStore(t, directory)
  t.equal(await totalOf(second), 15)
  t.equal(statSync(join(directory, 'finder.db')).ino, made, 'it is the same file')
  await second.close()
  rmSync(join(directory, 'finder.db'))
  const third = await openStore(t, directory)
  t.equal(await totalOf(third), 15)
})

/** Until its tables, which nobody asks, have so many occupants. */
async function indexed(directory: string, count: number): Promise<void> {
  while (occupantsIn(directory) !== count) await setTimeout(50)
}

/** null: the file is just being made. */
function occupantsIn(directory: string): unknown {
  let db: Database.Database | null = null
  try {
    db = new Database(join(directory, 'finder.db'), { readonly: true })
    return db.prepare('SELECT count(*) FROM occupants').pluck().get()
  } catch (error) {
    if (error instanceof Database.SqliteError) return null
    throw error
  } finally {
    db?.close()
  }
}

t.test(
  'where somebody has asked before, a later life, or state, does not wait for him',
  async t => {
    const directory = temporaryDirectory(t)
    const entries = new EntryMaker()
    const first = await openStore(t, directory)
    await filled(first, entries, 10)
    t.equal(await totalOf(first), 10)
    await first.close()
    const second = await openStore(t, directory)
    fill(second, entries, 5)
    await indexed(directory, 15)
    const source = await openStore(t, temporaryDirectory(t))
    const others = new EntryMaker()
    await filled(source, others, 40)
    await installed(source, second)
    await indexed(directory, 40)
    t.equal(await totalOf(second), 40)
  },
)

t.test('a damaged file, or one of another program, is made anew', async t => {
  const directory = temporaryDirectory(t)
  const path = join(directory, 'finder.db')
  const entries = new EntryMaker()
  const first = await openStore(t, directory)
  await filled(first, entries, 10)
  await totalOf(first)
  await first.close()
  const bytes = readFileSync(path)
  for (const damaged of [Buffer.from('not a database'), bytes.subarray(0, bytes.length / 2)]) {
    writeFileSync(path, damaged)
    const store = await openStore(t, directory)
    // What is only found to be damaged while it is read ends that question, and no other.
    await store.finder.addresses(everything, never).catch(() => {})
    t.equal(await totalOf(store, { text: 'web-1' }), 10, `of ${damaged.length} bytes`)
    await store.close()
  }
})

t.test('the file of an older or another state is not believed', async t => {
  const [one, two] = [temporaryDirectory(t), temporaryDirectory(t)]
  const first = await openStore(t, one)
  await filled(first, new EntryMaker(), 10)
  await totalOf(first)
  await first.close()
  const second = await openStore(t, two)
  const entries = new EntryMaker()
  await filled(second, entries, 3)
  writeFileSync(join(two, 'finder.db'), readFileSync(join(one, 'finder.db')))
  t.equal(await totalOf(second), 3)
  fill(second, entries, 20)
  t.equal(await totalOf(second), 23)
})

for (const where of ['on disk', 'in memory']) {
  t.test(`after a snapshot is installed ${where} the new state is what is found`, async t => {
    const place = () => (where === 'on disk' ? temporaryDirectory(t) : ':memory:')
    const source = await openStore(t, place())
    const entries = new EntryMaker()
    await filled(source, entries, 40)
    const target = await openStore(t, place())
    await filled(target, new EntryMaker(), 5)
    t.equal(await totalOf(target), 5)
    const asked = target.finder.addresses(everything, never)
    asked.catch(() => {})
    await installed(source, target)
    await asked.then(
      ({ total }) => t.ok(total === 5 || total === 40),
      error => t.ok(error instanceof FinderBusyError, String(error)),
    )
    t.equal(await totalOf(target), 40)
    fill(target, entries, 2)
    t.equal(await totalOf(target), 42)
  })
}

t.test('what history forgets, the finder forgets', async t => {
  const store = await openStore(t, temporaryDirectory(t))
  const entries = new EntryMaker()
  await filled(store, entries, 50)
  const changes = () =>
    patiently(() => {
      const query = { userId: null, actions: null, entities: null, address: null }
      return store.finder.changes(
        { ...query, fromMs: null, beforeMs: null, skip: 0, limit: 1000 },
        never,
      )
    })
  await changes()
  store.apply([
    entries.command({
      type: 'prune',
      changesBeforeMs: 0,
      changesMax: 20,
      idempotencyBeforeMs: 0,
      idempotencyMax: null,
      rowsMax: 1000,
    }),
  ])
  const { rows, total } = await changes()
  t.equal(total, rows.length)
  const place = ({ revision, n }: { readonly revision: number; readonly n: number }) => [
    revision,
    n,
  ]
  t.strictSame(rows.map(place), store.reads.changesBefore(null, 1000).map(place))
  t.ok(total < 30)
  t.equal(await totalOf(store), 50)
})

t.test('a question that is given up, or asked of a closed store, is refused', async t => {
  const store = await openStore(t, temporaryDirectory(t))
  await filled(store, new EntryMaker(), 1000)
  const controller = new AbortController()
  const asked = store.finder.addresses(everything, controller.signal)
  controller.abort(new Error('nobody listens'))
  await t.rejects(asked, { message: 'nobody listens' })
  await t.rejects(store.finder.addresses(everything, AbortSignal.abort(new Error('too late'))), {
    message: 'too late',
  })
  const last = store.finder.addresses(everything, never)
  last.catch(() => {})
  const { finder } = store
  await store.close()
  await t.rejects(last, { message: 'The state was closed.' })
  t.throws(() => store.finder)
  await t.rejects(finder.addresses(everything, never))
})
