// A snapshot is the whole state at one index; installed it replaces the old one, or leaves it, whenever the process dies.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { ApplyEntry, SnapshotHeader, SnapshotSource } from '../../src/raft/index.js'
import type { Store } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  temporaryDirectory,
} from './support.js'

const CHUNK_BYTES = 10_000

/** Each snapshot is made and verified in a thread of its own, and under a loader a thread takes a second to start. */
t.setTimeout(90_000)

function entriesOf(count: number): ApplyEntry[] {
  const entries = new EntryMaker()
  const list = [entries.command(genesis), entries.command(createNetwork('10.0.0.0/8'))]
  while (list.length < count) list.push(entries.command(createAllocation(1)))
  return list
}

async function carry(from: SnapshotSource, to: Store): Promise<SnapshotHeader> {
  const { header } = from
  const sink = await to.receive(header)
  while (sink.received < header.bytes) {
    await sink.write(await from.read(sink.received, CHUNK_BYTES))
  }
  await sink.finish()
  from.release()
  return header
}

/** A store ahead and one behind it. */
async function aheadAndBehind(t: Test, directory: string) {
  const entries = entriesOf(300)
  const ahead = await openStore(t, temporaryDirectory(t))
  ahead.apply(entries.slice(0, 200))
  const behind = await openStore(t, directory)
  behind.apply(entries.slice(0, 50))
  return { entries, ahead, behind }
}

t.test('a snapshot is taken while entries are applied, and is the state at its index', async t => {
  const directory = temporaryDirectory(t)
  const { entries, ahead, behind } = await aheadAndBehind(t, directory)
  const taking = ahead.take(200)
  for (const entry of entries.slice(200)) ahead.apply([entry])
  const source = await taking
  const { mark, sha256 } = source.header
  t.ok(mark.index >= 200 && mark.index <= 300, `taken at ${mark.index}`)
  const whole = await source.read(0, source.header.bytes)
  t.equal(createHash('sha256').update(whole).digest('hex'), sha256)
  await carry(source, behind)
  await behind.install(mark)
  t.same(behind.applied, mark)
  t.equal(behind.durableIndex(), mark.index)
  behind.apply(entries)
  t.strictSame(await behind.scans.stateHash(never), await ahead.scans.stateHash(never))
})

t.test(
  'reads, scans and listeners go over to the new state; a scan under way ends on the old',
  async t => {
    const directory = temporaryDirectory(t)
    const { ahead, behind } = await aheadAndBehind(t, directory)
    let heard = 0
    behind.onApplied(() => {
      heard += 1
    })
    const filter = { networkId: null, ended: true }
    const scan = behind.scans.allocations(filter, never)[Symbol.asyncIterator]()
    const first = await scan.next()
    const { mark } = await carry(await ahead.take(1), behind)
    await behind.install(mark)
    t.equal(heard, 1)
    t.equal(first.value?.length, 48)
    t.same(await scan.next(), { value: undefined, done: true })
    t.equal(behind.reads.allocation(150)?.id, 150)
    t.strictSame(await behind.scans.stateHash(never), await ahead.scans.stateHash(never))
    await behind.close()
    t.same(readdirSync(join(directory, 'state')), [`${mark.index}-${mark.term}`], 'the old is gone')
    const again = await openStore(t, directory)
    t.same(again.applied, mark)
  },
)

t.test(
  'a snapshot is used again while it is not too old, and goes when another is taken',
  async t => {
    const directory = temporaryDirectory(t)
    const store = await openStore(t, directory)
    const entries = entriesOf(60)
    store.apply(entries.slice(0, 30))
    const [one, two] = await Promise.all([store.take(10), store.take(10)])
    t.equal(one?.header, two?.header)
    store.apply(entries.slice(30))
    const three = await store.take(40)
    t.equal(three.header.mark.index, 60)
    t.equal((await one?.read(0, 16))?.length, 16, 'who reads the old one goes on')
    one?.release()
    two?.release()
    three.release()
    await store.close()
    t.notOk((await openStore(t, directory)) && existsSync(join(directory, 'snapshots')))
  },
)

