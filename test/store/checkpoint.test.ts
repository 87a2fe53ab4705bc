// The durable index follows what is applied, says nothing that a power cut could take back, and the log stays bounded.
import { copyFileSync, cpSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ApplyEntry } from '../../src/raft/index.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  temporaryDirectory,
} from './support.js'

const FOLDER = join('state', '0-0')

function entriesOf(count: number): ApplyEntry[] {
  const entries = new EntryMaker()
  const list = [entries.command(genesis), entries.command(createNetwork('10.0.0.0/8'))]
  while (list.length < count) list.push(entries.command(createAllocation(1)))
  return list
}

t.test('what is applied becomes durable with a checkpoint, and not before', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = entriesOf(40)
  store.apply(entries.slice(0, 20))
  t.equal(store.durableIndex(), 0)
  await store.checkpoint()
  t.equal(store.durableIndex(), 20)
  store.apply(entries.slice(20))
  t.equal(store.durableIndex(), 20)
  const running = store.checkpoint()
  t.equal(store.durableIndex(), 20, 'only when the worker has answered')
  await running
  t.equal(store.durableIndex(), 40)
})

t.test('without the write-ahead log the database file alone has what was durable', async t => {
  const [directory, copy] = [temporaryDirectory(t), temporaryDirectory(t)]
  const store = await openStore(t, directory)
  const entries = entriesOf(60)
  store.apply(entries.slice(0, 30))
  await store.checkpoint()
  const durable = store.durableIndex()
  store.apply(entries.slice(30))
  mkdirSync(join(copy, FOLDER), { recursive: true })
  copyFileSync(join(directory, 'CURRENT'), join(copy, 'CURRENT'))
  copyFileSync(join(directory, FOLDER, 'state.db'), join(copy, FOLDER, 'state.db'))
  const fallen = await openStore(t, copy)
  t.ok(fallen.appliedIndex() >= durable)
  fallen.apply(entries)
  t.strictSame(await fallen.scans.stateHash(never), await store.scans.stateHash(never))
})

t.test('a scan that holds up the move does not hold up the durable index', async t => {
  const [directory, copy] = [temporaryDirectory(t), temporaryDirectory(t)]
  const store = await openStore(t, directory)
  const entries = entriesOf(700)
  store.apply(entries.slice(0, 600))
  const filter = { networkId: null, ended: false }
  const scan = store.scans.allocations(filter, never)[Symbol.asyncIterator]()
  await scan.next()
  store.apply(entries.slice(600))
  await store.checkpoint()
  t.equal(store.durableIndex(), 700)
  cpSync(directory, copy, { recursive: true })
  const again = await openStore(t, copy)
  t.equal(again.appliedIndex(), 700, 'database file and write-ahead log together have it')
  await scan.return?.()
})

t.test('the write-ahead log is begun anew while entries keep coming', async t => {
  const directory = temporaryDirectory(t)
  const walBytesMax = 1 << 20
  const store = await openStore(t, directory, { walBytesMax, checkpointMs: 5 })
  const entries = entriesOf(6000)
  let written = 0
  for (let at = 0; at < entries.length; at += 20) {
    const before = store.durableIndex()
    store.apply(entries.slice(at, at + 20))
    written += 20
    if (at % 400 === 0) await store.checkpoint()
    t.ok(store.durableIndex() >= before)
    t.ok(store.durableIndex() <= written)
  }
  await store.checkpoint()
  const bytes = statSync(join(directory, FOLDER, 'state.db-wal')).size
  t.ok(bytes < 4 * walBytesMax, `${bytes} bytes after some 20 MB of commits`)
  t.equal(store.durableIndex(), 6000)
})

t.test('after a large write-ahead log, scans that waited for its reset go on', async t => {
  const store = await openStore(t, temporaryDirectory(t), { walBytesMax: 4096 })
  const entries = entriesOf(700)
  store.apply(entries.slice(0, 600))
  const filter = { networkId: null, ended: false }
  const scan = store.scans.allocations(filter, never)[Symbol.asyncIterator]()
  await scan.next()
  store.apply(entries.slice(600))
  await store.checkpoint()
  let begun = false
  const waiting = store.scans.stateHash(never).then(() => {
    begun = true
  })
  await store.checkpoint()
  t.equal(begun, false, 'new scans wait while an old one keeps the log')
  await scan.return?.()
  while (!begun) await Promise.race([waiting, store.checkpoint()])
  t.equal(store.durableIndex(), 700)
})

t.test('closing leaves one file, and everything in it', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  store.apply(entriesOf(30))
  await store.close()
  await store.close()
  t.strictSame(readdirSync(join(directory, FOLDER)), ['state.db'])
  const again = await openStore(t, directory)
  t.equal(again.appliedIndex(), 30)
  t.equal(again.durableIndex(), 30, 'what stands at opening is made durable')
})
