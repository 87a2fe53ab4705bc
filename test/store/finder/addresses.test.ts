// What the finder finds is what a look at every row finds, after any history.
import t, { type Test } from 'tap'
import type { Command } from '../../../src/ledger/index.js'
import type { AddressQuery, Store } from '../../../src/store/index.js'
import {
  allocateBlock,
  createAllocation,
  createNetwork,
  createPool,
  EntryMaker,
  genesis,
  never,
  openStore,
  START_MS,
  temporaryDirectory,
} from '../support.js'
import { answerOf, keyOfOccupant, readOccupants } from './model.js'
import { patiently } from './patiently.js'

const STEPS = 400
const QUESTIONS = 150
/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const hostnames = [
  'web-1.example.com',
  'WEB-2',
  'db.example.com',
  'Straße',
  '数据库一号',
  null,
  'a"b',
  'x',
]
const descriptions = [
  'Rack 7, server room',
  '服务器 机房',
  'printer on floor 2',
  null,
  'ÄRGER 100%',
  '10.1.2 old',
]
const tagLists = [[], ['prod'], ['env=prod', 'web'], ['env=test'], ['env']]
const macs = ['00:1A:2B:3C:4D:5E', 'aabb.ccdd.eeff', '00-1a-2b-00-00-01', null]
const words = [
  'aa-bb-cc',
  '00:1a',
  '001a.2b3',
  'bb:cc',
  'a',
  'zone',
  'web',
  'example',
  'EXAMPLE',
  'web-',
  'sserver',
  'straß',
  '数据库',
  '数据',
  '服务',
  '务器',
  '机',
  'ärger',
  'a"b',
  'x',
  '7,',
  '10',
  '10.',
  '10.1',
  '10.1.',
  '10.1.0.1',
  '10.1.0.',
  '10.1.0',
  '10.1.0.0/16',
  '10.2.0.0/30',
  '10.2.0.9',
  '10.1.0.1/32',
  '2001',
  '2001:',
  '2001:db8',
  '2001:db8::',
  '2001:db8::1',
  '2001:db8:0:1',
  '::',
  'fd',
  '1',
  '100%',
  'zzz',
  '999',
  '10.1.2',
  '10.300',
]

const pick = <T>(random: (below: number) => number, list: readonly T[]): T =>
  list[random(list.length)] as T

function randomCommand(random: (below: number) => number): Command {
  const roll = random(100)
  const set = {
    hostname: pick(random, hostnames),
    description: pick(random, descriptions),
    tags: pick(random, tagLists),
  }
  const facts = { mac: pick(random, macs), location: pick(random, [null, 'Zone B']) }
  const details = random(2) === 0 ? { facts } : {}
  if (roll < 40) return createAllocation(1 + random(5), { ...set, ...details })
  if (roll < 48) return createAllocation(1 + random(5), { ...set, place: { count: 2 + random(5) } })
  if (roll < 54) return createAllocation(1 + random(5), { ...set, ttlMs: 1 + random(200) })
  if (roll < 60)
    return allocateBlock(pick(random, ['p4', 'p6']), pick(random, [30, 31, 32, 124, 128]))
  if (roll < 70) return { type: 'allocation.release', id: 1 + random(200), ifRevision: null }
  const id = 1 + random(200)
  if (roll < 78) {
    return { type: 'allocation.update', id, ifRevision: null, set: { ...set, ...facts } }
  }
  if (roll < 86) return randomOfficeCommand(random)
  if (roll < 92) return createNetwork(`10.1.${random(4)}.${16 * random(16)}/28`)
  if (roll < 95) return { type: 'network.delete', id: 6 + random(10), ifRevision: null }
  return { type: 'expire', rowsMax: 100 }
}

