// What happens when the disk refuses, a call is wrong, or another process is in the directory.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { DirectoryInUseError } from '../../../src/raft/data-directory/directory-lock.js'
import type { LevelLogStore } from '../../../src/raft/level-log-store/level-log-store.js'
import type { ChildReport } from './child.js'
import { entries, HARD_STATE, openLog, temporaryDirectory } from './support.js'

/** Files of the child grow to 200 blocks of 512 bytes; node ignores the signal, so that the write fails with EFBIG. */
const FILE_BLOCKS_MAX = 200

function start(t: Test, shellPrefix: string, ...words: readonly string[]): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts')
  const script = fileURLToPath(new URL(fromSource ? './child.ts' : './child.js', import.meta.url))
  // The test runner puts its loaders into NODE_OPTIONS, and what they write would count against the limit.
  const command = `${shellPrefix} exec env -u NODE_OPTIONS "$0" "$@"`
  const loader = fromSource ? ['--import', 'tsx'] : []
  const node = [process.execPath, ...loader, script, ...words]
  const child = spawn('sh', ['-c', command, ...node], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

async function reportOf(child: ChildProcess): Promise<ChildReport> {
  if (child.stdout === null) throw new Error('The output of the child is a pipe.')
  for await (const line of createInterface(child.stdout)) return JSON.parse(line)
  throw new Error('The child said nothing.')
}

t.test('a second process is refused, and a killed one leaves no lock behind', async t => {
  const directory = await temporaryDirectory(t)
  const child = start(t, '', 'hold', directory)
  t.same(await reportOf(child), { state: 'held' })
  await t.rejects(openLog(directory), DirectoryInUseError)
  await t.rejects(openLog(directory), { message: /in use by another process/ })
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  const { store } = await openLog(directory)
  const report = await reportOf(start(t, '', 'hold', directory))
  t.equal(report.state, 'in-use', 'and the other way round')
  await store.close()
})

t.test('a second open in the same process is refused', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory)
  await t.rejects(openLog(directory), { code: 'directory-in-use' })
  await store.append({ hardState: HARD_STATE, entries: entries(1, 2, 1), sync: true })
  await store.close()
  const { store: again, loaded } = await openLog(directory)
  t.strictSame(loaded.entries, entries(1, 2, 1))
  await again.close()
})

t.test(
  'a write that the disk refuses ends the store, and nothing acknowledged is lost',
  async t => {
    const directory = await temporaryDirectory(t)
    const report = await reportOf(start(t, `ulimit -f ${FILE_BLOCKS_MAX};`, 'fill', directory))
    t.equal(report.state, 'failed')
    if (report.state !== 'failed') return
    t.ok(report.acknowledged > 10, `${report.acknowledged} were written before`)
    t.match(report.errors[0], /LogStoreFailedError: .*could not be written: .*File too large/)
    t.equal(report.errors.length, 5)
    for (const error of report.errors) t.equal(error, report.errors[0], 'the same error for each')
    const { store, loaded } = await openLog(directory)
    t.ok(loaded.entries.length >= report.acknowledged, 'all that was acknowledged is there')
    await store.close()
  },
)

t.test('after close every call rejects', async t => {
  const { store } = await openLog(await temporaryDirectory(t))
  await store.append({ hardState: HARD_STATE, entries: entries(1, 2, 1), sync: true })
  await store.close()
  const expected = { name: 'LogStoreFailedError', message: /is closed/ }
  await t.rejects(store.append({ hardState: HARD_STATE, entries: [], sync: true }), expected)
  await t.rejects(store.compact({ index: 1, term: 1, timeMs: 0 }), expected)
  await t.rejects(store.read(1, 1), expected)
})

t.test('calls that no correct driver makes are refused, and end the store', async t => {
  const commit = { ...HARD_STATE, commit: 1 }
  const cases: [string, (store: LevelLogStore) => Promise<unknown>][] = [
    ['a gap', s => s.append({ hardState: HARD_STATE, entries: entries(12, 13, 9), sync: true })],
    [
      'below the mark',
      s => s.append({ hardState: HARD_STATE, entries: entries(3, 4, 9), sync: true }),
    ],
    [
      'a falling term',
      s => s.append({ hardState: HARD_STATE, entries: entries(11, 12, 1), sync: true }),
    ],
    [
      'unsynced entries',
      s => s.append({ hardState: HARD_STATE, entries: entries(11, 12, 9), sync: false }),
    ],
    [
      'an unsynced term',
      s => s.append({ hardState: { ...commit, term: 10 }, entries: [], sync: false }),
    ],
    [
      'an unsynced vote',
      s => s.append({ hardState: { ...commit, vote: 3 }, entries: [], sync: false }),
    ],
    ['a read below the mark', s => s.read(3, 6)],
    ['a read beyond the end', s => s.read(9, 11)],
  ]
  for (const [what, call] of cases) {
    const directory = await temporaryDirectory(t)
    const { store } = await openLog(directory)
    await store.append({ hardState: HARD_STATE, entries: entries(1, 10, 5), sync: true })
    await store.compact({ index: 3, term: 5, timeMs: 1_003 })
    await t.rejects(call(store), { name: 'LogStoreFailedError' }, what)
    await t.rejects(store.read(4, 5), { name: 'LogStoreFailedError' }, `after ${what}`)
    await store.close()
    const { store: again, loaded } = await openLog(directory)
    t.strictSame(loaded.entries, entries(4, 10, 5), `the log after ${what}`)
    await again.close()
  }
})

t.test('calls that overlap are done in order', async t => {
  const directory = await temporaryDirectory(t)
  const { store } = await openLog(directory, { groupEntriesMax: 4 })
  const [, , read] = await Promise.all([
    store.append({ hardState: HARD_STATE, entries: entries(1, 10, 1), sync: true }),
    store.append({ hardState: HARD_STATE, entries: entries(6, 7, 2), sync: true }),
    store.read(1, 7),
    store.compact({ index: 2, term: 1, timeMs: 1_002 }),
  ])
  t.strictSame(read, [...entries(1, 5, 1), ...entries(6, 7, 2)])
  await store.close()
})
