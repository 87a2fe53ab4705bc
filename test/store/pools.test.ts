// Pools, blocks and numbers as they are read: by page, by scan, and while a deletion is under way.
import assert from 'node:assert/strict'
import t, { type Test } from 'tap'
import type { Network, Outcome } from '../../src/ledger/index.js'
import type { CountedSlice, Store } from '../../src/store/index.js'
import {
  allocateBlock,
  allocateNumber,
  createAllocation,
  createNetwork,
  createNumberPool,
  createPool,
  EntryMaker,
  genesis,
  never,
  openStore,
  releaseAllocation,
  START_MS,
  temporaryDirectory,
} from './support.js'

const BLOCKS = 1203
const NUMBERS = 1100
const ids = (rows: readonly { readonly id: number }[]) => rows.map(row => row.id)
const poolIds = (rows: readonly Network[]) => rows.map(row => row.pool?.id)
const blockIds = (rows: readonly { readonly blockId: number | null }[]) =>
  rows.map(row => row.blockId)
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

async function collect<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}

/** Before the scan begins, and between its slices. */
async function* writingMeanwhile<Row>(
  slices: AsyncIterable<CountedSlice<Row>>,
  write: () => void,
): AsyncGenerator<CountedSlice<Row>> {
  write()
  for await (const slice of slices) {
    write()
    yield slice
  }
}

/** @throws when the slices disagree with the number of rows that they announce */
async function collectCounted<Row>(slices: AsyncIterable<CountedSlice<Row>>): Promise<Row[]> {
  const totals = new Set<number>()
  const rows: Row[] = []
  for await (const slice of slices) {
    totals.add(slice.total)
    rows.push(...slice.rows)
  }
  const announced = [...totals]
  assert.deepEqual(announced, rows.length === 0 ? [] : [rows.length])
  return rows
}

/** Pools 1 10.0.0.0/16 and 2 2001:db8::/48 in networks 2 and 3, number pools 1 (ASN), 2 (RT) and 3 (VLAN). */
async function openPools(t: Test, directory: string) {
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  const rt = { kind: 'rt', format: 0, administrator: '65000', rangeStart: 5 } as const
  store.apply([
    entries.command(genesis),
    entries.command(createNetwork('192.0.2.0/24')),
    entries.command(createPool('10.0.0.0/16')),
    entries.command(createPool('2001:db8::/48', { strategy: 'sparse', description: 'six' })),
    entries.command(createNumberPool('asns')),
    entries.command(createNumberPool('targets', rt)),
    entries.command(createNumberPool('vlans', { kind: 'vlan', rangeEnd: 4094 })),
  ])
  return { store, entries }
}

function fill(store: Store, entries: EntryMaker): void {
  const claims = range(1, Math.max(BLOCKS, NUMBERS)).flatMap(at => [
    ...(at <= BLOCKS ? [entries.command(allocateBlock('10.0.0.0/16', 30))] : []),
    ...(at <= NUMBERS ? [entries.command(allocateNumber('asns'))] : []),
    ...(at % 100 === 0 ? [entries.command(createAllocation(1))] : []),
  ])
  store.apply(claims)
}

for (const where of ['on disk', 'in memory']) {
  t.test(`pools ${where} are read by page and by scan, in the order of their own ids`, async t => {
    const directory = where === 'on disk' ? temporaryDirectory(t) : ':memory:'
    const { store, entries } = await openPools(t, directory)
    fill(store, entries)
    const { reads, scans } = store
    t.strictSame(poolIds(reads.poolPage({ afterId: 0, limit: 9 })), [1, 2])
    t.strictSame(poolIds(reads.poolPage({ afterId: 1, limit: 9 })), [2])
    t.strictSame(reads.poolPage({ afterId: 1, limit: 9 }), [reads.pool('2001:db8::/48')])
    t.strictSame(await collect(scans.pools(never)), reads.poolPage({ afterId: 0, limit: 9 }))

    t.strictSame(blockIds(await collectCounted(scans.blocks(2, never))), range(1, BLOCKS))
    t.strictSame(blockIds(reads.blockPage(2, { afterId: 500, limit: 3 })), [501, 502, 503])
    t.equal(reads.blockCount(2), BLOCKS)
    t.strictSame(await collectCounted(scans.blocks(3, never)), [], 'a pool without blocks')
    t.match(reads.blockPage(2, { afterId: 0, limit: 1 }), [{ owner: 'router-1', kind: 'block' }])

    t.strictSame(ids(await collectCounted(scans.numbers(1, never))), range(1, NUMBERS))
    t.strictSame(ids(reads.numberPage(1, { afterId: 7, limit: 2 })), [8, 9])
    t.match(reads.numberPage(1, { afterId: 7, limit: 1 }), [{ value: 8, status: 'allocated' }])
    for (const [kinds, wanted] of [
      [['rt', 'rd'], [2]],
      [
        ['vlan', 'asn', 'asn'],
        [1, 3],
      ],
      [
        ['rt', 'rd', 'vlan', 'asn'],
        [1, 2, 3],
      ],
      [['rd'], []],
      [[], []],
    ] as const) {
      t.strictSame(ids(reads.numberPoolPage(kinds, { afterId: 0, limit: 9 })), wanted, `${kinds}`)
      t.strictSame(ids(await collect(scans.numberPools(kinds, never))), wanted, `${kinds}`)
    }
    const page = { afterId: 1, limit: 1 }
    t.strictSame(reads.numberPoolPage(['rt', 'asn'], page), [reads.numberPool('targets')])
  })
}

