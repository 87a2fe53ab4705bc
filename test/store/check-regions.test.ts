// Countries, regions, hosts and comments on disk: they are there after a reopen, a row that somebody changed in the file is found, and
// a cluster that is made of the state of another keeps what its UUIDs are made with.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { checkState, checkStateFile, refoundState, standingState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import {
  createAllocation,
  EntryMaker,
  genesis,
  never,
  openStore,
  temporaryDirectory,
} from './support.js'

const FILE = join('state', '0-0', 'state.db')
const NONE = { skip: 0, limit: 10 }

function region(place: { cidr: string } | { country: string }, name: string): Command {
  const facts = { name, owner: 'ops', description: null, tags: [] }
  return { type: 'region.create', place, region: facts }
}

function comment(resourceType: 'region' | 'host', resourceId: number, text: string): Command {
  return { type: 'comment.create', resourceType, resourceId, text }
}

/** Region 1 with hosts 1 and 2, of which 2 is over; region 2 in the next place of the US, Reserved; India renamed; three comments. */
const commands: readonly Command[] = [
  genesis,
  region({ cidr: '10.1.0.0/24' }, 'Prod'),
  region({ country: 'US' }, 'Lab'),
  {
    type: 'hosts.create',
    regionId: 1,
    hostnames: ['a', 'b'],
    description: null,
    tags: [],
    facts: { host: { osType: 'Linux', notes: 'zwei\nZeilen' } },
  },
  { type: 'host.update', id: 2, ifRevision: null, set: { hostname: 'c' } },
  { type: 'region.update', id: 2, ifRevision: null, set: { status: 'Reserved' } },
  { type: 'country.update', code: 'IN', ifRevision: null, set: { name: 'Bharat' } },
  { type: 'country.delete', code: 'AU', ifRevision: null },
  comment('region', 1, 'first'),
  comment('host', 2, 'of a host'),
  comment('region', 1, 'second'),
  { type: 'allocation.release', id: 2, ifRevision: null, reason: 'gone' },
]

async function makeState(t: Test): Promise<string> {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  const entries = new EntryMaker()
  store.apply(commands.map(command => entries.command(command)))
  await store.close()
  return directory
}

t.test('a sound state passes, and is the same after a reopen', async t => {
  const directory = await makeState(t)
  const report = checkState(directory)
  t.strictSame(report.findings, [])
  t.match(report.verified, { networks: 2, allocations: 2, countries: 14, comments: 3 })
  const store = await openStore(t, directory)
  t.equal((await store.scans.stateHash(never)).hash, report.stateHash)
  const { reads } = store
  const { regions } = reads
  t.match(reads.network(1)?.region, { name: 'Prod', owner: 'ops', status: 'Active' })
  t.match(reads.network(2), { first: 0x0a010100n, region: { status: 'Reserved' } })
  t.match(reads.allocation(1)?.details?.host, { osType: 'Linux', notes: 'zwei\nZeilen' })
  t.match(reads.allocation(2), { status: 'released', details: { host: { osType: 'Linux' } } })
  t.equal(regions.countryOfX(150)?.name, 'Bharat')
  t.equal(regions.countryOfX(210), null)
  t.equal(regions.countries().length, 14)
  t.strictSame(
    Array.from(regions.regions(), ({ id }) => id),
    [1, 2],
  )
  t.strictSame(regions.regionFigures(1), { hosts: 1, allocated: 1, available: 253 })
  t.equal(regions.regionTotals().hosts[1], 1)
  t.equal(regions.regionCount(), 2)
  t.equal(regions.regionAt({ family: 4, value: 0x0a0101ffn })?.id, 2)
  t.equal(regions.nextRegion('US')?.first, 0x0a010200n)
  t.equal(regions.nextHost(1)?.value, 0x0a010002n)
})

