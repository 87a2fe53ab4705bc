// History is found by what is asked of it as a look at every Change finds it, and days count what began and ended.
import t, { type Test } from 'tap'
import type { Change, Command } from '../../../src/ledger/index.js'
import { parseAddress } from '../../../src/ledger/index.js'
import type { ChangeQuery, ChangeRow, DayCount, Store } from '../../../src/store/index.js'
import {
  allocateBlock,
  createAllocation,
  createNetwork,
  createPool,
  EntryMaker,
  genesis,
  never,
  openStore,
  releaseAllocation,
  START_MS,
  temporaryDirectory,
} from '../support.js'
import { patiently } from './patiently.js'

const DAY_MS = 86_400_000
const STEPS = 300
const HOURS = 3_600_000

const all: ChangeQuery = {
  userId: null,
  actions: null,
  entities: null,
  address: null,
  fromMs: null,
  beforeMs: null,
  skip: 0,
  limit: 1000,
}

const beginning: readonly Command[] = [
  genesis,
  createNetwork('10.1.0.0/24', 1),
  createNetwork('2001:db8::/64'),
  createPool('10.2.0.0/24', { name: 'p4' }),
]

function commandAt(step: number): Command {
  switch (step % 6) {
    case 0:
      return createAllocation(1)
    case 1:
      return createAllocation(2, { place: { count: 3 } })
    case 2:
      return allocateBlock('p4', 29 + (step % 4))
    case 3:
      return releaseAllocation(1 + Math.floor(step / 2))
    case 4:
      return createAllocation(1, { ttlMs: 1 })
    default:
      return { type: 'expire', rowsMax: 10 }
  }
}

function fill(store: Store): void {
  const entries = new EntryMaker()
  store.apply(beginning.map(command => entries.command(command)))
  for (let step = 0; step < STEPS; step++) {
    const by = step % 2 === 0 ? {} : { userId: step % 3 }
    store.apply([entries.command(commandAt(step), { timeMs: START_MS + step * HOURS, ...by })])
  }
}

function allChanges(store: Store): ChangeRow[] {
  return store.reads.changesBefore(null, 100_000) as ChangeRow[]
}

/** Where a Change's allocation lay, by its own images. */
function covers({ entity, before, after }: Change, text: string): boolean {
  const image = after ?? before
  if (entity !== 'allocation' || image === null) return false
  const value = (of: unknown) => parseAddress(String(of))
  const [wanted, first] = [value(text), value(image.ip)]
  const last = image.end_ip === null ? first : value(image.end_ip)
  if (wanted === null || first === null || last === null) return false
  if (wanted.family !== first.family) return false
  return wanted.value >= first.value && wanted.value <= last.value
}

/** Bytes come back from a thread as another class of them. */
function withTextHash({ hash, ...change }: ChangeRow) {
  return { ...change, hash: Buffer.from(hash).toString('hex') }
}

