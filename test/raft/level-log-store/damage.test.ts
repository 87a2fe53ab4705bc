// The four experiments in which LevelDB opens as if nothing had happened: each ends in a clear refusal here.
import { mkdir, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { Level } from 'level'
import t, { type Test } from 'tap'
import type { Identity } from '../../../src/raft/data-directory/identity.js'
import { checkMarks, RefusalToVote } from '../../../src/raft/data-directory/verify-start.js'
import { LogDamagedError } from '../../../src/raft/level-log-store/errors.js'
import type { LoadedLog } from '../../../src/raft/ports.js'
import { seededRandom } from '../../support/seeded-random.js'
import { DATA_UUID, entries, entry, filesEnding, openLog, temporaryDirectory } from './support.js'

const ENTRY_COUNT = 2000
const TERM = 9
const WRITTEN = entries(1, ENTRY_COUNT, TERM)

/** What the files beside the log remember after all of it was written and applied. */
const IDENTITY: Identity = {
  nodeId: 1,
  dataUuid: DATA_UUID,
  clusterUuid: null,
  startCount: 1,
  term: TERM,
  vote: 2,
  bootstrap: null,
  installing: null,
}

/** 2000 entries, `perBatch` in each synced batch; the vote is in the first. */
async function writtenLog(t: Test, perBatch: number): Promise<string> {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  for (let first = 1; first <= ENTRY_COUNT; first += perBatch) {
    const batch = WRITTEN.slice(first - 1, first - 1 + perBatch)
    const hardState = { term: TERM, vote: 2, commit: first - 1 }
    await store.append({ hardState, entries: batch, sync: true })
  }
  await store.close()
  return directory
}

async function onlyFile(directory: string, end: string): Promise<string> {
  const [file, ...others] = await filesEnding(directory, end)
  if (file === undefined || others.length > 0) throw new Error(`One ${end} file was expected.`)
  return file
}

async function flipBit(file: string, position: number, bit = 0): Promise<void> {
  const bytes = await readFile(file)
  bytes[position] = (bytes[position] ?? 0) ^ (1 << bit)
  await writeFile(file, bytes)
}

type Database = Level<Uint8Array, Uint8Array>

function openDatabase(directory: string): Database {
  const options = { keyEncoding: 'view', valueEncoding: 'view', compression: false }
  return new Level(directory, options)
}

/** Moves everything from the .log into one .ldb, as LevelDB does sooner or later. */
async function intoTable(directory: string): Promise<string> {
  const database = openDatabase(directory)
  await database.open()
  // The types of `level` leave out what only LevelDB itself has.
  const leveldb = database as unknown as {
    compactRange(start: Uint8Array, end: Uint8Array): Promise<void>
  }
  await leveldb.compactRange(Uint8Array.of(0), Uint8Array.of(255))
  await database.close()
  return onlyFile(directory, '.ldb')
}

/** Opens as a node does: the log itself, then the marks outside. */
async function start(directory: string, identity: Identity, applied: number): Promise<LoadedLog> {
  const { store, loaded } = await openLog(directory)
  await store.close()
  const mark = { index: applied, term: applied === 0 ? 0 : TERM }
  checkMarks({ loaded, identity, applied: mark, clusterUuid: null })
  return loaded
}

t.test('one flipped bit in the middle of the .log is refused, at every start', async t => {
  const directory = await writtenLog(t, 1)
  const file = await onlyFile(directory, '.log')
  await flipBit(file, Math.floor((await readFile(file)).byteLength / 2))
  for (const attempt of ['first', 'second']) {
    const error = await openLog(directory).then(
      () => null,
      error => error,
    )
    t.ok(error instanceof LogDamagedError, `${attempt} start: ${error}`)
    t.equal(error.code, 'entries-missing')
    t.ok(error.index > 1 && error.index < ENTRY_COUNT, `the place is ${error.index}`)
    t.match(error.message, /Entries \d+ to \d+ are missing/)
    t.match(error.message, /Remove this node from the cluster and add it again under a new id/)
    t.ok(error.message.includes(directory))
  }
})

t.test('a .log cut to half is refused by the applied index', async t => {
  const directory = await writtenLog(t, 1)
  const file = await onlyFile(directory, '.log')
  await truncate(file, Math.floor((await readFile(file)).byteLength / 2))
  for (const attempt of ['first', 'second']) {
    await t.rejects(
      start(directory, IDENTITY, ENTRY_COUNT),
      { name: 'RefusalToVote', code: 'log-behind-state' },
      `${attempt} start`,
    )
  }
  const { loaded, store } = await openLog(directory)
  t.ok(loaded.entries.length > 0 && loaded.entries.length < ENTRY_COUNT, 'LevelDB was content')
  await store.close()
})

t.test('a deleted .log is refused by the term, before anything was applied', async t => {
  for (const applied of [0, ENTRY_COUNT]) {
    const directory = await writtenLog(t, 100)
    await rm(await onlyFile(directory, '.log'))
    const expected = { name: 'RefusalToVote', code: 'term-behind', message: /must not vote/ }
    await t.rejects(start(directory, IDENTITY, applied), expected, `applied ${applied}`)
  }
})

t.test('a flipped byte in an uncompressed .ldb is refused with the entry named', async t => {
  const directory = await writtenLog(t, 1)
  const file = await intoTable(directory)
  const sound = await readFile(file)
  const middle = sound.indexOf(Buffer.from('entry 1000 of term'))
  t.ok(middle > 0, 'the data is there uncompressed')
  await flipBit(file, middle + 7)
  const error = await openLog(directory).catch(error => error)
  t.ok(error instanceof LogDamagedError)
  t.equal(error.code, 'group-damaged')
  t.equal(error.index, 1000)
  t.match(error.message, /The checksum of entry 1000 does not match/)
})

t.test('an entry that is damaged after the start is refused when it is read', async t => {
  const directory = await writtenLog(t, 50)
  const file = await intoTable(directory)
  const { store } = await openLog(directory)
  const position = (await readFile(file)).indexOf(Buffer.from('entry 1000 of term'))
  const handle = await open(file, 'r+')
  await handle.write('E', position)
  await handle.close()
  t.strictSame(await store.read(1, 900), WRITTEN.slice(0, 900), 'what is sound is read')
  await t.rejects(store.read(990, 1010), { code: 'group-damaged', index: 951 })
  const next = { hardState: { term: TERM, vote: 2, commit: 0 }, entries: [], sync: true }
  await t.rejects(store.append(next), { code: 'group-damaged' }, 'and nothing is written any more')
  await store.close()
})

t.test('random flips in any file are refused, or the log is whole', async t => {
  const seed = 20_251
  const random = seededRandom(seed)
  const outcomes = { refused: 0, whole: 0 }
  const forms = [
    { perBatch: 40, table: false },
    { perBatch: 1, table: true },
    { perBatch: 40, table: true },
  ]
  for (const { perBatch, table } of forms) {
    const directory = await writtenLog(t, perBatch)
    if (table) await intoTable(directory)
    const files = new Map<string, Buffer>()
    for (const end of ['.log', '.ldb', 'CURRENT', 'MANIFEST-000002', 'MANIFEST-000004']) {
      for (const file of await filesEnding(directory, end)) files.set(file, await readFile(file))
    }
    const nonEmpty = [...files.entries()].filter(([, bytes]) => bytes.byteLength > 0)
    for (let round = 0; round < 30; round++) {
      const copy = await temporaryDirectory(t)
      const [chosen, bytes] = nonEmpty[Math.floor(random() * nonEmpty.length)] ?? ['', Buffer.of()]
      const position = Math.floor(random() * bytes.byteLength)
      await restore(copy, directory, files)
      await flipBit(chosen.replace(directory, copy), position, Math.floor(random() * 8))
      const what = `seed ${seed}, round ${round}, ${perBatch} a batch, byte ${position} of ${chosen}`
      try {
        const loaded = await start(copy, IDENTITY, ENTRY_COUNT)
        outcomes.whole += 1
        t.strictSame(loaded.entries, WRITTEN, what)
      } catch (error) {
        outcomes.refused += 1
        const refused = error instanceof LogDamagedError || error instanceof RefusalToVote
        if (!refused) t.fail(`${what}: ${error}`)
      }
    }
  }
  t.ok(outcomes.refused > 20, `most were refused: ${JSON.stringify(outcomes)}`)
})

async function restore(
  copy: string,
  directory: string,
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  await mkdir(copy, { recursive: true })
  for (const [file, bytes] of files) await writeFile(file.replace(directory, copy), bytes)
}

t.test('whatever is taken out of the database, the open says what is missing', async t => {
  const key = (first: number) => {
    const bytes = new Uint8Array(9)
    new DataView(bytes.buffer).setUint8(0, 2)
    new DataView(bytes.buffer).setBigUint64(1, BigInt(first))
    return bytes
  }
  const head = Uint8Array.of(1)
  const cases: [string, { code: string; index: number | null }, (db: Database) => Promise<void>][] =
    [
      ['the head', { code: 'head-missing', index: null }, db => db.del(head)],
      ['a group', { code: 'entries-missing', index: 401 }, db => db.del(key(401))],
      ['the last group', { code: 'entries-missing', index: 1901 }, db => db.del(key(1901))],
      ['the first group', { code: 'entries-missing', index: 1 }, db => db.del(key(1))],
      [
        'a head of noise',
        { code: 'head-damaged', index: null },
        db => db.put(head, new Uint8Array(93)),
      ],
      [
        'a group twice',
        { code: 'group-out-of-place', index: 450 },
        async db => db.put(key(450), (await db.get(key(401))) ?? head),
      ],
      [
        'a group under the next key',
        { code: 'group-damaged', index: 401 },
        async db => db.put(key(401), (await db.get(key(501))) ?? head),
      ],
      [
        'a group beyond the end',
        { code: 'group-damaged', index: 2001 },
        async db => db.put(key(2001), (await db.get(key(1901))) ?? head),
      ],
    ]
  for (const [what, expected, harm] of cases) {
    const directory = await writtenLog(t, 100)
    const database = openDatabase(directory)
    await harm(database)
    await database.close()
    await t.rejects(openLog(directory), { name: 'LogDamagedError', ...expected }, what)
  }
})

t.test('groups of another history are refused by the chain', async t => {
  const [ours, other] = [await temporaryDirectory(t), await temporaryDirectory(t)]
  for (const [directory, text] of [
    [ours, 'one'],
    [other, 'two'],
  ] as const) {
    const { store } = await openLog(directory)
    for (const index of [1, 2, 3]) {
      const batch = [entry(index, 1, `${text} ${index}`)]
      await store.append({ hardState: { term: 1, vote: 1, commit: 0 }, entries: batch, sync: true })
    }
    await store.close()
  }
  const key = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 2)
  const source = openDatabase(other)
  const value = await source.get(key)
  await source.close()
  const target = openDatabase(ours)
  await target.put(key, value ?? Uint8Array.of())
  await target.close()
  await t.rejects(openLog(ours), { code: 'chain-broken', index: 2 })
})

t.test('a log that was copied from another data directory is refused', async t => {
  const directory = await writtenLog(t, 500)
  const dataUuid = 'ffffffff-92aa-4d9e-8c07-5d1e3f7a9b21'
  await t.rejects(openLog(directory, { dataUuid }), { code: 'foreign-log' })
})

t.test('a database without its CURRENT file is refused and not made anew', async t => {
  const directory = await writtenLog(t, 500)
  await rm(`${directory}/CURRENT`)
  await t.rejects(openLog(directory), { name: 'LogDamagedError', code: 'database-corrupt' })
  t.equal((await filesEnding(directory, '.log')).length, 1, 'the data is still there')
})
