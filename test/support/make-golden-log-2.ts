// Makes test/fixtures/golden-log-2.jsonl, once: a seeded history of pools, numbers and transactions (command version 3),
// with deletions that `sweep` goes on with while others write.
// Run: node --import tsx test/support/make-golden-log-2.ts
import type { Command, TransactionStep } from '../../src/ledger/index.js'
import { GoldenRecorder, keepGoldenLog } from './golden-recorder.js'

const RANDOM_ENTRIES = 1500
/** More than a deletion ends itself. */
const LARGE_POOL_CLAIMS = 1200
const STEPS_MAX = 400

const recorder = new GoldenRecorder(20_261_126)
const { entries } = recorder
const random = (end: number) => recorder.below(end)
const pick = <T>(items: readonly T[]): T => recorder.pick(items)
const maybe = <T>(value: T): T | null => recorder.maybe(value)

const strategies = ['first', 'best', 'last', 'least_recently_released', 'sparse'] as const
const pools: readonly (readonly [name: string, cidr: string])[] = [
  ['dc/1 “Süd”', '10.0.0.0/24'],
  ['dc-2', '10.0.1.0/26'],
  ['links', '10.0.0.128/25'],
  ['loopbacks', '192.0.2.0/28'],
  ['six', '2001:db8::/48'],
  ['six hosts', '2001:db8:0:1::/120'],
  ['wrong', '10.0.0.1/24'],
]
const numberPools: readonly Extract<Command, { type: 'number-pool.create' }>[] = [
  numbers('rt', { kind: 'rt', format: 0, administrator: '65000', rangeStart: 1, rangeEnd: 12 }),
  numbers('rt 2', { kind: 'rt', format: 0, administrator: '65000', rangeStart: 8, rangeEnd: 20 }),
  numbers('rd', { kind: 'rd', format: 1, administrator: '192.0.2.1', rangeStart: 0, rangeEnd: 9 }),
  numbers('rd 4', { kind: 'rd', format: 2, administrator: '4200000000', rangeEnd: 65_535 }),
  numbers('vlans', { kind: 'vlan', rangeEnd: 4094 }),
  numbers('vlans of a hall', { kind: 'vlan', administrator: 'hall 1', rangeEnd: 30 }),
  numbers('asns', { kind: 'asn', rangeStart: 64_512, rangeEnd: 64_520 }),
  numbers('wrong', { kind: 'vlan', rangeEnd: 4095 }),
]

function numbers(
  name: string,
  set: Partial<Extract<Command, { type: 'number-pool.create' }>>,
): Extract<Command, { type: 'number-pool.create' }> {
  return {
    type: 'number-pool.create',
    name,
    description: null,
    kind: 'rt',
    format: null,
    administrator: null,
    rangeStart: 1,
    rangeEnd: 1,
    ...set,
  }
}

const text = () => maybe(pick(['router-01', 'Büro “3”', '']))
const ifRevision = () => (random(6) === 0 ? random(entries.length) : null)
const poolName = () => (random(12) === 0 ? 'nobody’s' : pick(pools.slice(0, 6))[0])
const numberPoolName = () => (random(12) === 0 ? 'nobody’s' : pick(numberPools.slice(0, 7)).name)
/** As a pool of that name writes it; mostly one of its numbers. */
const numberValue = () =>
  pick(['65000:3', '65000:9', '192.0.2.1:4', '4200000000:7', '7', '12', '64512', '65000:09', 'x'])
const blockCidr = () =>
  pick([
    `10.0.0.${random(12) * 4}/30`,
    `10.0.0.${124 - random(3) * 4}/30`,
    `10.0.${random(2)}.${random(4)}/32`,
    `192.0.2.${random(4) * 4}/30`,
    `2001:db8:0:${random(4)}::/64`,
    '10.0.0.1/30',
    '10.0.0.0/x',
  ])

function createPool(): Extract<Command, { type: 'pool.create' }> {
  const [name, cidr] = pick(pools)
  const strategy = pick(strategies)
  return { type: 'pool.create', name, cidr, description: text(), strategy }
}

function allocateBlock(pool = poolName()): Extract<Command, { type: 'block.allocate' }> {
  const fitting =
    pool === 'six' ? [64, 64, 56, 49] : pool === 'six hosts' ? [124, 128] : [30, 30, 32, 28]
  const prefixLength = pick(random(10) === 0 ? [8, 33, 129] : fitting)
  const ttlMs = random(6) === 0 ? random(4_000_000) : null
  const said = { description: text(), owner: text(), ttlMs }
  return { type: 'block.allocate', pool, prefixLength, ...said }
}

const releaseBlock = () =>
  ({
    type: 'block.release',
    pool: poolName(),
    cidr: blockCidr(),
    ifRevision: ifRevision(),
  }) as const

const allocateNumber = () =>
  ({
    type: 'number.allocate',
    pool: numberPoolName(),
    value: random(3) === 0 ? numberValue() : null,
    description: text(),
    owner: text(),
  }) as const

const releaseNumber = () =>
  ({
    type: 'number.release',
    pool: numberPoolName(),
    value: numberValue(),
    ifRevision: ifRevision(),
  }) as const

const createNetwork = (cidr: string): Extract<Command, { type: 'network.create' }> => ({
  type: 'network.create',
  vrf: 'default',
  place: { cidr },
  description: text(),
  tags: [],
  holdHours: pick([0, 0, 1]),
})

const createAllocation = (networkId: number): Extract<Command, { type: 'allocation.create' }> => ({
  type: 'allocation.create',
  networkId,
  place: pick([{ count: 1 }, { count: 3 }, { prefixLength: 30 }, { ip: '10.0.0.9' }]),
  hostname: text(),
  description: null,
  tags: [],
  ttlMs: null,
})

