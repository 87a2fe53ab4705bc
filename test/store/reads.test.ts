// Reads on the main connection: history by position, pages by id, and what is due next.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Store } from '../../src/store/index.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  membership,
  openStore,
  releaseAllocation,
  START_MS,
  silentLog,
  temporaryDirectory,
} from './support.js'

async function history(t: Parameters<typeof openStore>[0]) {
  const store = await openStore(t, ':memory:')
  const entries = new EntryMaker()
  store.apply([
    entries.empty(),
    entries.command(genesis),
    entries.command(createNetwork('10.0.0.0/24', 1)),
    entries.command(createNetwork('10.0.0.0/24')),
    entries.command(createAllocation(1, { ttlMs: 5000 })),
    entries.command(createAllocation(1, { ttlMs: 3000 })),
    entries.command({ type: 'bulk', steps: [createAllocation(1), createAllocation(1)] as never[] }),
  ])
  return { store, entries }
}

const named = (rows: readonly { readonly revision: number; readonly n: number }[]) =>
  rows.map(row => `${row.revision}.${row.n}`)

t.test('history is read by position, forwards and backwards', async t => {
  const { reads } = (await history(t)).store
  const all = ['2.0', '2.1', '3.0', '5.0', '6.0', '7.0', '7.1']
  t.strictSame(named(reads.changesAfter({ revision: 0, n: 0 }, 100)), all)
  t.strictSame(named(reads.changesAfter({ revision: 2, n: 0 }, 2)), ['2.1', '3.0'])
  t.strictSame(named(reads.changesAfter({ revision: 2, n: -1 }, 1)), ['2.0'], 'from it on')
  t.strictSame(named(reads.changesAfter({ revision: 2, n: 1e9 }, 1)), ['3.0'], 'behind all of it')
  t.strictSame(named(reads.changesAfter({ revision: 7, n: 1 }, 5)), [])
  t.strictSame(named(reads.changesBefore(null, 3)), ['7.1', '7.0', '6.0'])
  t.strictSame(named(reads.changesBefore({ revision: 3, n: 0 }, 9)), ['2.1', '2.0'])
  const [last] = reads.changesBefore(null, 1)
  t.strictSame(reads.chainHead(), { revision: 7, n: 1, hash: last?.hash })
  t.match(last, { action: 'allocation.created', timeMs: START_MS + 7, origin: { actor: 'alice' } })
  t.equal(reads.oldestRevision(), 0)
})

t.test('a revision that was pruned in part is not the oldest that is kept', async t => {
  const { store, entries } = await history(t)
  const prune = (rowsMax: number) => ({
    type: 'prune' as const,
    changesBeforeMs: START_MS + 100,
    changesMax: null,
    idempotencyBeforeMs: 0,
    idempotencyMax: null,
    rowsMax,
  })
  store.apply([entries.command(prune(1))])
  t.equal(store.reads.oldestRevision(), 3)
  store.apply([entries.command(prune(1))])
  t.equal(store.reads.oldestRevision(), 3)
  store.apply([entries.command(prune(1))])
  t.equal(store.reads.oldestRevision(), 5)
})

t.test('how much history and how many keys are kept, and since when', async t => {
  const empty = await openStore(t, ':memory:')
  const nothing = { count: 0, oldestMs: null }
  t.strictSame(empty.reads.kept(), { changes: nothing, idempotency: nothing })

  const { store, entries } = await history(t)
  t.strictSame(store.reads.kept().changes, { count: 7, oldestMs: START_MS + 2 })
  const keyed = (scopeHash: string) =>
    entries.command(createAllocation(1), { idempotency: { scopeHash, requestHash: 'r' } })
  store.apply([keyed('b'), keyed('a'), keyed('a')])
  t.strictSame(store.reads.kept(), {
    changes: { count: 9, oldestMs: START_MS + 2 },
    idempotency: { count: 2, oldestMs: START_MS + 8 },
  })
  const prune = {
    type: 'prune' as const,
    changesBeforeMs: 0,
    changesMax: 4,
    idempotencyBeforeMs: 0,
    idempotencyMax: 1,
    rowsMax: 100,
  }
  store.apply([entries.command(prune)])
  t.strictSame(store.reads.kept(), {
    changes: { count: 5, oldestMs: START_MS + 7 },
    idempotency: { count: 1, oldestMs: START_MS + 9 },
  })
})

t.test('what is due next is the earliest lease or hold', async t => {
  const { store, entries } = await history(t)
  t.equal(store.reads.nextDueMs(), START_MS + 6 + 3000)
  store.apply([entries.command(releaseAllocation(2))])
  t.equal(store.reads.nextDueMs(), START_MS + 5 + 5000, 'the lease, and not the longer hold')
  store.apply([entries.command(releaseAllocation(1))])
  t.equal(store.reads.nextDueMs(), START_MS + 8 + 3_600_000, 'the first hold')
  const empty = await openStore(t, ':memory:')
  t.equal(empty.reads.nextDueMs(), null)
})

t.test('pages go on after an id', async t => {
  const { store, entries } = await history(t)
  const { reads } = store
  const live = { networkId: 1, ended: false }
  const ids = (rows: readonly { readonly id: number }[]) => rows.map(row => row.id)
  t.strictSame(ids(reads.allocationPage(live, { afterId: 0, limit: 3 })), [1, 2, 3])
  t.strictSame(ids(reads.allocationPage(live, { afterId: 3, limit: 3 })), [4])
  store.apply([entries.command(releaseAllocation(2))])
  t.strictSame(ids(reads.allocationPage(live, { afterId: 0, limit: 3 })), [1, 3, 4], 'no hold')
  const all = { networkId: 1, ended: true }
  t.strictSame(ids(reads.allocationPage(all, { afterId: 0, limit: 9 })), [1, 2, 3, 4])
  store.apply([
    entries.command(createNetwork('10.9.0.0/24')),
    entries.command(createNetwork('::/0')),
  ])
  t.strictSame(ids(reads.networkPage(1, { afterId: 0, limit: 2 })), [1, 2])
  t.strictSame(ids(reads.networkPage(1, { afterId: 2, limit: 2 })), [3])
  t.strictSame(reads.networkPage(1, { afterId: 2, limit: 2 })[0], reads.network(3))
})

t.test('a disk that fails behind the back of apply ends the store', async t => {
  const directory = temporaryDirectory(t)
  const failures: Error[] = []
  const store = await Store.open(
    {
      directory,
      cachePagesBytes: 1 << 20,
      initialMembership: membership,
      checkpointMs: 1 << 30,
    },
    { log: silentLog, onFailure: error => failures.push(error) },
  )
  t.teardown(() => store.close())
  store.apply([new EntryMaker().command(genesis)])
  rmSync(join(directory, 'state'), { recursive: true })
  await t.rejects(store.checkpoint(), /not to be used any more/)
  t.equal(failures.length, 1, 'who opened it is told, once')
  t.match(failures[0]?.message, /Cannot open database/, 'with the words of the other thread')
  t.equal(store.durableIndex(), 0)
  t.throws(() => store.apply([new EntryMaker(1).empty()]), /not to be used any more/)
})
