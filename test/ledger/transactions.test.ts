import t from 'tap'
import type { Command, Refusal, Result, TransactionStep } from '../../src/ledger/index.js'
import {
  allocate,
  block,
  childNetwork,
  network,
  number,
  numberPool,
  pool,
  release,
  releaseBlock,
  releaseNumber,
  World,
} from './world.js'

type Creation = Extract<TransactionStep, { type: 'network.create' }>

const transaction = (...steps: readonly object[]): Command => {
  return { type: 'transaction', steps: steps as TransactionStep[] }
}
const to = (step: number) => ({ step })
const created = network('0.0.0.0/0') as Creation
const child = network('10.0.0.0/8')

function results(world: World, command: Command): readonly Result[] {
  const result = world.result(command)
  if (result.type !== 'transaction') throw new Error(`a ${result.type} is no transaction`)
  return result.results
}

/** Everything that can be seen of the ledger. */
function seen(world: World) {
  const { ledger, rows } = world
  const { networks, numberPools } = rows.image()
  const of = (id: number) => [
    ledger.statistics(id),
    ledger.poolFigures(id),
    ledger.blockCount(id),
    ledger.childNetworks(id),
    ledger.parentNetwork(id),
    ledger.freeRanges(id, 0n, 100),
  ]
  return {
    rows: [rows.allocations(), networks, numberPools, rows.numbers(), [...rows.changes()]],
    networks: [1, 2, 3, 4, 5, 6].map(of),
    pools: [ledger.poolNetworks(), ledger.numberPools()],
    numbers: [1, 2, 3].map(id => ledger.numberFigures(id)),
  }
}

function stocked(): World {
  const world = new World()
  world.network('192.168.0.0/24')
  world.pool(pool('a', '10.0.0.0/16'))
  world.result(numberPool('rt'))
  world.result(numberPool('rd', { kind: 'rd' }))
  return world
}

t.test('an address, a block, an RT and an RD are had together', async t => {
  const world = stocked()
  const made = results(
    world,
    transaction(allocate(1), block('a', 30), number('rt'), number('rd', '65000:7', 'site')),
  )
  t.match(made, [
    { type: 'allocation', allocation: { id: 1, first: 0xc0a80001n } },
    { type: 'block', allocation: { id: 2, blockId: 1 } },
    { type: 'number', number: { id: 1, value: 0 }, pool: { name: 'rt' } },
    { type: 'number', number: { id: 2, value: 7 }, pool: { name: 'rd' } },
  ])
  t.strictSame(
    world.lastChanges().map(({ n, action }) => `${n} ${action}`),
    ['0 allocation.created', '1 allocation.created', '2 number.allocated', '3 number.allocated'],
  )
})

t.test('a later step refers to what an earlier one made', async t => {
  const world = stocked()
  const made = results(
    world,
    transaction(
      block('a', 24),
      { ...created, place: { cidr: to(0) } },
      { ...allocate(0), networkId: to(1) },
      { ...created, place: { parentId: to(1), prefixLength: 26 } },
      { ...pool('inner', ''), cidr: to(3) },
      { ...block('', 30), pool: to(4) },
      { type: 'allocation.release', id: to(5), ifRevision: null },
      numberPool('new', { administrator: '1' }),
      { ...number(''), pool: to(7) },
      { type: 'allocation.release', id: to(2), ifRevision: null },
      { ...allocate(0), networkId: to(4) },
      { ...pool('outer', ''), cidr: to(1) },
    ),
  )
  t.strictSame(
    made.map(result => result.type),
    [
      'block',
      'network',
      'allocation',
      'network',
      'pool',
      'block',
      'allocation',
      'number-pool',
      'number',
      'allocation',
      'allocation',
      'pool',
    ],
  )
  t.match(made[3], { network: { first: 0x0a000000n + 64n, prefixLength: 26 } })
  t.equal(world.parent(4), 3)
  t.equal(world.poolFigures('inner'), '64 1 63')
  t.match(made[8], { number: { value: 0 }, pool: { name: 'new' } })
  t.equal(world.poolFigures('outer'), '256 64 192')
  const reopened = world.reopened()
  for (const id of [1, 2, 3, 4]) t.strictSame(reopened.statistics(id), world.ledger.statistics(id))
})

t.test('each step sees the steps before it', async t => {
  const world = stocked()
  world.block(block('a', 17))
  const made = results(
    world,
    transaction(
      releaseBlock('a', '10.0.0.0/17'),
      block('a', 16),
      number('rt', '65000:5'),
      releaseNumber('rt', '65000:5'),
      number('rt', '65000:5'),
      allocate(1, { ip: '192.168.0.9' }),
      release(3),
      allocate(1, { ip: '192.168.0.9' }),
    ),
  )
  t.equal(made.length, 8)
  t.equal(world.poolFigures('a'), '65536 65536 0')
})

