// Scans read one applied index from beginning to end, off the main thread, while the state goes on.
import t, { type Test } from 'tap'
import type { Allocation } from '../../src/ledger/index.js'
import type { ApplyEntry } from '../../src/raft/index.js'
import { ScanError, type Store } from '../../src/store/index.js'
import { FileScans } from '../../src/store/scan/file-scans.js'
import { ScanSlots } from '../../src/store/scan/scan-slots.js'
import { SimClock } from '../support/sim-clock.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  releaseAllocation,
  temporaryDirectory,
} from './support.js'

const ALLOCATIONS = 1234
const live = { networkId: null, ended: false }

/** Its time stands still, unless a test lets it pass: no limit comes by itself, however slow the machine is. */
async function filledStore(t: Test, directory: string, set = {}) {
  const time = new SimClock()
  const store = await openStore(t, directory, set, { clock: time.node() })
  const entries = new EntryMaker()
  const batch: ApplyEntry[] = [
    entries.command(genesis),
    entries.command(createNetwork('10.0.0.0/16')),
    entries.command(createNetwork('10.1.0.0/16', 1)),
  ]
  for (let at = 0; at < ALLOCATIONS; at++) {
    batch.push(entries.command(createAllocation(1 + (at % 2))))
  }
  store.apply(batch)
  return { store, entries, time }
}

