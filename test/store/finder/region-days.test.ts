// What began and ended in regions on each day is what a count over all of history says.
import t from 'tap'
import type { Change, Command } from '../../../src/ledger/index.js'
import type { RegionDay, RegionDayQuery, Store } from '../../../src/store/index.js'
import {
  createAllocation,
  createNetwork,
  EntryMaker,
  genesis,
  never,
  openStore,
  temporaryDirectory,
} from '../support.js'
import { patiently } from './patiently.js'

const DAY_MS = 86_400_000
const DAY = 20_000
const STEPS = 300

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function createRegion(cidr: string, name: string): Command {
  const region = { name, owner: null, description: null, tags: [] }
  return { type: 'region.create', place: { cidr }, region }
}

const none: Omit<RegionDay, 'day'> = {
  regionsCreated: 0,
  regionsRetired: 0,
  hostsAllocated: 0,
  hostsReleased: 0,
  addressesAllocated: 0,
  addressesReleased: 0,
}

/** The same figures, out of Changes one by one. */
function recounted(changes: readonly Change[], query: RegionDayQuery): RegionDay[] {
  const days = new Map<number, RegionDay>()
  for (const change of changes) {
    const { action, timeMs, before, after } = change
    const image = after ?? before
    const text = String(change.entity === 'network' ? image?.cidr : image?.ip)
    const [ten, x = -1] = text.split('.').map(Number)
    const isRegion = change.entity === 'network'
    const regionId = isRegion ? change.entityId : change.regionId
    const day = Math.floor(timeMs / DAY_MS)
    if (regionId === undefined || ten !== 10 || day < query.fromDay || day > query.toDay) continue
    const isAsked =
      query.regionId === null ? query.xFirst <= x && x <= query.xLast : query.regionId === regionId
    if (!isAsked) continue
    const counted = isRegion ? ofNetwork(change) : ofClaim(change, action)
    if (counted === null) continue
    const known = days.get(day) ?? { day, ...none }
    const add = (field: keyof typeof none) => known[field] + (counted[field] ?? 0)
    days.set(day, {
      day,
      regionsCreated: add('regionsCreated'),
      regionsRetired: add('regionsRetired'),
      hostsAllocated: add('hostsAllocated'),
      hostsReleased: add('hostsReleased'),
      addressesAllocated: add('addressesAllocated'),
      addressesReleased: add('addressesReleased'),
    })
  }
  return [...days.values()].sort((a, b) => a.day - b.day)
}

function ofNetwork({ before, after }: Change): Partial<RegionDay> | null {
  const [was, is] = [before, after].map(image => image?.region_name !== undefined)
  if (was === is) return null
  return is ? { regionsCreated: 1 } : { regionsRetired: 1 }
}

function ofClaim({ after }: Change, action: string): Partial<RegionDay> | null {
  const [first = 0, last = first] = [after?.ip, after?.end_ip ?? after?.ip].map(ip =>
    Number(String(ip).split('.')[3]),
  )
  const size = last - first + 1
  if (action === 'allocation.created') return { hostsAllocated: 1, addressesAllocated: size }
  if (action !== 'allocation.released' && action !== 'allocation.expired') return null
  return { hostsReleased: 1, addressesReleased: size }
}

function allChanges(store: Store): Change[] {
  const changes: Change[] = []
  for (;;) {
    const { revision = 0, n = 0 } = changes.at(-1) ?? {}
    const page = store.reads.changesAfter({ revision, n }, 500)
    if (page.length === 0) return changes
    changes.push(...page)
  }
}

t.test('days of regions are what all Changes together say', async t => {
  const store = await openStore(t, temporaryDirectory(t))
  const entries = new EntryMaker()
  const random = randomFrom(3)
  let step = 0
  const apply = (command: Command) =>
    store.apply([
      entries.command(command, { timeMs: DAY * DAY_MS + Math.floor((step * DAY_MS) / 7) }),
    ])
  apply(genesis)
  apply(createNetwork('10.0.0.0/8'))
  apply(createRegion('10.5.1.0/24', 'one'))
  apply(createRegion('10.6.1.0/24', 'two'))
  apply(createNetwork('10.5.1.64/26'))
  const next = (at: number): Command => {
    const kind = random(12)
    const networkId = 1 + random(6)
    if (kind < 4) return createAllocation(networkId, { ttlMs: random(3) === 0 ? DAY_MS : null })
    if (kind < 6) return createAllocation(networkId, { place: { count: 2 + random(3) } })
    if (kind < 9) return { type: 'allocation.release', id: 1 + random(80), ifRevision: null }
    if (kind === 9) return { type: 'expire', rowsMax: 100 }
    if (kind === 10) return createRegion(`10.7.${random(3)}.0/24`, `r-${at}`)
    const id = 6 + random(9)
    return { type: 'region.retire', id, ifRevision: null, cascade: true, reason: null }
  }
  const questions: RegionDayQuery[] = [
    { regionId: null, xFirst: 0, xLast: 255, fromDay: 0, toDay: DAY * 2 },
    { regionId: null, xFirst: 6, xLast: 7, fromDay: DAY + 3, toDay: DAY + 20 },
    { regionId: 2, xFirst: 0, xLast: 255, fromDay: 0, toDay: DAY * 2 },
    { regionId: 3, xFirst: 0, xLast: 255, fromDay: DAY + 2, toDay: DAY + 9 },
    { regionId: 1, xFirst: 0, xLast: 255, fromDay: 0, toDay: DAY * 2 },
  ]
  for (; step < STEPS; step++) {
    apply(next(step))
    if (step % 100 !== 99) continue
    const changes = allChanges(store)
    for (const query of questions) {
      const found = await patiently(() => store.finder.regionDays(query, never))
      t.same(found, recounted(changes, query))
    }
  }
  const [all] = questions as [RegionDayQuery]
  const sums = (await store.finder.regionDays(all, never)).reduce(
    (sum, day) => ({
      released: sum.released + day.hostsReleased,
      retired: sum.retired + day.regionsRetired,
    }),
    { released: 0, retired: 0 },
  )
  t.ok(sums.released > 10 && sums.retired > 0, 'there was something to count')
  const network = await store.finder.regionDays({ ...all, regionId: 1 }, never)
  t.same(network, [], 'a network that is no region has no days')
})