t.test('what was received stays when its stream breaks', async t => {
  const { ahead, behind } = await aheadAndBehind(t, temporaryDirectory(t))
  const source = await ahead.take(1)
  const sink = await behind.receive(source.header)
  await sink.write(await source.read(0, 5000))
  await sink.release()
  t.equal((await behind.receive(source.header)).received, 5000)
  await carry(source, behind)
  const other = { ...source.header, sha256: '0'.repeat(64) }
  t.equal((await behind.receive(other)).received, 0, 'another snapshot begins anew')
})

t.test('a snapshot for which there is no room is refused before it is received', async t => {
  const entries = entriesOf(200)
  const ahead = await openStore(t, temporaryDirectory(t))
  ahead.apply(entries)
  const source = await ahead.take(1)
  const { bytes } = source.header
  const directory = temporaryDirectory(t)
  const spareBytes = 5_000_000
  let free = bytes + spareBytes - 1
  const room = { freeBytes: async () => free, spareBytes }
  const behind = await openStore(t, directory, {}, { room })
  const wanted = `${bytes + spareBytes} bytes are needed, .* and ${free} are free`
  await t.rejects(behind.receive(source.header), {
    name: 'NoRoomError',
    message: new RegExp(`no room for the snapshot: ${wanted}`),
  })
  const received = () => readdirSync(join(directory, 'receiving'))
  t.same(received(), [], 'nothing is left lying about')

  free += 1
  const sink = await behind.receive(source.header)
  await sink.write(await source.read(0, CHUNK_BYTES))
  free = bytes - CHUNK_BYTES + spareBytes - 1
  const next = await source.read(CHUNK_BYTES, CHUNK_BYTES)
  await t.rejects(sink.write(next), { name: 'NoRoomError' }, 'others took the room meanwhile')
  t.same(received(), [], 'and what was received makes room for the log')
  behind.apply(entries.slice(0, 50))
  free = bytes + spareBytes
  t.equal((await behind.receive(source.header)).received, 0, 'with room again it begins anew')
  const { mark } = await carry(source, behind)
  await behind.install(mark)
  t.equal(behind.appliedIndex(), mark.index)
})

t.test('a disk that is full before the snapshot is whole takes nothing but that', async t => {
  const directory = temporaryDirectory(t)
  const size = 8 << 20
  const tmpfs = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]
  const { status, stderr, error } = spawnSync('mount', tmpfs, { encoding: 'utf8' })
  if (status !== 0) {
    const why = error?.message ?? stderr.trim()
    t.pass(`left out: a file system of its own could not be mounted (${why})`, { skip: true })
    return
  }
  t.teardown(() => void spawnSync('umount', [directory]))
  const entries = entriesOf(60)
  // It believes that there is room, as when another process is quicker.
  const room = { freeBytes: async () => Number.MAX_SAFE_INTEGER, spareBytes: 0 }
  const store = await openStore(t, directory, {}, { room })
  store.apply(entries.slice(0, 50))
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize
  }
  const before = freeBytes()
  const mark = { ...store.applied, index: 1_000 }
  const sink = await store.receive({ mark, bytes: 2 * size, sha256: '0'.repeat(64) })
  const chunk = new Uint8Array(1 << 20)
  const filling = async () => {
    while (sink.received < 2 * size) await sink.write(chunk)
  }
  await t.rejects(filling(), { name: 'NoRoomError', message: /disk was full before the snapshot/ })
  await sink.release()
  t.ok(freeBytes() > before - chunk.length, 'the room is free again')
  store.apply(entries.slice(50))
  t.equal(store.appliedIndex(), 60, 'and the state goes on')
})

t.test('the same bytes under another mark begin anew, and are refused', async t => {
  for (const directory of [':memory:', temporaryDirectory(t)]) {
    const { ahead, behind } = await aheadAndBehind(t, directory)
    const source = await ahead.take(1)
    const { header } = source
    const sink = await behind.receive(header)
    await sink.write(await source.read(0, header.bytes))
    const mark = { ...header.mark, index: header.mark.index + 1 }
    const other = await behind.receive({ ...header, mark })
    t.equal(other.received, 0, 'what was received is not taken for what it is not')
    await other.write(await source.read(0, header.bytes))
    await t.rejects(other.finish(), /holds another state/)
    await behind.install((await carry(source, behind)).mark)
    t.equal(behind.appliedIndex(), header.mark.index)
  }
})