async function collect(pages: AsyncIterable<readonly { readonly id: number }[]>) {
  const sizes: number[] = []
  const ids: number[] = []
  for await (const page of pages) {
    sizes.push(page.length)
    ids.push(...page.map(row => row.id))
  }
  return { sizes, ids }
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

for (const where of ['on disk', 'in memory']) {
  t.test(`a scan ${where} gives every row once, in id order, by pages`, async t => {
    const directory = where === 'on disk' ? temporaryDirectory(t) : ':memory:'
    const { store, entries } = await filledStore(t, directory)
    const all = await collect(store.scans.allocations(live, never))
    t.strictSame(all.ids, range(1, ALLOCATIONS))
    t.strictSame(all.sizes, [500, 500, 234])
    store.apply([
      entries.command(releaseAllocation(1)),
      entries.command(releaseAllocation(2)),
      entries.command(releaseAllocation(1000)),
    ])
    const left = range(3, ALLOCATIONS).filter(id => id !== 1000)
    t.strictSame((await collect(store.scans.allocations(live, never))).ids, left)
    const ofOne = { networkId: 1, ended: false }
    const odd = (ids: number[]) => ids.filter(id => id % 2 === 1)
    t.strictSame((await collect(store.scans.allocations(ofOne, never))).ids, odd(left))
    for (const [filter, wanted] of [
      [{ networkId: null, ended: true }, range(1, ALLOCATIONS)],
      [{ networkId: 1, ended: true }, odd(range(1, ALLOCATIONS))],
      [{ networkId: 2, ended: true }, range(1, ALLOCATIONS).filter(id => id % 2 === 0)],
      [{ networkId: 9, ended: true }, []],
    ] as const) {
      const found = await collect(store.scans.allocations(filter, never))
      t.strictSame(found.ids, wanted, JSON.stringify(filter))
    }
    t.strictSame((await collect(store.scans.networks(1, never))).ids, [1, 2])
    t.strictSame((await collect(store.scans.networks(7, never))).ids, [])
  })
}

t.test('rows of a scan are the rows of a read, bigints included', async t => {
  const { store } = await filledStore(t, temporaryDirectory(t))
  for await (const [first] of store.scans.allocations(live, never)) {
    t.strictSame(first, store.reads.allocation((first as Allocation).id))
  }
})

t.test('a scan sees the index at which it began, and holds up nobody', async t => {
  const { store, entries } = await filledStore(t, temporaryDirectory(t))
  const scan = store.scans.allocations(live, never)[Symbol.asyncIterator]()
  const first = await scan.next()
  t.equal(first.value.length, 500)
  for (let id = 600; id < 700; id++) store.apply([entries.command(releaseAllocation(id))])
  store.apply([entries.command(createAllocation(1))])
  t.equal(store.reads.allocation(650)?.status, 'released', 'applied between two pages')
  const rest = [(await scan.next()).value, (await scan.next()).value].flat() as Allocation[]
  t.strictSame(
    rest.map(row => row.id),
    range(501, ALLOCATIONS),
  )
  t.ok(rest.every(row => row.status === 'allocated'))
  t.equal((await scan.next()).done, true)
})

t.test('the state hash is of one index, while the state goes on', async t => {
  const { store, entries } = await filledStore(t, temporaryDirectory(t))
  const twin = await filledStore(t, ':memory:')
  const wanted = await twin.store.scans.stateHash(never)
  const hashing = store.scans.stateHash(never)
  const later = store.scans.networks(1, never)
  t.equal((await collect(later)).ids.length, 2, 'another scan beside it')
  store.apply([entries.command(releaseAllocation(5))])
  t.strictSame(await hashing, wanted)
  t.not((await store.scans.stateHash(never)).hash, wanted.hash)
})

t.test('an aborted scan ends with the reason of the signal, and gives its place back', async t => {
  const { store } = await filledStore(t, temporaryDirectory(t))
  for (let round = 0; round < 6; round++) {
    const controller = new AbortController()
    const scan = store.scans.allocations(live, controller.signal)[Symbol.asyncIterator]()
    await scan.next()
    controller.abort(new Error('client went away'))
    if (round % 2 === 0) await t.rejects(scan.next(), /client went away/)
  }
  const controller = new AbortController()
  const hashing = store.scans.stateHash(controller.signal)
  controller.abort(new Error('not needed'))
  await t.rejects(hashing, /not needed/)
  await t.rejects(store.scans.stateHash(AbortSignal.abort(new Error('too late'))), /too late/)
  t.equal((await collect(store.scans.allocations(live, never))).ids.length, ALLOCATIONS)
})

t.test('a scan that is not read to its end in time is given up, and its place is free', async t => {
  const { store, time } = await filledStore(t, temporaryDirectory(t), { scanMsMax: 100 })
  const begin = () => store.scans.allocations(live, never)[Symbol.asyncIterator]()
  const slow = [begin(), begin(), begin(), begin()]
  for (const scan of slow) t.equal((await scan.next()).value.length, 500)
  await time.run(99)
  t.equal((await slow[0]?.next())?.value.length, 500, 'still in time')
  const waiting = begin().next()
  await time.run(1)
  for (const scan of slow) {
    const error = await scan.next().catch((error: unknown) => error)
    t.ok(error instanceof ScanError)
    t.match(error, { code: 'scan-too-long', message: 'the list was not read to its end' })
  }
  t.equal((await waiting).value.length, 500, 'who waited for a place has one')
})

t.test('what was not read to its end is named: a list, or the state for its hash', async t => {
  const time = new SimClock()
  let giveUp = (_: Error) => {}
  const hanging = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  /** Works on a hash until it is told to stop. */
  const worker = {
    call: async ({ type }: { readonly type: string }) => {
      if (type === 'hash') return hanging
      giveUp(new Error('it was closed'))
      return null as never
    },
  }
  const slots = new ScanSlots({ activeMax: 4, waitingMax: 4 })
  const clock = time.node()
  const scans = new FileScans({ scanMsMax: 10, hashMsMax: 20 }, { worker, slots, clock })
  const hash = t.rejects(scans.stateHash(never), {
    code: 'scan-too-long',
    message: 'the state was not read to its end within 20 ms',
  })
  await time.run(20)
  await hash
})

t.test('who finds no place in time is told so; a hash has a longer time', async t => {
  const { store, time } = await filledStore(t, temporaryDirectory(t), { scanMsMax: 100 })
  const begin = () => store.scans.allocations(live, new AbortController().signal)
  const running = Array.from({ length: 4 }, () => begin()[Symbol.asyncIterator]())
  for (const scan of running) await scan.next()
  const refused = t.rejects(collect(begin()), { name: 'ScanError', code: 'scan-too-long' })
  const hashing = store.scans.stateHash(never)
  await time.run(100)
  await refused
  t.equal((await hashing).appliedIndex, store.appliedIndex())
  await time.run(60_000)
  t.equal((await collect(begin())).ids.length, ALLOCATIONS, 'scans that are over leave no limit')
})

t.test('scans beyond the limit wait for a place; beyond that they are refused', async t => {
  const { store } = await filledStore(t, temporaryDirectory(t))
  const begin = () =>
    store.scans.allocations(live, new AbortController().signal)[Symbol.asyncIterator]()
  const running = [begin(), begin(), begin(), begin()]
  for (const scan of running) t.equal((await scan.next()).value.length, 500)
  const waiting = Array.from({ length: 64 }, begin)
  let admitted = 0
  const firsts = waiting.map(scan => scan.next().then(() => admitted++))
  await t.rejects(begin().next(), { code: 'too-many-scans' })
  t.equal(admitted, 0)
  for (const scan of running) await scan.return?.()
  await Promise.all(firsts.slice(0, 4))
  t.equal(admitted, 4, 'as many as there are places')
  // Each that ends makes room for the next.
  for (const [at, scan] of waiting.entries()) {
    await firsts[at]
    await scan.return?.()
  }
  t.equal(admitted, 64)
})

t.test('closing ends scans under way, and those that wait for a place', async t => {
  const { store } = await filledStore(t, temporaryDirectory(t))
  const begin = () => store.scans.allocations(live, never)[Symbol.asyncIterator]()
  const running = [begin(), begin(), begin(), begin()]
  for (const scan of running) await scan.next()
  const waiting = t.rejects(begin().next(), /state was closed/)
  await store.close()
  await waiting
  for (const scan of running) await t.rejects(scan.next(), /state was closed/)
  t.throws(() => (store as Store).scans, /the store is open/)
})
