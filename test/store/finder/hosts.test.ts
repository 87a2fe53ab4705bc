// Hosts are found as a look at every allocation finds them, whatever becomes of their regions.
import t, { type Test } from 'tap'
import type { Allocation, Command } from '../../../src/ledger/index.js'
import { formatAddress } from '../../../src/ledger/index.js'
import { AddressTable } from '../../../src/store/finder/address-table.js'
import { OCCUPANT_INDEXES, openFinderDatabase } from '../../../src/store/finder/finder-database.js'
import { type HostLimits, HostSearch } from '../../../src/store/finder/host-search.js'
import { allocationOccupant } from '../../../src/store/finder/occupant.js'
import { RegionBits } from '../../../src/store/finder/region-bits.js'
import type { HostQuery, Store } from '../../../src/store/index.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  START_MS,
  temporaryDirectory,
} from '../support.js'
import { patiently } from './patiently.js'

const STEPS = 500

type Random = (below: number) => number

/** The same numbers in every run. */
function randomFrom(seed: number): Random {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T

const names = ['web', 'web-1', 'web-10', 'WEB-2', 'db-web', 'db', 'x', null]
const tagLists = [[], ['prod'], ['env=prod', 'web'], ['env=test'], ['env']]
const devices = ['VM', 'Container', 'vm', null]
const owners = ['ops', 'Ops', 'net', null]
/** Two of one X and one of another, so that there are runs of regions and gaps. */
const cidrs = ['10.5.0.0/24', '10.5.1.0/24', '10.5.3.0/24', '10.200.255.0/24']

function createRegion(cidr: string, name: string): Command {
  const region = { name, owner: null, description: null, tags: [] }
  return { type: 'region.create', place: { cidr }, region }
}

/** Ids of networks are 1 to 3 for those around regions, and count up from there. */
function randomCommand(random: Random): Command {
  const roll = random(100)
  const set = { hostname: pick(random, names), tags: pick(random, tagLists) }
  const facts = { deviceType: pick(random, devices), owner: pick(random, owners) }
  const networkId = 1 + random(12)
  if (roll < 45) return createAllocation(networkId, { ...set, facts })
  if (roll < 52) return createAllocation(networkId, { ...set, place: { count: 2 + random(4) } })
  if (roll < 56) return createAllocation(networkId, { ...set, ttlMs: 1 + random(100) })
  const id = 1 + random(200)
  if (roll < 66) return { type: 'allocation.release', id, ifRevision: null }
  if (roll < 74) {
    return { type: 'allocation.update', id, ifRevision: null, set: { ...set, ...facts } }
  }
  if (roll < 80) return createRegion(pick(random, cidrs), `r${random(1000)}`)
  if (roll < 84) return createNetwork(pick(random, cidrs))
  if (roll < 88) return createNetwork(`10.5.${random(4)}.${16 * random(16)}/28`)
  if (roll < 91) {
    return {
      type: 'region.retire',
      id: networkId,
      ifRevision: null,
      cascade: random(2) === 0,
      reason: null,
    }
  }
  if (roll < 94) return { type: 'network.delete', id: networkId, ifRevision: null }
  return { type: 'expire', rowsMax: 100 }
}

const plain: HostQuery = {
  ranges: [],
  beginning: null,
  hostname: null,
  deviceType: null,
  owner: null,
  tags: [],
  anyTag: false,
  fromMs: null,
  beforeMs: null,
  order: 'ip_address',
  descending: false,
  total: null,
  skip: 0,
  limit: 1000,
}

const address = (text: string) =>
  text.split('.').reduce((value, octet) => value * 256n + BigInt(octet), 0n)
const range = (first: string, last: string) => ({ first: address(first), last: address(last) })
const rangeLists = [
  [range('10.5.0.0', '10.5.1.255')],
  [
    range('10.5.0.3', '10.5.0.9'),
    range('10.5.1.0', '10.5.1.4'),
    range('10.200.0.0', '10.255.255.255'),
  ],
  [range('0.0.0.0', '255.255.255.255')],
  [range('172.16.0.0', '172.16.0.255')],
]
const beginnings = ['10.5.', '10.5.0.1', '10.5.0', '10.20', '10.5.0.3', '1', '11', 'x', '10.5.1.2']
const orders = ['ip_address', 'hostname', 'created_at', 'relevance'] as const
const keysOf = (...octets: readonly [number, number][]) =>
  Uint16Array.from(octets.map(([x, y]) => x * 256 + y))
const regionOrders = [
  { keys: keysOf([200, 255], [5, 3], [5, 0]), ranks: Uint16Array.of(0, 1, 2) },
  { keys: keysOf([5, 0], [200, 255], [5, 1]), ranks: Uint16Array.of(0, 0, 7) },
  { keys: keysOf([9, 9]), ranks: Uint16Array.of(0) },
]

function randomQuery(random: Random): HostQuery {
  const maybe = <T>(list: readonly T[], other: T): T =>
    random(3) === 0 ? pick(random, list) : other
  const regions = random(3) === 0 ? { regions: pick(random, regionOrders) } : {}
  return {
    ranges: maybe(rangeLists, []),
    beginning: maybe(beginnings, null),
    hostname: maybe(
      ['web', 'we', 'WEB-1', 'b', 'web-10', 'none', 'db', 'B-', '-1', 'zq', '10'],
      null,
    ),
    deviceType: maybe(['vm', 'Container', 'Tablet'], null),
    owner: maybe(['OPS', 'net', 'nobody'], null),
    tags: maybe([['prod'], ['env', 'web'], ['env=prod', 'prod'], ['none']], []),
    anyTag: random(2) === 0,
    fromMs: maybe([START_MS + 100, START_MS + 300], null),
    beforeMs: maybe([START_MS + 200, START_MS + 400], null),
    ...regions,
    order: pick(random, orders),
    descending: random(2) === 0,
    total: null,
    skip: maybe([0, 3, 1000], 0),
    limit: pick(random, [2, 5, 1000]),
  }
}

/** Every live address and run that lies in a region now. */
async function readHosts(store: Store): Promise<Allocation[]> {
  const regions: { first: bigint }[] = []
  for await (const page of store.scans.networks(1, never)) {
    regions.push(...page.filter(({ region }) => region !== null))
  }
  const hosts: Allocation[] = []
  for await (const page of store.scans.allocations({ networkId: null, ended: false }, never)) {
    hosts.push(
      ...page.filter(
        ({ kind, first }) =>
          kind !== 'block' && regions.some(region => region.first === (first & ~0xffn)),
      ),
    )
  }
  return hosts
}

function fits(host: Allocation, query: HostQuery): boolean {
  const { first, last, tags, owner, allocatedMs } = host
  const text = formatAddress(4, first)
  const isThere = ({ first: from, last: to }: { first: bigint; last: bigint }) =>
    from <= first && first <= to
  if (query.ranges.length > 0 && !query.ranges.some(isThere)) return false
  if (query.beginning !== null && !begins(query.beginning, text, first, last)) return false
  const name = host.hostname?.toLowerCase() ?? ''
  if (query.hostname !== null && !name.includes(query.hostname.toLowerCase())) return false
  const same = (one: string | null | undefined, other: string | null) =>
    other === null || one?.toLowerCase() === other.toLowerCase()
  if (!same(host.details?.deviceType, query.deviceType) || !same(owner, query.owner)) return false
  const bears = (tag: string) => tags.some(own => own === tag || own.startsWith(`${tag}=`))
  if (query.tags.length > 0) {
    if (!(query.anyTag ? query.tags.some(bears) : query.tags.every(bears))) return false
  }
  if (query.fromMs !== null && allocatedMs < query.fromMs) return false
  if (query.beforeMs !== null && allocatedMs >= query.beforeMs) return false
  return query.regions === undefined || query.regions.keys.includes(Number((first >> 8n) & 0xffffn))
}

function begins(beginning: string, text: string, first: bigint, last: bigint): boolean {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(beginning)) {
    const asked = address(beginning)
    return first <= asked && asked <= last
  }
  return text.startsWith(beginning)
}