t.test('what is not the announced snapshot of this program is refused', async t => {
  const { ahead, behind } = await aheadAndBehind(t, temporaryDirectory(t))
  const source = await ahead.take(1)
  const { header } = source
  const bytes = await source.read(0, header.bytes)
  const send = async (said: SnapshotHeader, sent: Uint8Array) => {
    const sink = await behind.receive(said)
    await sink.write(sent)
    await sink.finish()
  }
  const flipped = bytes.slice()
  flipped[5000] = (flipped[5000] ?? 0) ^ 1
  await t.rejects(send(header, flipped), /damaged: its SHA-256/)
  const mark = { ...header.mark, index: header.mark.index + 1 }
  await t.rejects(send({ ...header, mark }, bytes), /holds another state/)
  await t.rejects(send(header, Buffer.concat([bytes, bytes])), /longer than was announced/)
  const { sha256, foreign } = foreignDatabase(t)
  const said = { ...header, bytes: foreign.length, sha256 }
  await t.rejects(send(said, foreign), /another program/)
  t.equal(behind.appliedIndex(), 50, 'and nothing is replaced')
  source.release()
})

function foreignDatabase(t: Test): { sha256: string; foreign: Uint8Array } {
  const path = join(temporaryDirectory(t), 'foreign.db')
  const db = openDatabase(path, { mode: 'create', cacheBytes: 1 << 20 })
  db.exec('CREATE TABLE t (x); PRAGMA application_id = 7')
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  const foreign = readFileSync(path)
  return { foreign, sha256: createHash('sha256').update(foreign).digest('hex') }
}

const steps = [
  'make-folder',
  'move-file',
  'open',
  'sync-folder',
  'write-pointer',
  'rename-pointer',
  'sync-pointer',
  'change-over',
]

t.test('wherever the process dies, the old state or the new one is there, whole', async t => {
  const seen: string[] = []
  const entries = entriesOf(60)
  const ahead = await openStore(t, temporaryDirectory(t))
  ahead.apply(entries)
  for (const last of [...steps, null]) {
    const directory = temporaryDirectory(t)
    const behind = await openStore(t, directory, {}, { onInstallStep: step => die(step) })
    const die = (step: string) => {
      if (last === null) seen.push(step)
      if (step === last) throw new Error('killed')
    }
    behind.apply(entries.slice(0, 20))
    const old = behind.reads.chainHead()
    const { mark } = await carry(await ahead.take(60), behind)
    if (last === null) await behind.install(mark)
    else {
      await t.rejects(behind.install(mark), /killed/)
      t.throws(() => behind.reads, /not to be used any more/)
    }
    await behind.close()
    const again = await openStore(t, directory)
    const named = last === null || steps.indexOf(last) > steps.indexOf('rename-pointer')
    t.equal(again.appliedIndex(), named ? 60 : 20, `killed before ${last}`)
    t.same(again.reads.chainHead(), named ? ahead.reads.chainHead() : old)
    t.equal(readdirSync(join(directory, 'state')).length, 1, 'leftovers are gone')
    t.notOk(existsSync(join(directory, 'receiving')))
    again.apply(entries)
    t.same(again.reads.chainHead(), ahead.reads.chainHead())
  }
  t.same(seen, steps, 'every step was tried')
})

t.test('leftovers of an earlier life are removed as the state opens', async t => {
  const directory = temporaryDirectory(t)
  await (await openStore(t, directory)).close()
  for (const folder of ['state/9-1', 'snapshots', 'receiving']) {
    mkdirSync(join(directory, folder))
    writeFileSync(join(directory, folder, 'state.db'), 'half of it')
  }
  await openStore(t, directory)
  t.same(readdirSync(join(directory, 'state')), ['0-0'])
  t.notOk(existsSync(join(directory, 'snapshots')))
  t.notOk(existsSync(join(directory, 'receiving')))
})

t.test('a state in memory does the same', async t => {
  const entries = entriesOf(60)
  const ahead = await openStore(t, ':memory:')
  const behind = await openStore(t, ':memory:')
  ahead.apply(entries)
  const { mark } = await carry(await ahead.take(60), behind)
  await behind.install(mark)
  t.strictSame(await behind.scans.stateHash(never), await ahead.scans.stateHash(never))
})
