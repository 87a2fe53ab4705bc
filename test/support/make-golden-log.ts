// Makes test/fixtures/golden-log-1.jsonl, once: a seeded history with every command of before there were pools.
// Run: node --import tsx test/support/make-golden-log.ts
import type { Command } from '../../src/ledger/index.js'
import { GoldenRecorder, keepGoldenLog } from './golden-recorder.js'

const RANDOM_ENTRIES = 1200

const recorder = new GoldenRecorder(20_261_123)
const { entries, startMs } = recorder
const random = (end: number) => recorder.below(end)
const pick = <T>(items: readonly T[]): T => recorder.pick(items)
const maybe = <T>(value: T): T | null => recorder.maybe(value)
const add = (command: Command, key: string | null = null) => recorder.add(command, key)

const vrfs = ['default', 'default', 'default', 'lab', 'nowhere']
const cidrs = [
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.0/24',
  '10.1.2.128/25',
  '10.2.0.0/29',
  '10.2.0.8/31',
  '10.2.0.10/32',
  '192.0.2.0/24',
  '2001:db8::/32',
  '2001:db8:1::/48',
  '2001:db8:1::/64',
  '2001:db8:2::/126',
  '10.1.2.3/24 ',
]
const addresses = [
  '10.1.2.1',
  '10.1.2.0',
  '10.2.0.1',
  '10.2.0.9',
  '10.1.2.130',
  '2001:db8:2::1',
  'x',
]

const tagLists = [[], [], ['a'], ['b', 'x=y'], ['a=1', 'b'], ['a=1', 'a=2']]
const randomId = () => 1 + random(14)
/** The further the history, the more there are. */
const allocationId = () => 1 + random(10 + Math.floor(entries.length / 4))
const text = () => maybe(pick(['web-1', 'Büro “3”', '']))

function create(): Extract<Command, { type: 'allocation.create' }> {
  const place = pick([
    { count: 1 },
    { count: 1 },
    { count: 1 + random(6) },
    { count: 1 << random(30) },
    { ip: pick(addresses) },
    { prefixLength: pick([28, 30, 32, 64, 96, 8, 200]) },
  ])
  const ttlMs = random(3) === 0 ? random(4_000_000) : null
  return {
    type: 'allocation.create',
    networkId: random(4) === 0 ? randomId() : 1 + random(9),
    place,
    hostname: text(),
    description: text(),
    tags: pick(tagLists),
    ttlMs,
  }
}

const release = () =>
  ({
    type: 'allocation.release',
    id: allocationId(),
    ifRevision: random(8) === 0 ? random(900) : null,
  }) as const

function randomCommand(): Command {
  const ifRevision = random(4) === 0 ? random(900) : null
  switch (random(16)) {
    case 0:
      return {
        type: 'network.create',
        vrf: pick(vrfs),
        place:
          random(3) === 0
            ? { parentId: randomId(), prefixLength: pick([24, 28, 30, 48, 64]) }
            : { cidr: pick(cidrs) },
        description: text(),
        tags: pick(tagLists),
        holdHours: pick([0, 0, 1, 24]),
      }
    case 1:
      return {
        type: 'network.update',
        id: randomId(),
        ifRevision,
        set: pick([{ description: text() }, { tags: pick(tagLists) }, { holdHours: 2 }, {}]),
      }
    case 2:
      return { type: 'network.delete', id: randomId(), ifRevision }
    case 3:
      return { type: 'vrf.create', name: pick(['lab', 'office', 'default']), description: text() }
    case 4:
      return pick<Command>([
        { type: 'vrf.update', id: 1 + random(4), ifRevision, set: { name: pick(['lab', 'home']) } },
        { type: 'vrf.delete', id: 1 + random(4), ifRevision },
      ])
    case 5:
      return {
        type: 'allocation.update',
        id: allocationId(),
        ifRevision,
        set: pick([{ hostname: text() }, { description: 'moved' }, { tags: pick(tagLists) }]),
      }
    case 6:
      return { type: 'allocation.renew', id: allocationId(), ifRevision, ttlMs: maybe(6_000_000) }
    case 7:
    case 8:
      return release()
    case 9: {
      const steps = Array.from({ length: 1 + random(3) }, () =>
        random(4) ? { ...create(), place: { count: 1 }, tags: [] } : release(),
      )
      return { type: 'bulk', steps }
    }
    case 10:
      return { type: 'expire', rowsMax: 1 + random(20) }
    default:
      return create()
  }
}

const plain = { hostname: null, description: null, tags: [], ttlMs: null }
const claim = (networkId: number, place: ReturnType<typeof create>['place']): Command => {
  return { type: 'allocation.create', networkId, place, ...plain }
}
const network = (cidr: string): Command => {
  const rest = { description: null, tags: [], holdHours: 0 }
  return { type: 'network.create', vrf: 'default', place: { cidr }, ...rest }
}
const deletion = (id: number): Command => ({ type: 'network.delete', id, ifRevision: null })
const ending = (id: number): Command => ({ type: 'allocation.release', id, ifRevision: null })

/** What chance seldom meets. Networks 1 to 9 are the first nine CIDRs. */
const directed: readonly Command[] = [
  claim(3, { ip: '10.1.2.1' }),
  claim(3, { ip: '10.1.2.1' }),
  claim(3, { ip: '10.1.2.0' }),
  // Allocation 2 is the block 192.0.2.16/28; network 10 is made in it.
  claim(8, { prefixLength: 28 }),
  network('192.0.2.16/30'),
  claim(10, { count: 1 }),
  ending(2),
  network('192.0.2.0/26'),
  deletion(10),
  ending(3),
  deletion(10),
  ending(2),
  // Addresses of 10.0.0.0/8 that move to a network made around them, and from it.
  claim(1, { count: 1 }),
  claim(1, { count: 3 }),
  claim(1, { ip: '10.0.0.7' }),
  network('10.0.0.0/29'),
  network('10.0.0.0/28'),
  network('10.0.0.4/30'),
  ending(4),
  claim(2, { count: 2 }),
  ending(7),
  claim(2, { ip: '10.1.0.1' }),
  deletion(2),
]

function record(): typeof entries {
  recorder.begin()
  for (const cidr of cidrs.slice(0, 9)) {
    const place = { cidr }
    const rest = { description: null, tags: [], holdHours: cidr === '10.1.0.0/16' ? 1 : 0 }
    add({ type: 'network.create', vrf: 'default', place, ...rest })
  }
  for (const command of directed) add(command)
  for (let at = 0; at < RANDOM_ENTRIES; at++) {
    if (at % 400 === 399) recorder.restart()
    add(randomCommand(), random(12) === 0 ? `key-${random(20)}` : null)
  }
  const beforeMs = startMs + Math.floor((recorder.timeMs - startMs) / 4)
  const times = { changesBeforeMs: beforeMs, idempotencyBeforeMs: beforeMs }
  const prune = { ...times, changesMax: null, idempotencyMax: null }
  add({ type: 'prune', ...prune, rowsMax: 50 })
  add({ type: 'prune', ...prune, rowsMax: 1000 })
  for (let at = 0; at < 50; at++) add(randomCommand())
  return entries
}

await keepGoldenLog(1, record)
