// The state machine on real files: what is applied is there after a reopen, and what failed left no trace.
import { copyFileSync, cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ApplyEntry } from '../../src/raft/index.js'
import type { AppliedRequest, Store } from '../../src/store/index.js'
import { SimClock } from '../support/sim-clock.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  membership,
  never,
  openStore,
  releaseAllocation,
  START_MS,
  temporaryDirectory,
} from './support.js'

/** A life with everything in it: claims of each kind, ends, holds, refusals, keys, membership, two sessions. */
function history(): ApplyEntry[] {
  const first = new EntryMaker()
  const entries = [
    first.empty(),
    first.command(genesis),
    first.command(createNetwork('10.0.0.0/16')),
    first.command(createNetwork('10.0.1.0/24', 2)),
    first.command(createNetwork('2001:db8::/32')),
    first.command(createAllocation(1)),
    first.command(createAllocation(2, { ttlMs: 1000 })),
    first.command(createAllocation(1, { place: { count: 5 }, tags: ['x=y'] })),
    first.command(createAllocation(3, { place: { prefixLength: 64 } })),
    first.command(createAllocation(2, { place: { ip: '10.0.1.9' } })),
    first.command(createAllocation(9)),
    first.command(releaseAllocation(4)),
    first.membership({ ...membership, learners: [4] }),
    first.command(createAllocation(2), { idempotency: { scopeHash: 's', requestHash: 'r' } }),
    first.command(createAllocation(2), { idempotency: { scopeHash: 's', requestHash: 'r' } }),
  ]
  const second = new EntryMaker(entries.length, 2)
  const steps = [createAllocation(1), releaseAllocation(1)] as never[]
  return [
    ...entries,
    second.command({ type: 'bulk', steps }),
    second.command({ type: 'bulk', steps: [...steps, ...steps] }),
    second.command(releaseAllocation(5)),
    second.command({ type: 'expire', rowsMax: 10 }, { timeMs: START_MS + 5000 }),
    second.command(createAllocation(3, { place: { count: 1 } }), { nodeId: 2 }),
  ]
}

function batches(entries: readonly ApplyEntry[], size: number): ApplyEntry[][] {
  const result: ApplyEntry[][] = []
  for (let at = 0; at < entries.length; at += size) result.push(entries.slice(at, at + size))
  return result
}

async function summary(store: Store) {
  const { index, term, timeMs, membership } = store.applied
  const { reads, scans } = store
  const stateHash = await scans.stateHash(never)
  return {
    applied: { index, term, timeMs, membership },
    stateHash,
    head: Buffer.from(reads.chainHead().hash).toString('hex'),
    cluster: reads.cluster(),
    vrfs: reads.vrfs(),
    networks: reads.networkPage(1, { afterId: 0, limit: 100 }),
    allocations: reads.allocationPage({ networkId: null, ended: true }, { afterId: 0, limit: 100 }),
    statistics: [1, 2, 3].map(id => reads.statistics(id)),
    changes: reads.changesAfter({ revision: 0, n: 0 }, 100).map(row => row.action),
    due: reads.nextDueMs(),
  }
}

t.test('the state after a reopen is the state before', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const decided: AppliedRequest[] = []
  store.onApplied(requests => decided.push(...requests))
  for (const batch of batches(history(), 4)) store.apply(batch)
  t.equal(store.appliedIndex(), 20)
  t.same(
    decided.map(({ outcome }) => (outcome.ok ? outcome.result.type : outcome.refusal.code)),
    [
      'none',
      'network',
      'network',
      'network',
      'allocation',
      'allocation',
      'allocation',
      'allocation',
      'allocation',
      'network-not-found',
      'allocation',
      'allocation',
      'allocation',
      'bulk',
      'step-refused',
      'allocation',
      'slice',
      'allocation',
    ],
    'the history has what it promises',
  )
  const before = await summary(store)
  await store.close()
  const reopened = await openStore(t, directory)
  t.strictSame(await summary(reopened), before)
  t.equal(before.applied.membership.learners[0], 4)
})

t.test('two stores fed the same entries in other batches are equal', async t => {
  const [one, two, memory] = [
    await openStore(t, temporaryDirectory(t)),
    await openStore(t, temporaryDirectory(t)),
    await openStore(t, ':memory:'),
  ]
  for (const batch of batches(history(), 1)) one.apply(batch)
  for (const batch of batches(history(), 7)) two.apply(batch)
  memory.apply(history())
  t.strictSame(await summary(two), await summary(one))
  t.strictSame(await summary(memory), await summary(one))
})

t.test('one different entry gives another hash', async t => {
  const entries = history()
  const [one, two] = [await openStore(t, ':memory:'), await openStore(t, ':memory:')]
  one.apply(entries)
  two.apply(entries.map(entry => ({ ...entry, timeMs: entry.timeMs + 1 })))
  const [first, second] = [await one.scans.stateHash(never), await two.scans.stateHash(never)]
  t.equal(first.appliedIndex, second.appliedIndex)
  t.not(first.hash, second.hash)
})