t.test('a refused step takes back everything, whatever kind it was', async t => {
  const world = stocked()
  world.result(transaction(allocate(1), block('a', 24), number('rt'), block('a', 25)))
  world.result(network('10.0.0.0/24'))
  const before = seen(world)
  const steps = [
    allocate(1),
    release(1),
    block('a', 28),
    releaseBlock('a', '10.0.1.0/25'),
    { ...created, place: { cidr: '10.0.64.0/24' } },
    { ...childNetwork(0, 25), place: { parentId: to(4), prefixLength: 25 } },
    { ...pool('inner', ''), cidr: to(4) },
    { ...block('', 30), pool: to(6) },
    pool('office', '192.168.0.0/24'),
    block('office', 32),
    network('10.0.0.64/26'),
    network('192.0.0.0/8'),
    numberPool('new', { rangeStart: 0, rangeEnd: 4 }),
    number('new'),
    number('rd'),
    releaseNumber('rt', '65000:0'),
  ]
  for (let length = 0; length <= steps.length; length += 1) {
    const refusal = world.refusal(transaction(...steps.slice(0, length), block('missing', 24)))
    const missing = { code: 'pool-not-found', kind: 'ip', pool: 'missing' } as const
    t.strictSame(refusal, { code: 'step-refused', step: length, refusal: missing })
    t.strictSame(seen(world), before, `after ${length} steps`)
  }
  t.equal(results(world, transaction(...steps)).length, steps.length)
  const made = seen(world)
  world.ledger = world.reopened()
  t.strictSame(seen(world), made)
})

t.test('a reference that leads nowhere is refused', async t => {
  const world = stocked()
  const wrong = (step: number, field: string, reason: string): Partial<Refusal> => {
    const refusal = { code: 'invalid', field, value: `step ${step}`, reason } as const
    return { code: 'step-refused', step: 1, refusal }
  }
  const gives = (step: number, field: string, what: string) =>
    wrong(step, field, `that step does not give ${what}`)
  const later = 'only an earlier step may be referred to'
  const cases: [object, object, Partial<Refusal>][] = [
    [allocate(1), { ...allocate(0), networkId: to(1) }, wrong(1, 'network_id', later)],
    [allocate(1), { ...allocate(0), networkId: to(2) }, wrong(2, 'network_id', later)],
    [allocate(1), { ...allocate(0), networkId: to(-1) }, wrong(-1, 'network_id', later)],
    [allocate(1), { ...allocate(0), networkId: to(0.5) }, wrong(0.5, 'network_id', later)],
    [
      allocate(1),
      { ...allocate(0), networkId: to(0) },
      gives(0, 'network_id', 'a network or pool'),
    ],
    [
      allocate(1),
      { ...created, place: { parentId: to(0), prefixLength: 25 } },
      gives(0, 'parent', 'a network or pool'),
    ],
    [allocate(1), { ...created, place: { cidr: to(0) } }, gives(0, 'cidr', 'a block or network')],
    [number('rt'), { ...pool('x', ''), cidr: to(0) }, gives(0, 'cidr', 'a block or network')],
    [child, { ...block('', 24), pool: to(0) }, gives(0, 'pool', 'a pool')],
    [numberPool('y'), { ...block('', 24), pool: to(0) }, gives(0, 'pool', 'a pool')],
    [pool('z', '10.9.0.0/24'), { ...number(''), pool: to(0) }, gives(0, 'pool', 'a number pool')],
    [
      number('rt'),
      { type: 'allocation.release', id: to(0), ifRevision: null },
      gives(0, 'id', 'an allocation or block'),
    ],
  ]
  const before = seen(world)
  for (const [first, second, wanted] of cases) {
    t.match(world.refusal(transaction(first, second)), wanted, JSON.stringify(second))
  }
  t.strictSame(seen(world), before)
})

t.test('a transaction has 1 to 400 steps and at most 1,000 Changes', async t => {
  const world = stocked()
  t.match(world.refusal(transaction()), { code: 'invalid', field: 'steps' })
  const many = (count: number) => transaction(...Array.from({ length: count }, () => number('rd')))
  const tooMany = { code: 'too-many-rows', rows: 401, rowsMax: 400 } as const
  t.strictSame(world.refusal(many(401)), tooMany)
  const fill = (id: number, count: number) => {
    world.result({ type: 'bulk', steps: Array.from({ length: count }, () => allocate(id)) })
  }
  world.pool(pool('big', '172.16.0.0/16'))
  fill(2, 300)
  fill(3, 400)
  fill(3, 350)
  const before = seen(world)
  const first = network('172.16.0.0/20')
  const second = network('10.0.0.0/19')
  const refusal = world.refusal(transaction(first, second))
  t.strictSame(refusal, { code: 'too-many-rows', rows: 1052, rowsMax: 1000 })
  t.strictSame(seen(world), before)
  t.equal(results(world, transaction(second, block('a', 24))).length, 2)
})

t.test('what was released earlier in the entry that makes the pool is no secret to it', async t => {
  const steps = [release(1), pool('a', '10.0.0.0/28', { strategy: 'least_recently_released' })]
  const blocks = (reopen: boolean) => {
    const world = new World()
    world.network('10.0.0.0/28')
    for (let at = 0; at < 2; at += 1) world.allocation(allocate(1, { prefixLength: 30 }))
    world.result(transaction(...steps))
    if (reopen) world.ledger = world.reopened()
    return Array.from({ length: 6 }, () => world.block(block('a', 31)))
  }
  t.strictSame(blocks(true), blocks(false))
})