function answerOf(hosts: readonly Allocation[], query: HostQuery) {
  const hits = hosts.filter(host => fits(host, query)).sort((a, b) => compared(a, b, query))
  const { skip, limit } = query
  return {
    rows: hits.slice(skip, skip + limit).map(({ id }) => id),
    total: hits.length,
    totalIsExact: true,
  }
}

type Key = string | number | bigint

function compared(a: Allocation, b: Allocation, query: HostQuery): number {
  const sign = query.descending && query.order !== 'relevance' ? -1 : 1
  const keys = (host: Allocation): [directed: Key[], rank: number, match: number] => [
    columnOf(host, query),
    rankOf(host, query),
    matchOf(host, query),
  ]
  const [left, right] = [keys(a), keys(b)]
  // A name's rank comes before that of its region, that of a region before what is asked of a host.
  if (left[2] !== right[2]) return left[2] - right[2]
  if (left[1] !== right[1]) return left[1] - right[1]
  const at = left[0].findIndex((value, index) => value !== right[0][index])
  if (at === -1) return 0
  return (left[0][at] as Key) < (right[0][at] as Key) ? -sign : sign
}

function columnOf({ hostname, allocatedMs, first }: Allocation, { order }: HostQuery): Key[] {
  if (order === 'hostname') return [hostname === null ? 1 : 0, hostname?.toLowerCase() ?? '', first]
  return order === 'created_at' ? [allocatedMs, first] : [first]
}

