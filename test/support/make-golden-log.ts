// Makes test/fixtures/golden-log-1.jsonl, once: a seeded history with every command in it. When the file is there, only
// its expectation is computed again, and only with REWRITE=1: the entries stay what they were when they were recorded.
// Run: node --import tsx test/support/make-golden-log.ts
import { existsSync, writeFileSync } from 'node:fs'
import type { Command } from '../../src/ledger/index.js'
import type { ApplyEntry } from '../../src/raft/index.js'
import { encodeRequest } from '../../src/store/index.js'
import { formatGoldenLog, goldenLogPath, readGoldenLog, replayGoldenLog } from './golden-log.js'

const RANDOM_ENTRIES = 1200
const START_MS = 1_800_000_000_000

/** mulberry32: small, and the same everywhere. */
function seededRandom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const random = seededRandom(20_261_123)
const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T
const maybe = <T>(value: T): T | null => (random(3) === 0 ? value : null)
const entries: ApplyEntry[] = []
const sequences = new Map<number, number>()
let starts = 1
let timeMs = START_MS

function add(command: Command, key: string | null = null): void {
  const nodeId = 1 + random(3)
  // One request in fifty is a retry of an old one.
  const next = (sequences.get(nodeId) ?? 0) + 1
  const sequence = random(50) === 0 ? Math.max(1, next - 1 - random(30)) : next
  if (sequence === next) sequences.set(nodeId, next)
  const data = encodeRequest({
    version: 1,
    session: { nodeId, start: starts },
    sequence,
    awaitedFrom: Math.max(0, next - 20),
    origin: {
      actor: pick(['alice', 'bob', 'system']),
      clientAddress: maybe('192.0.2.1'),
      userAgent: null,
    },
    idempotency: key === null ? null : { scopeHash: key, requestHash: pick(['r1', 'r1', 'r2']) },
    command,
  })
  push('command', data)
}

function push(kind: ApplyEntry['kind'], data: Uint8Array, learners: number[] | null = null): void {
  timeMs += random(20_000)
  const membership =
    learners === null
      ? null
      : { voters: [1, 2, 3], votersOutgoing: [], learners, learnersNext: [], autoLeave: false }
  entries.push({ index: entries.length + 1, term: starts, kind, timeMs, data, membership })
}

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

function record(): void {
  push('empty', new Uint8Array())
  const member = (nodeId: number) => ({
    nodeId,
    raftAddress: `[::1]:500${nodeId}`,
    apiAddress: `[::1]:808${nodeId}`,
    dataUuid: `d-${nodeId}`,
  })
  const members = [member(1), member(2), member(3)]
  const clusterUuid = '00000000-0000-4000-8000-000000000001'
  add({ type: 'genesis', clusterId: 100, clusterUuid, members })
  for (const cidr of cidrs.slice(0, 9)) {
    const place = { cidr }
    const rest = { description: null, tags: [], holdHours: cidr === '10.1.0.0/16' ? 1 : 0 }
    add({ type: 'network.create', vrf: 'default', place, ...rest })
  }
  for (const command of directed) add(command)
  for (let at = 0; at < RANDOM_ENTRIES; at++) {
    if (at % 400 === 399) {
      starts++
      sequences.clear()
      push('empty', new Uint8Array())
      push('membership', new Uint8Array([1]), [3 + starts])
    }
    add(randomCommand(), random(12) === 0 ? `key-${random(20)}` : null)
  }
  const beforeMs = START_MS + Math.floor((timeMs - START_MS) / 4)
  const times = { changesBeforeMs: beforeMs, idempotencyBeforeMs: beforeMs }
  const prune = { ...times, changesMax: null, idempotencyMax: null }
  add({ type: 'prune', ...prune, rowsMax: 50 })
  add({ type: 'prune', ...prune, rowsMax: 1000 })
  for (let at = 0; at < 50; at++) add(randomCommand())
}

if (existsSync(goldenLogPath)) {
  if (process.env.REWRITE !== '1') throw new Error(`${goldenLogPath} is recorded already.`)
  entries.push(...readGoldenLog().entries)
} else record()
const { found, codes } = await replayGoldenLog(entries, 64)
writeFileSync(goldenLogPath, formatGoldenLog({ expected: found, entries }))
console.log(found, Object.fromEntries([...codes].sort()))