t.test('a store that fell back replays to the same state', async t => {
  const directory = temporaryDirectory(t)
  const older = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = history()
  store.apply(entries.slice(0, 11))
  await store.checkpoint()
  const at = join('state', '0-0')
  mkdirSync(join(older, at), { recursive: true })
  copyFileSync(join(directory, 'CURRENT'), join(older, 'CURRENT'))
  copyFileSync(join(directory, at, 'state.db'), join(older, at, 'state.db'))
  store.apply(entries)
  const reopened = await openStore(t, older)
  t.equal(reopened.appliedIndex(), 11)
  for (const batch of batches(entries, 3)) reopened.apply(batch)
  t.strictSame(await summary(reopened), await summary(store))
})

t.test(
  'what a crash takes with it comes again from the log; what was read elsewhere stays',
  async t => {
    const directory = temporaryDirectory(t)
    const [early, late] = [temporaryDirectory(t), temporaryDirectory(t)]
    const store = await openStore(t, directory)
    const entries = history()
    for (const entry of entries) store.apply([entry])
    cpSync(directory, early, { recursive: true })
    // The summary is made by another connection: all that was applied is committed before it looks.
    const expected = await summary(store)
    cpSync(directory, late, { recursive: true })
    const crashed = await openStore(t, early)
    t.ok(crashed.appliedIndex() < store.appliedIndex(), 'the open transaction is gone')
    crashed.apply(entries)
    t.strictSame(await summary(crashed), expected)
    t.strictSame(await summary(await openStore(t, late)), expected)
  },
)

t.test('an open transaction is committed by itself, and at once when much is in it', async t => {
  const directory = temporaryDirectory(t)
  const clock = new SimClock()
  const store = await openStore(t, directory, {}, { clock: clock.node() })
  const entries = new EntryMaker()
  const committed = () => {
    const copy = temporaryDirectory(t)
    cpSync(directory, copy, { recursive: true })
    return openStore(t, copy).then(reopened => reopened.appliedIndex())
  }
  store.apply([entries.command(genesis), entries.command(createNetwork('10.0.0.0/16'))])
  t.equal(await committed(), 0)
  await clock.run(1000)
  t.equal(await committed(), 2)
  store.apply([entries.command(createAllocation(1))])
  t.equal(await committed(), 2)
  store.apply(Array.from({ length: 1100 }, () => entries.command(createAllocation(1))))
  t.equal(await committed(), 1103)
})

t.test('entries at or below the applied index are skipped; a hole is refused', async t => {
  const store = await openStore(t, ':memory:')
  const entries = history()
  store.apply(entries.slice(0, 10))
  const before = await summary(store)
  let calls = 0
  store.onApplied(() => calls++)
  store.apply(entries.slice(0, 10))
  t.strictSame(await summary(store), before)
  t.equal(calls, 0)
  t.throws(() => store.apply(entries.slice(12)), /entry 13 does not follow the applied entry 10/)
})

t.test(
  'a batch that fails half way leaves the state before it, and a store that refuses',
  async t => {
    const directory = temporaryDirectory(t)
    const store = await openStore(t, directory)
    const entries = history()
    store.apply(entries.slice(0, 8))
    const before = await summary(store)
    const damaged = entries.slice(8).map((entry, at) => {
      return at === 3 ? { ...entry, data: entry.data.subarray(0, 12) } : entry
    })
    let heard = 0
    store.onApplied(() => heard++)
    t.throws(() => store.apply(damaged), /A request in the log is damaged/)
    t.equal(heard, 0, 'nobody hears of what was not committed')
    t.throws(() => store.apply(entries.slice(8)), /not to be used any more/)
    t.throws(() => store.reads, /not to be used any more/)
    await store.close()
    const reopened = await openStore(t, directory)
    t.strictSame(await summary(reopened), before)
    reopened.apply(entries)
    t.equal(reopened.appliedIndex(), 20)
  },
)

t.test('an image of a store in memory opens as the same state', async t => {
  const store = await openStore(t, ':memory:')
  store.apply(history())
  const again = await openStore(t, ':memory:', { image: store.serialize() })
  t.strictSame(await summary(again), await summary(store))
})

t.test('a retry is answered after a reopen as it was before', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  const [begin, network] = [entries.command(genesis), entries.command(createNetwork('10.0.0.0/24'))]
  const allocate = entries.command(createAllocation(1))
  const decided: AppliedRequest[] = []
  const listen = (requests: readonly AppliedRequest[]) => decided.push(...requests)
  store.onApplied(listen)
  store.apply([begin, network, allocate])
  await store.close()
  const reopened = await openStore(t, directory)
  reopened.onApplied(listen)
  reopened.apply([{ ...allocate, index: 4 }])
  t.strictSame(decided[3], decided[2], 'the answer, its revision included')
  t.equal(reopened.reads.statistics(1)?.allocated, 1n)
})