function rankOf({ first }: Allocation, { regions }: HostQuery): number {
  const at = regions?.keys.indexOf(Number((first >> 8n) & 0xffffn)) ?? -1
  return regions?.ranks[at] ?? 0
}

function matchOf(host: Allocation, { order, hostname }: HostQuery): number {
  if (order !== 'relevance' || hostname === null) return 0
  const [name, asked] = [host.hostname?.toLowerCase() ?? '', hostname.toLowerCase()]
  if (name === asked) return 0
  return name.startsWith(asked) ? 1 : 2
}

async function ask(store: Store, query: HostQuery) {
  const { rows, ...found } = await patiently(() => store.finder.hosts(query, never))
  return { rows: rows.map(({ id }) => id), ...found }
}

async function checkQuestions(t: Test, store: Store, random: Random, count: number) {
  const hosts = await readHosts(store)
  for (let question = 0; question < count; question++) {
    const query = randomQuery(random)
    const found = await ask(store, query)
    const wanted = answerOf(hosts, query)
    const said = JSON.stringify(query, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    )
    if (JSON.stringify(found) !== JSON.stringify(wanted)) t.same(found, wanted, said)
  }
  t.pass(`${count} questions about ${hosts.length} hosts`)
  return hosts.length
}

t.test('hosts are those of the regions that there are when the question is asked', async t => {
  const random = randomFrom(11)
  const store = await openStore(t, temporaryDirectory(t))
  const entries = new EntryMaker()
  const apply = (command: Command) => store.apply([entries.command(command)])
  apply(genesis)
  for (const cidr of ['10.0.0.0/8', '10.5.0.0/16', '192.168.0.0/24']) apply(createNetwork(cidr, 1))
  for (const [at, cidr] of cidrs.entries()) apply(createRegion(cidr, `r-${at}`))
  let most = 0
  for (let step = 0; step < STEPS; step++) {
    apply(randomCommand(random))
    if (step % 50 === 49) most = Math.max(most, await checkQuestions(t, store, random, 15))
  }
  t.ok(most > 20, 'there were hosts to find')
})

t.test(
  'a network that becomes a region makes its allocations hosts, and one that ceases to be one does not keep them',
  async t => {
    const store = await openStore(t, temporaryDirectory(t))
    const entries = new EntryMaker()
    const apply = (command: Command) => store.apply([entries.command(command)])
    apply(genesis)
    apply(createNetwork('10.5.0.0/24'))
    apply(createNetwork('10.5.0.16/28'))
    apply(createAllocation(1))
    apply(createAllocation(2))
    t.same((await ask(store, plain)).rows, [], 'there is no region yet')
    apply(createRegion('10.5.0.0/24', 'made'))
    t.same((await ask(store, plain)).rows, [1, 2], 'those of the network inside it, too')
    apply({ type: 'region.retire', id: 1, ifRevision: null, cascade: true, reason: null })
    t.same((await ask(store, plain)).rows, [], 'the region is gone')
    apply(createNetwork('10.5.0.0/24'))
    apply(createAllocation(3))
    t.same((await ask(store, plain)).rows, [], 'what has its place is no region')
  },
)