/** A pool, blocks of it, a network in one and an address there: each by what an earlier step made. */
function buildSite(): TransactionStep[] {
  const cidr = `10.${random(4)}.${8 + random(8)}.0/24`
  const { ttlMs: _, ...said } = allocateBlock()
  return [
    { ...createPool(), name: `site ${cidr}`, cidr, strategy: pick(['first', 'last', 'best']) },
    { ...said, pool: { step: 0 }, prefixLength: 26, ttlMs: null },
    { ...createNetwork(''), place: { cidr: { step: 1 } } },
    { ...createAllocation(0), networkId: { step: 2 }, place: { count: 2 } },
    { ...allocateNumber(), pool: pick(['rt', 'vlans', 'asns']), value: null },
    ...(random(3) === 0 ? [{ ...allocateBlock(), pool: { step: random(6) } }] : []),
    ...(random(3) === 0
      ? [{ type: 'allocation.release' as const, id: { step: 1 + 2 * random(2) }, ifRevision: null }]
      : []),
  ]
}

function mixedSteps(): TransactionStep[] {
  return Array.from({ length: 1 + random(4) }, () =>
    pick<() => TransactionStep>([allocateBlock, releaseBlock, allocateNumber, releaseNumber])(),
  )
}

function randomCommand(): Command {
  switch (random(26)) {
    case 0:
    case 1:
      return createPool()
    case 2:
      return {
        type: 'pool.update',
        name: poolName(),
        ifRevision: ifRevision(),
        set: pick([{ description: text() }, { strategy: pick(strategies) }, {}]),
      }
    case 3:
      return random(4) === 0
        ? { type: 'pool.delete', name: poolName(), ifRevision: ifRevision() }
        : createPool()
    case 4:
      return pick(numberPools)
    case 5:
      return pick<Command>([
        {
          type: 'number-pool.update',
          name: numberPoolName(),
          ifRevision: ifRevision(),
          set: pick([{ description: text() }, {}]),
        },
        pick(numberPools),
        { type: 'number-pool.delete', name: numberPoolName(), ifRevision: ifRevision() },
      ])
    case 6:
      return { type: 'transaction', steps: random(2) === 0 ? buildSite() : mixedSteps() }
    case 7:
      return pick<Command>([
        { type: 'sweep', rowsMax: 1 + random(100) },
        { type: 'expire', rowsMax: 1 + random(20) },
      ])
    case 8:
      return createNetwork(pick(['10.0.0.0/24', '10.0.0.0/30', '10.0.1.0/28', '2001:db8::/64']))
    case 9:
      return createAllocation(1 + random(20))
    case 10:
      return pick<Command>([
        { type: 'allocation.release', id: 1 + random(entries.length), ifRevision: null },
        { type: 'network.delete', id: 1 + random(20), ifRevision: null },
      ])
    case 11:
    case 12:
    case 13:
      return releaseBlock()
    case 14:
    case 15:
      return allocateNumber()
    case 16:
    case 17:
      return releaseNumber()
    default:
      return allocateBlock()
  }
}

/** One of blocks and one of numbers, so full that their deletion takes more than one command. */
function fillLargePools(): void {
  const strategy = 'first'
  recorder.add({ ...createPool(), name: 'large', cidr: '172.16.0.0/16', strategy })
  recorder.add(numbers('many', { kind: 'asn', rangeStart: 100_000, rangeEnd: 200_000 }))
  const block: TransactionStep = { ...allocateBlock('large'), prefixLength: 28, ttlMs: null }
  const number: TransactionStep = { ...allocateNumber(), pool: 'many', value: null }
  for (let claims = 0; claims < LARGE_POOL_CLAIMS; claims += STEPS_MAX) {
    recorder.add({ type: 'transaction', steps: Array(STEPS_MAX).fill(block) })
    recorder.add({ type: 'transaction', steps: Array(STEPS_MAX).fill(number) })
  }
}

function deleteLargePools(): void {
  recorder.add({ type: 'pool.delete', name: 'large', ifRevision: null })
  recorder.add({ type: 'number-pool.delete', name: 'many', ifRevision: null })
  // What waits for its end: its addresses are free, its numbers are not, and it cannot be released any more.
  recorder.add({ ...createPool(), name: 'large', cidr: '172.16.0.0/16', strategy: 'last' })
  recorder.add({ ...allocateBlock('large'), prefixLength: 17 })
  recorder.add(numbers('many', { kind: 'asn', rangeStart: 100_900, rangeEnd: 101_300 }))
  recorder.add({ ...allocateNumber(), pool: 'many', value: '101000' })
  recorder.add({ ...allocateNumber(), pool: 'many', value: null })
  recorder.add({ type: 'allocation.release', id: LARGE_POOL_CLAIMS - 10, ifRevision: null })
}

function record(): typeof entries {
  recorder.begin()
  for (const [name, cidr] of pools.slice(0, 6)) {
    recorder.add({ ...createPool(), name, cidr, strategy: 'first' })
  }
  for (const command of numberPools) recorder.add(command)
  fillLargePools()
  for (let at = 0; at < RANDOM_ENTRIES; at++) {
    if (at % 400 === 399) recorder.restart()
    if (at === RANDOM_ENTRIES / 2) deleteLargePools()
    recorder.add(randomCommand(), random(12) === 0 ? `key-${random(20)}` : null)
  }
  for (let at = 0; at < 8; at++) recorder.add({ type: 'sweep', rowsMax: 250 })
  return entries
}

await keepGoldenLog(2, record)