t.test('a scan announces what it gives, though others write meanwhile', async t => {
  const { store, entries } = await openPools(t, temporaryDirectory(t))
  fill(store, entries)
  const held = [store.scans.blocks(2, never), store.scans.numbers(1, never)].map(scan =>
    writingMeanwhile<object>(scan, () =>
      store.apply([
        entries.command(allocateBlock('10.0.0.0/16', 30)),
        entries.command(allocateNumber('asns')),
        entries.command(releaseAllocation(1 + (store.appliedIndex() % 1000))),
      ]),
    ),
  )
  for (const scan of held) t.ok((await collectCounted(scan)).length > 1000)
})

t.test('blocks that were there before their network was a pool have numbers too', async t => {
  const { store, entries } = await openPools(t, ':memory:')
  store.apply([
    entries.command(createAllocation(1, { place: { prefixLength: 28 } })),
    entries.command(createAllocation(1)),
    entries.command(createAllocation(1, { place: { prefixLength: 29 } })),
  ])
  t.strictSame(blockIds(store.reads.blockPage(1, { afterId: 0, limit: 9 })), [])
  store.apply([entries.command(createPool('192.0.2.0/24'))])
  const blocks = store.reads.blockPage(1, { afterId: 0, limit: 9 })
  t.strictSame(ids(blocks), [1, 3])
  t.strictSame(blockIds(blocks), [1, 2])
  store.apply([entries.command(releaseAllocation(1))])
  t.strictSame(blockIds(store.reads.blockPage(1, { afterId: 0, limit: 9 })), [2])
})

t.test('what a pool was asked is there after a reopen', async t => {
  const directory = temporaryDirectory(t)
  const { store, entries } = await openPools(t, directory)
  fill(store, entries)
  store.apply([entries.command({ type: 'pool.delete', name: '10.0.0.0/16', ifRevision: null })])
  const figures = (of: Store) => [
    of.reads.poolFigures(3),
    of.reads.numberFigures(1),
    of.reads.deletionsWait(),
    of.reads.poolPage({ afterId: 0, limit: 9 }),
  ]
  const before = figures(store)
  const { hash } = await store.scans.stateHash(never)
  await store.close()
  const again = await openStore(t, directory)
  t.strictSame(figures(again), before)
  t.equal((await again.scans.stateHash(never)).hash, hash)
  const onward = new EntryMaker(again.appliedIndex(), 2)
  again.apply([onward.command(createPool('10.0.0.0/16'))])
  t.equal(again.reads.pool('10.0.0.0/16')?.pool?.id, 3, 'ids go on')
})