/** Hosts in regions 0 to 9 of X 5 and 3 and 255 of X 200, and as many beside them. */
function manyHosts(random: Random): Allocation[] {
  const regions = [...Array(10).keys()].map(y => address(`10.5.${y}.0`))
  regions.push(address('10.200.3.0'), address('10.200.255.0'), address('10.77.0.0'))
  const hosts = regions.flatMap(first =>
    [...Array(40).keys()].map(at => first + BigInt(1 + 5 * at + random(5))),
  )
  return hosts.map((first, at) => ({
    ...{ id: at + 1, networkId: 1 + random(2), vrfId: 1, family: 4, first, last: first },
    ...{ kind: 'address', prefixLength: null, blockId: null, description: null },
    hostname: pick(random, names)?.replace('x', `x-${at}-web`) ?? null,
    owner: pick(random, owners),
    tags: pick(random, tagLists),
    details: { ...noDetails, deviceType: pick(random, devices) },
    ...{ status: 'allocated', expiresMs: null, releasedMs: null, heldUntilMs: null, revision: 1 },
    allocatedMs: START_MS + random(500),
  }))
}

const noDetails = {
  ...{ mac: null, formerMacs: [], location: null, customFields: {}, allocatedBy: null },
  ...{ releaseReason: null, host: null },
}

/** As if five were many: every way of finding is taken. */
const lowLimits: HostLimits[] = [
  { gatherMax: 0, orderedRowsMax: 20, orderedRangesMax: 2, countedRangesMax: 2 },
  { gatherMax: 5, orderedRowsMax: 1_000_000, orderedRangesMax: 1000, countedRangesMax: 100 },
  { gatherMax: 40, orderedRowsMax: 0, orderedRangesMax: 0, countedRangesMax: 1 },
]

for (const limits of lowLimits) {
  t.test(
    `where ${limits.gatherMax} hosts are many they are found in order, with the same answers`,
    async t => {
      const random = randomFrom(limits.gatherMax + 1)
      const db = openFinderDatabase(null)
      t.teardown(() => db.close())
      const table = new AddressTable(db)
      const hosts = manyHosts(random)
      for (const host of hosts) table.add(allocationOccupant(host))
      table.addWords(0, hosts.length)
      for (const index of OCCUPANT_INDEXES) db.exec(index)
      const keys = [...Array(10).keys()].map(y => 5 * 256 + y)
      keys.push(200 * 256 + 3, 200 * 256 + 255)
      new RegionBits(db).write(new Map(keys.map(key => [key, true])))
      const search = new HostSearch(db, limits)
      const gone = [2]
      const known = hosts.filter(
        ({ first, networkId }) => networkId !== 2 && keys.includes(Number((first >> 8n) & 0xffffn)),
      )
      const refOf = db.prepare('SELECT ref FROM occupants WHERE id = ?').pluck()
      for (let question = 0; question < 400; question++) {
        const query = randomQuery(random)
        const { ids, total, totalIsExact } = search.find(query, gone, () => undefined)
        const wanted = answerOf(known, query)
        const rows = ids.map(id => refOf.get(id))
        // A total that is known already is not counted.
        const told = search.find({ ...query, total: wanted.total }, gone, () => undefined)
        if (told.total !== wanted.total || !told.totalIsExact) t.fail('the total is another one')
        if (JSON.stringify(told.ids) !== JSON.stringify(ids)) t.fail('the page is another one')
        // A slow machine counts less far.
        const isCounted = totalIsExact ? total === wanted.total : total <= wanted.total
        if (isCounted && JSON.stringify(rows) === JSON.stringify(wanted.rows)) continue
        const said = JSON.stringify(query, (_, value) =>
          typeof value === 'bigint' ? `${value}` : value,
        )
        t.same({ rows, total }, wanted, said)
      }
      t.pass('400 questions')
    },
  )
}