async function check(
  t: Test,
  store: Store,
  set: Partial<ChangeQuery>,
  fits: (change: Change) => boolean,
) {
  const query = { ...all, ...set }
  const found = await patiently(() => store.finder.changes(query, never))
  const hits = allChanges(store).filter(fits)
  const name = JSON.stringify(set, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
  const page = hits.slice(query.skip, query.skip + query.limit)
  t.strictSame(found.rows.map(withTextHash), page.map(withTextHash), name)
  t.equal(found.total, hits.length, name)
  t.equal(found.totalIsExact, true, name)
}

for (const where of ['on disk', 'in memory']) {
  t.test(`Changes ${where} are found by each condition, and by all at once`, async t => {
    const store = await openStore(t, where === 'on disk' ? temporaryDirectory(t) : ':memory:')
    fill(store)
    await check(t, store, {}, () => true)
    await check(t, store, { skip: 10, limit: 5 }, () => true)
    await check(t, store, { userId: 1 }, ({ origin }) => origin.userId === 1)
    await check(t, store, { userId: 77 }, () => false)
    const ended = ['allocation.released', 'allocation.expired'] as const
    await check(t, store, { actions: ended }, ({ action }) => ended.some(each => each === action))
    await check(t, store, { actions: [] }, () => false)
    await check(t, store, { actions: ['vrf.deleted'] }, () => false)
    await check(t, store, { entities: ['network', 'cluster'] }, ({ entity }) =>
      ['network', 'cluster'].includes(entity),
    )
    const [fromMs, beforeMs] = [START_MS + 30 * HOURS, START_MS + 60 * HOURS]
    const isBetween = ({ timeMs }: Change) => timeMs >= fromMs && timeMs < beforeMs
    await check(t, store, { fromMs, beforeMs }, isBetween)
    await check(t, store, { fromMs: beforeMs, beforeMs: fromMs }, () => false)
    await check(
      t,
      store,
      { fromMs, beforeMs, userId: 2, actions: ended, entities: ['allocation'] },
      change =>
        isBetween(change) && change.origin.userId === 2 && ended.some(at => at === change.action),
    )
  })

  t.test(`the history of an address ${where} has all that covered it then`, async t => {
    const store = await openStore(t, where === 'on disk' ? temporaryDirectory(t) : ':memory:')
    fill(store)
    for (const text of ['10.1.0.1', '10.1.0.200', '10.2.0.0', '10.2.0.9', '2001:db8::2', '::1']) {
      const address = parseAddress(text)
      await check(t, store, { address }, change => covers(change, text))
      await check(
        t,
        store,
        { address, actions: ['allocation.created'] },
        change => covers(change, text) && change.action === 'allocation.created',
      )
    }
  })

  t.test(`days ${where} count what began and ended in each network`, async t => {
    const store = await openStore(t, where === 'on disk' ? temporaryDirectory(t) : ':memory:')
    fill(store)
    const counted = daysOf(allChanges(store))
    const firstDay = Math.floor(START_MS / DAY_MS)
    const days = (networkId: number | null, fromDay: number, toDay: number) =>
      patiently(() => store.finder.days({ networkId, fromDay, toDay }, never))
    t.strictSame(await days(null, 0, firstDay + 1000), counted)
    t.strictSame(
      await days(3, firstDay + 1, firstDay + 3),
      counted.filter(
        ({ networkId, day }) => networkId === 3 && day > firstDay && day <= firstDay + 3,
      ),
    )
    t.strictSame(await days(99, 0, firstDay + 1000), [])
  })
}

function daysOf(changes: readonly Change[]): DayCount[] {
  const days = new Map<string, DayCount>()
  for (const { action, timeMs, after } of changes) {
    const began = action === 'allocation.created'
    if (!began && !['allocation.released', 'allocation.expired'].includes(action)) continue
    const day = Math.floor(timeMs / DAY_MS)
    const networkId = Number(after?.network_id)
    const old = days.get(`${day} ${networkId}`) ?? { networkId, day, allocated: 0, released: 0 }
    const [allocated, released] = [old.allocated + Number(began), old.released + Number(!began)]
    days.set(`${day} ${networkId}`, { networkId, day, allocated, released })
  }
  return [...days.values()].sort((a, b) => a.day - b.day || a.networkId - b.networkId)
}

t.test('the history of an address has its reservations, and when it was the gateway', async t => {
  const store = await openStore(t, ':memory:')
  const entries = new EntryMaker()
  const gateway = (ip: string | null): Command => {
    return { type: 'subnet.update', id: 1, ifRevision: null, set: { gateway: ip } }
  }
  const reservation = {
    type: 'reservation.create',
    uid: 'u',
    vrf: 'default',
    reason: null,
  } as const
  const commands: readonly Command[] = [
    genesis,
    createNetwork('10.1.0.0/24'),
    gateway('10.1.0.1'),
    gateway('10.1.0.2'),
    gateway(null),
    { ...reservation, ip: '10.1.0.1', expiresMs: null },
    { type: 'reservation.cancel', id: 1, ifRevision: null, reason: null },
    createAllocation(1),
  ]
  store.apply(commands.map(command => entries.command(command)))
  const historyOf = async (text: string) => {
    const query = { ...all, address: parseAddress(text) }
    const { rows } = await patiently(() => store.finder.changes(query, never))
    return rows.map(({ action, revision }) => `${revision} ${action}`)
  }
  t.strictSame(await historyOf('10.1.0.1'), [
    '8 allocation.created',
    '7 reservation.cancelled',
    '6 reservation.created',
    '4 network.updated',
    '3 network.updated',
  ])
  t.strictSame(await historyOf('10.1.0.2'), ['5 network.updated', '4 network.updated'])
})