t.test('comments are read newest first, with how many there are', async t => {
  const store = await openStore(t, await makeState(t))
  const { regions } = store.reads
  const texts = (skip: number, limit: number) => {
    const about = { resourceType: 'region', resourceId: 1 } as const
    const { rows, total } = regions.commentPage(about, { skip, limit })
    return [rows.map(({ text }) => text), total]
  }
  t.strictSame(texts(0, 10), [['second', 'first'], 2])
  t.strictSame(texts(0, 1), [['second'], 2])
  t.strictSame(texts(1, 1), [['first'], 2])
  t.strictSame(texts(2, 1), [[], 2])
  t.match(regions.commentPage({ resourceType: 'host', resourceId: 2 }, NONE).rows, [
    { author: 'alice', userId: null, text: 'of a host' },
  ])
  t.equal(regions.commentPage({ resourceType: 'host', resourceId: 1 }, NONE).total, 0)
})

t.test('a country that nobody edited has no row, and needs no history', async t => {
  const directory = temporaryDirectory(t)
  const store = await openStore(t, directory)
  store.apply([new EntryMaker().command(genesis)])
  t.equal(store.reads.regions.countries().length, 15)
  await store.close()
  const report = checkState(directory)
  t.strictSame([report.findings, report.verified.countries], [[], 0])
})

t.test('a row that somebody changed is found', async t => {
  const sound = await makeState(t)
  const edits: [sql: string, area: string, finding: RegExp][] = [
    ["UPDATE networks SET region_name = 'X' WHERE id = 1", 'history', /region_name/],
    ['UPDATE networks SET region_status = 0 WHERE id = 2', 'history', /region_status/],
    ['UPDATE networks SET region_status = 2 WHERE id = 2', 'columns', /cannot be read/],
    ['UPDATE networks SET region_name = NULL WHERE id = 1', 'columns', /no facet/],
    ['UPDATE networks SET prefix_length = 25 WHERE id = 1', 'columns', /no 10\.X\.Y\.0\/24/],
    ["UPDATE countries SET name = 'India' WHERE id = 11", 'history', /Bharat/],
    ['UPDATE countries SET x_last = 30 WHERE id = 1', 'history', /x_last/],
    ['DELETE FROM countries WHERE id = 1', 'history', /country 1 is missing/],
    ["UPDATE comments SET text = 'never' WHERE id = 2", 'history', /text/],
    ['DELETE FROM comments WHERE id = 3', 'history', /comment 3 is missing/],
    ['UPDATE state SET last_comment_id = 2', 'counters', /comment/],
    ['UPDATE state SET last_country_id = 13', 'counters', /country/],
    [
      `UPDATE claims SET details = json_set(details, '$[5][0]', 'BSD') WHERE id = 1`,
      'history',
      /os_type/,
    ],
    [
      `UPDATE claims SET details = json_set(details, '$[5]', json('[1]')) WHERE id = 1`,
      'columns',
      /details that cannot be read/,
    ],
  ]
  for (const [sql, area, finding] of edits) {
    const directory = temporaryDirectory(t)
    cpSync(sound, directory, { recursive: true })
    const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
    t.equal(db.prepare(sql).run().changes, 1, `${sql} changes a row`)
    db.close()
    const found = checkState(directory).findings.filter(one => one.area === area)
    t.ok(
      found.some(({ message }) => finding.test(message)),
      `${sql}: ${JSON.stringify(checkState(directory).findings)}`,
    )
  }
})

t.test('a cluster made of a state keeps what UUIDs are made with, over two such lives', async t => {
  const directory = await makeState(t)
  const path = join(directory, FILE)
  const first = standingState(directory)?.cluster?.clusterUuid ?? ''
  const member = { nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2', dataUuid: 'd' }
  for (const clusterUuid of ['second', 'third']) {
    const refounding = { clusterUuid, member, removed: [], effectsOff: false, termAbove: 0 }
    refoundState(path, { action: 'cluster.restored', ...refounding })
    t.match(standingState(directory)?.cluster, { clusterUuid, idSpace: first })
  }
  t.strictSame(checkStateFile(path).findings, [])
})

t.test('an address of a region is refused after a reopen too, while it is Reserved', async t => {
  const store = await openStore(t, await makeState(t))
  const entries = new EntryMaker(store.appliedIndex(), 2)
  store.apply([entries.command(createAllocation(2)), entries.command(createAllocation(1))])
  t.equal(store.reads.figures(2)?.allocated, 0n)
  t.equal(store.reads.figures(1)?.allocated, 2n)
})