function randomOfficeCommand(random: (below: number) => number): Command {
  const ip = pick(random, [`10.1.0.${random(64)}`, `2001:db8::${random(64)}`])
  if (random(3) === 0) {
    return { type: 'reservation.cancel', id: 1 + random(20), ifRevision: null, reason: null }
  }
  if (random(2) === 0) {
    const expiresMs = pick(random, [null, START_MS + 1000 * 60_000])
    return {
      type: 'reservation.create',
      uid: 'u',
      vrf: 'default',
      ip,
      reason: 'Printer',
      expiresMs,
    }
  }
  const gateway = random(4) === 0 ? null : ip
  const set = { gateway, location: 'Zone A', description: pick(random, descriptions) }
  return { type: 'subnet.update', id: 1 + random(8), ifRevision: null, set }
}

function randomQuery(random: (below: number) => number): AddressQuery {
  const one = <T>(odds: number, list: readonly T[], other: T): T =>
    random(100) < odds ? pick(random, list) : other
  return {
    networkId: one<number | null>(25, [1, 2, 3, 4, 5, 6, 7, 99], null),
    status: one<AddressQuery['status']>(25, ['allocated', 'reserved'], null),
    text: one<string | null>(
      60,
      [pick(random, words), `${pick(random, words)} ${pick(random, words)}`, '  '],
      null,
    ),
    fields: one<AddressQuery['fields']>(
      30,
      [['hostname'], ['description'], ['ip_address'], ['mac_address', 'hostname'], ['mac_address']],
      [],
    ),
    tags: one<readonly string[]>(25, [['env'], ['prod', 'web'], ['env=test'], ['none']], []),
    order: one(50, ['hostname', 'mac_address', 'status', 'allocated_at'] as const, 'ip_address'),
    descending: random(2) === 1,
    skip: one(30, [1, 5, 50], 0),
    limit: one(30, [1, 5, 1000], 20),
  }
}

const beginning: readonly Command[] = [
  genesis,
  createNetwork('10.1.0.0/16', 1),
  createNetwork('2001:db8::/64'),
  createNetwork('10.200.0.0/24', 2),
  createPool('10.2.0.0/24', { name: 'p4' }),
  createPool('2001:db8:0:1::/64', { name: 'p6' }),
]

/** Where counting stopped, there are at least as many as were counted. */
async function compare(t: Test, store: Store, random: (below: number) => number) {
  const known = await readOccupants(store)
  for (let at = 0; at < QUESTIONS; at++) {
    const query = randomQuery(random)
    const { rows, total, totalIsExact } = await patiently(() =>
      store.finder.addresses(query, never),
    )
    const wanted = answerOf(known, query)
    const asked = JSON.stringify(query)
    t.strictSame(rows.map(keyOfOccupant), wanted.rows, asked)
    if (totalIsExact) t.equal(total, wanted.total, asked)
    else t.ok(total <= wanted.total && total >= query.skip + rows.length, asked)
  }
}

for (const where of ['on disk', 'in memory']) {
  t.test(`questions ${where} are answered as a look at every row answers them`, async t => {
    const directory = where === 'on disk' ? temporaryDirectory(t) : ':memory:'
    const store = await openStore(t, directory)
    const random = randomFrom(where.length)
    const entries = new EntryMaker()
    store.apply(beginning.map(command => entries.command(command)))
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < STEPS; step++) {
        const timeMs = START_MS + (round * STEPS + step) * 60_000
        store.apply([entries.command(randomCommand(random), { timeMs })])
      }
      await compare(t, store, random)
    }
  })
}

t.test('what thousands of rows meet is found in order, without a look at all of them', async t => {
  const store = await openStore(t, ':memory:')
  const random = randomFrom(7)
  const entries = new EntryMaker()
  store.apply(beginning.map(command => entries.command(command)))
  for (let batch = 0; batch < 30; batch++) {
    const commands = Array.from({ length: 500 }, () =>
      createAllocation(random(3) === 0 ? 2 : 1, {
        hostname: pick(random, hostnames),
        description: pick(random, descriptions),
        tags: pick(random, tagLists),
      }),
    )
    store.apply(commands.map(command => entries.command(command)))
    const released = Array.from({ length: 100 }, () => random(7000))
    const commandsOfRelease = released.map(
      (id): Command => ({ type: 'allocation.release', id: 1 + id, ifRevision: null }),
    )
    store.apply(commandsOfRelease.map(command => entries.command(command)))
  }
  await compare(t, store, random)
})
