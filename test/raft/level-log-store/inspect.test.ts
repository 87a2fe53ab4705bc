// `ipam check` on a stopped node's log: what it reports, and that it changes nothing.
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import { inspectLog } from '../../../src/raft/level-log-store/inspect.js'
import {
  DATA_UUID,
  entries,
  filesEnding,
  HARD_STATE,
  openLog,
  temporaryDirectory,
} from './support.js'

/** Names and contents of everything in a directory. */
async function pictureOf(directory: string): Promise<Record<string, string>> {
  const picture: Record<string, string> = {}
  for (const name of (await readdir(directory)).sort()) {
    const bytes = await readFile(join(directory, name))
    picture[name] = createHash('sha256').update(bytes).digest('hex')
  }
  return picture
}

t.test('a sound log is counted, and nothing on disk changes', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  await store.append({ hardState: HARD_STATE, entries: entries(1, 10, 2), sync: true })
  await store.append({ hardState: HARD_STATE, entries: entries(11, 12, 5), sync: true })
  await store.compact({ index: 4, term: 2, timeMs: 1_004 })
  await store.close()
  const before = await pictureOf(directory)
  const report = await inspectLog(directory)
  t.match(report, {
    state: 'sound',
    dataUuid: DATA_UUID,
    hardState: HARD_STATE,
    compacted: { index: 4, term: 2, timeMs: 1_004 },
    entryCount: 8,
    groupCount: 2,
    firstIndex: 5,
    lastIndex: 12,
    firstTerm: 2,
    lastTerm: 5,
    chainHead: /^[0-9a-f]{8}$/,
    droppedBytes: 0,
  })
  t.same(await inspectLog(directory), report, 'the same again')
  t.same(await pictureOf(directory), before)
  t.same(await readdir(dirname(directory)), ['raft'], 'the copy is gone')
})

t.test('equal logs have equal chain heads, different logs different ones', async t => {
  const heads: string[] = []
  for (const [term, groupEntriesMax] of [
    [1, 2],
    [1, 5],
    [2, 5],
  ] as const) {
    const directory = await temporaryDirectory(t)
    const { store } = await openLog(directory, { groupEntriesMax })
    await store.append({ hardState: HARD_STATE, entries: entries(1, 10, term), sync: true })
    await store.close()
    const report = await inspectLog(directory)
    heads.push(report.state === 'sound' ? report.chainHead : report.state)
  }
  t.equal(heads[0], heads[1])
  t.not(heads[1], heads[2])
})

t.test('damage is a report that names the place, and the evidence stays', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  for (let first = 1; first <= 600; first += 1)
    await store.append({ hardState: HARD_STATE, entries: entries(first, first, 2), sync: true })
  await store.close()
  const [file = ''] = await filesEnding(directory, '.log')
  const bytes = await readFile(file)
  bytes[40_000] = (bytes[40_000] ?? 0) ^ 1
  await writeFile(file, bytes)
  const before = await pictureOf(directory)
  const report = await inspectLog(directory)
  t.equal(report.state, 'damaged')
  if (report.state !== 'damaged') return
  t.equal(report.damage.code, 'entries-missing')
  t.equal(report.damage.directory, directory, 'the log and not its copy is named')
  t.ok((report.damage.index ?? 0) > 1)
  t.same(await pictureOf(directory), before)
})

t.test('a lost tail is seen as bytes that LevelDB drops', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  for (let first = 1; first <= 20; first += 1)
    await store.append({ hardState: HARD_STATE, entries: entries(first, first, 2), sync: true })
  await store.close()
  const [file = ''] = await filesEnding(directory, '.log')
  const bytes = await readFile(file)
  const last = bytes.byteLength - 20
  bytes[last] = (bytes[last] ?? 0) ^ 1
  await writeFile(file, bytes)
  t.match(await inspectLog(directory), { state: 'sound', lastIndex: 19 })
  const { store: again, loaded, droppedBytes } = await openLog(directory)
  t.equal(loaded.entries.length, 19)
  t.ok(droppedBytes > 0, `${droppedBytes} bytes were dropped`)
  await again.close()
})

t.test('a log in which nothing was ever written is no error', async t => {
  const directory = await temporaryDirectory(t)
  t.same(await inspectLog(directory), { state: 'empty' })
  const { store } = await openLog(directory)
  await store.close()
  t.match(await inspectLog(directory), { state: 'sound', entryCount: 0, firstIndex: 0 })
})