t.test('claims of a deleted pool count as released while they wait for their end', async t => {
  const { store, entries } = await openPools(t, temporaryDirectory(t))
  fill(store, entries)
  const { reads, scans } = store
  const lists = async () => ({
    live: ids(await collect(scans.allocations({ networkId: null, ended: false }, never))),
    page: ids(reads.allocationPage({ networkId: null, ended: false }, { afterId: 0, limit: 4 })),
    liveOf: ids(await collect(scans.allocations({ networkId: 2, ended: false }, never))),
    blocks: ids(await collectCounted(scans.blocks(2, never))),
  })
  const ended = { networkId: 2, ended: true }
  t.equal((await lists()).liveOf.length, BLOCKS)
  store.apply([entries.command({ type: 'pool.delete', name: '10.0.0.0/16', ifRevision: null })])
  const deletedMs = START_MS + store.appliedIndex()
  t.equal(reads.deletionsWait(), true)

  const others = ids(
    reads.allocationPage({ networkId: 1, ended: false }, { afterId: 0, limit: 99 }),
  )
  t.equal(others.length, 12)
  const gone = { live: others, page: others.slice(0, 4), liveOf: [], blocks: [] }
  t.strictSame(await lists(), gone)
  const released = { status: 'released', releasedMs: deletedMs }
  const last = BLOCKS + others.length
  t.match(reads.allocation(last), { blockId: BLOCKS, ...released })
  t.match(reads.allocation(1), released, 'one that was ended at once')
  t.equal(reads.allocation(others[0] as number)?.status, 'allocated')
  const all = await collect(scans.allocations(ended, never))
  t.equal(all.length, BLOCKS)
  t.ok(all.every(row => row.status === 'released' && row.releasedMs === deletedMs))
  t.strictSame(reads.allocationPage(ended, { afterId: last - 1, limit: 9 }), [
    reads.allocation(last),
  ])

  const outcomes: Outcome[] = []
  store.onApplied(requests => outcomes.push(...requests.map(({ outcome }) => outcome)))
  store.apply([entries.command({ type: 'sweep', rowsMax: 250 })])
  t.strictSame(await lists(), gone, 'nothing changes for readers')
  store.apply([entries.command({ type: 'sweep', rowsMax: 250 })])
  t.match(outcomes, [{ result: { more: true } }, { result: { more: false } }])
  t.equal(reads.deletionsWait(), false)
  t.strictSame(await lists(), gone)
  t.match(reads.allocation(last), { blockId: BLOCKS, ...released })
  t.equal((await collect(scans.allocations(ended, never))).length, BLOCKS)
})

t.test('numbers of a deleted pool are not listed, and are taken until their end', async t => {
  const { store, entries } = await openPools(t, ':memory:')
  fill(store, entries)
  store.apply([
    entries.command({ type: 'number-pool.delete', name: 'asns', ifRevision: null }),
    entries.command(createNumberPool('new asns')),
  ])
  const page = { afterId: 0, limit: 2000 }
  t.equal(store.reads.deletionsWait(), true)
  t.equal(store.reads.numberPool('asns'), null)
  t.strictSame(store.reads.numberPage(1, page), [])
  t.strictSame(await collectCounted(store.scans.numbers(1, never)), [])
  const figures = () => store.reads.numberFigures(4)
  t.match(figures(), { total: 100_000, allocated: 0, available: 100_000 - (NUMBERS - 900) })
  store.apply([entries.command(allocateNumber('new asns', String(NUMBERS)))])
  t.strictSame(store.reads.numberPage(4, page), [], 'it is still taken')
  store.apply([entries.command({ type: 'sweep', rowsMax: 1000 })])
  t.equal(store.reads.deletionsWait(), false)
  store.apply([entries.command(allocateNumber('new asns', String(NUMBERS)))])
  t.match(store.reads.numberPage(4, page), [{ value: NUMBERS }])
})

t.test('a pool that goes by age chooses after a reopen as if it had not been closed', async t => {
  const directory = temporaryDirectory(t)
  const { store, entries } = await openPools(t, directory)
  const pool = '172.16.0.0/28'
  const release = (at: number) => ({
    type: 'block.release' as const,
    pool,
    cidr: `172.16.0.${at}/30`,
    ifRevision: null,
  })
  store.apply([
    entries.command(createPool(pool, { strategy: 'least_recently_released' })),
    ...range(1, 4).map(() => entries.command(allocateBlock(pool, 30))),
    ...[8, 0, 12, 4].map(at => entries.command(release(at))),
  ])
  await store.close()
  const again = await openStore(t, directory)
  const onward = new EntryMaker(again.appliedIndex(), 2)
  again.apply(range(1, 4).map(() => onward.command(allocateBlock(pool, 30))))
  const network = again.reads.pool(pool) as Network
  const firsts = again.reads.blockPage(network.id, { afterId: 0, limit: 9 }).map(row => row.first)
  t.strictSame(
    firsts.map(first => Number(first & 15n)),
    [8, 0, 12, 4],
  )
})
