// Compaction and snapshots at their edges: what stays in between, and what a crash leaves.
import { Level } from 'level'
import t from 'tap'
import { entries, HARD_STATE, openLog, temporaryDirectory } from './support.js'

function openDatabase(directory: string): Level<Uint8Array, Uint8Array> {
  return new Level(directory, { keyEncoding: 'view', valueEncoding: 'view' })
}

async function groupCount(directory: string): Promise<number> {
  const database = openDatabase(directory)
  const keys = await database.keys({ gte: Uint8Array.of(2), lt: Uint8Array.of(3) }).all()
  await database.close()
  return keys.length
}

t.test('groups below the mark that a crash left are passed over, then deleted', async t => {
  const directory = await temporaryDirectory(t)
  const first = await openLog(directory, { groupEntriesMax: 4 })
  await first.store.append({ hardState: HARD_STATE, entries: entries(1, 20, 1), sync: true })
  await first.store.close()
  const database = openDatabase(directory)
  const rows = await database.iterator({ gte: Uint8Array.of(2) }).all()
  await database.close()
  const second = await openLog(directory)
  await second.store.compact({ index: 10, term: 1, timeMs: 1_010 })
  await second.store.close()
  t.equal(await groupCount(directory), 3, 'the group that the mark lies inside stays')

  const again = openDatabase(directory)
  const restored = rows.slice(0, 2).map(([key, value]) => ({ type: 'put' as const, key, value }))
  await again.batch(restored)
  await again.close()
  const third = await openLog(directory)
  t.strictSame(third.loaded.entries, entries(11, 20, 1))
  t.strictSame(await third.store.read(11, 12), entries(11, 12, 1))
  await third.store.compact({ index: 12, term: 1, timeMs: 1_012 })
  await third.store.close()
  t.equal(await groupCount(directory), 2)
})

t.test('more groups than one batch deletes are deleted', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory, { groupEntriesMax: 1 })
  await store.append({ hardState: HARD_STATE, entries: entries(1, 1300, 1), sync: true })
  await store.compact({ index: 1299, term: 1, timeMs: 2_299 })
  await store.close()
  t.equal(await groupCount(directory), 1)
})

t.test('a snapshot of another history replaces the log, whatever the log held there', async t => {
  for (const index of [1, 6, 8, 9, 10, 11, 50]) {
    const directory = await temporaryDirectory(t)
    const { store } = await openLog(directory, { groupEntriesMax: 4 })
    await store.append({ hardState: HARD_STATE, entries: entries(1, 10, 2), sync: true })
    const mark = { index, term: 7, timeMs: 3_000 }
    await store.compact(mark)
    const next = entries(index + 1, index + 3, 8)
    await store.append({ hardState: HARD_STATE, entries: next, sync: true })
    await store.close()
    const { store: again, loaded } = await openLog(directory)
    t.strictSame(loaded, { hardState: HARD_STATE, compacted: mark, entries: next }, `at ${index}`)
    await again.close()
  }
})

t.test('a snapshot that the log agrees with keeps what is above it', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  await store.append({ hardState: HARD_STATE, entries: entries(1, 10, 2), sync: true })
  await store.compact({ index: 6, term: 2, timeMs: 1_006 })
  t.strictSame(await store.read(7, 10), entries(7, 10, 2))
  await store.close()
})

t.test('a mark at or below the present one changes nothing', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  await store.append({ hardState: HARD_STATE, entries: entries(1, 10, 2), sync: true })
  const mark = { index: 6, term: 2, timeMs: 1_006 }
  for (const again of [mark, mark, { index: 2, term: 2, timeMs: 1_002 }]) await store.compact(again)
  await store.close()
  const { store: reopened, loaded } = await openLog(directory)
  t.same(loaded.compacted, mark)
  t.strictSame(loaded.entries, entries(7, 10, 2))
  await reopened.close()
})

t.test('what follows the mark inside its group may be replaced', async t => {
  for (const cut of [7, 8, 10]) {
    const directory = await temporaryDirectory(t)
    const { store } = await openLog(directory)
    await store.append({ hardState: HARD_STATE, entries: entries(1, 10, 2), sync: true })
    await store.compact({ index: 6, term: 2, timeMs: 1_006 })
    await store.append({ hardState: HARD_STATE, entries: entries(cut, cut + 1, 3), sync: true })
    const expected = [...entries(7, cut - 1, 2), ...entries(cut, cut + 1, 3)]
    t.strictSame(await store.read(7, cut + 1), expected, `cut at ${cut}`)
    await store.close()
    const { store: again, loaded } = await openLog(directory)
    t.strictSame(loaded.entries, expected, `reopened, cut at ${cut}`)
    await again.close()
  }
})
