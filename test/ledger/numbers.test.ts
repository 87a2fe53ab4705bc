import t from 'tap'
import type { Command, Refusal } from '../../src/ledger/index.js'
import { HOUR_MS, number, numberPool, releaseNumber, START_MS, World } from './world.js'

const vlans = { kind: 'vlan', format: null, administrator: null, rangeStart: 1 } as const

t.test('a number is answered, kept and recorded in full', async t => {
  const world = new World()
  world.result(numberPool('customers', { rangeStart: 1000, rangeEnd: 1999 }))
  const command = { ...number('customers', null, 'customer-abc'), description: 'ABC' }
  const made = {
    id: 1,
    poolId: 1,
    value: 1000,
    description: 'ABC',
    owner: 'customer-abc',
    status: 'allocated',
    allocatedMs: START_MS,
    releasedMs: null,
    revision: 3,
  }
  const pool = world.ledger.numberPool('customers')
  t.strictSame(world.result(command), { type: 'number', number: made, pool })
  t.strictSame(world.rows.numberClaim(1, 1000), made)
  const image = {
    id: 1,
    pool_id: 1,
    pool_name: 'customers',
    value: '65000:1000',
    description: 'ABC',
    owner: 'customer-abc',
    status: 'allocated',
    allocated_at: '2024-01-15T10:30:00.000Z',
    released_at: null,
    revision: 3,
  }
  t.match(world.lastChanges(), [{ action: 'number.allocated', entity: 'number', entityId: 1 }])
  t.strictSame(world.lastChanges()[0]?.after, image)
  world.timeMs += HOUR_MS
  const released = { ...made, status: 'released', releasedMs: world.timeMs, revision: 4 }
  const result = world.result(releaseNumber('customers', '65000:1000', 3))
  t.strictSame(result, { type: 'number', number: released, pool })
  t.strictSame(world.rows.numbers(), [released])
  t.strictSame(world.lastChanges()[0]?.before, image)
})

t.test('the lowest free number is chosen, and a released one is chosen again', async t => {
  const world = new World()
  world.result(numberPool('a', { rangeStart: 5, rangeEnd: 8 }))
  const next = () => world.number(number('a')).value
  t.strictSame([next(), next(), next()], [5, 6, 7])
  world.result(releaseNumber('a', '65000:5'))
  t.strictSame([next(), next()], [5, 8])
  t.strictSame(world.refusal(number('a')), {
    code: 'pool-exhausted',
    kind: 'number',
    pool: 'a',
    wanted: '1',
    free: '0',
  })
  t.equal(world.poolFigures('a'), '4 4 0')
})

t.test('a number is never handed out twice in pools of one space', async t => {
  const world = new World()
  world.result(numberPool('a'))
  world.result(numberPool('b', { rangeStart: 2, rangeEnd: 20 }))
  world.result(numberPool('rd', { kind: 'rd' }))
  world.result(numberPool('other', { administrator: '65001' }))
  const next = (pool: string) => world.number(number(pool)).value
  t.strictSame([next('b'), next('a'), next('a'), next('a')], [2, 0, 1, 3])
  t.strictSame([next('rd'), next('other')], [0, 0], 'other spaces have numbers of their own')
  t.equal(world.poolFigures('a'), '10 3 6')
  t.equal(world.poolFigures('b'), '19 1 17')
  t.strictSame(world.refusal(releaseNumber('a', '65000:2')).code, 'number-not-found')
  world.result(numberPool('c', { rangeStart: 1, rangeEnd: 2 }))
  t.equal(world.poolFigures('c'), '2 0 0')
  t.equal(world.refusal(number('c')).code, 'pool-exhausted')
  const reopened = world.reopened()
  for (const id of [1, 2, 3, 4, 5]) {
    t.strictSame(reopened.numberFigures(id), world.ledger.numberFigures(id))
  }
  world.ledger = reopened
  t.equal(next('b'), 4)
})

t.test('a number may be named, as its pool writes it', async t => {
  const world = new World()
  world.result(numberPool('a', { rangeStart: 100, rangeEnd: 199 }))
  world.result(numberPool('ip', { format: 1, administrator: '10.0.0.1' }))
  world.result(numberPool('v', vlans))
  world.result(numberPool('campus', { ...vlans, administrator: 'campus' }))
  t.equal(world.number(number('a', '65000:150')).value, 150)
  t.equal(world.number(number('ip', '10.0.0.1:0')).value, 0)
  t.equal(world.number(number('v', '7')).value, 7)
  t.equal(world.number(number('campus', '7')).value, 7)
  t.equal(world.lastChanges()[0]?.after?.value, '7')
  const wrong = ['150', '65000:99', '65000:200', '65001:150', '65000:0150', '65000:150 ', '', 'x:y']
  for (const value of [
    ...wrong,
    '65000:',
    '65000:1e2',
    '65000:150.5',
    '650:00:150',
    '10.0.0.1:150',
  ]) {
    t.match(
      world.refusal(number('a', value)),
      {
        code: 'invalid',
        field: 'value',
        value,
        reason: 'must be from 65000:100 to 65000:199, in that spelling',
      },
      value,
    )
  }
})

t.test('a number that is taken says who has it', async t => {
  const world = new World()
  world.result(numberPool('a'))
  world.result(numberPool('b'))
  world.number(number('a', '65000:3', 'router-1'))
  world.number(number('b', '65000:4'))
  const taken = (value: string, holder: string): Refusal => {
    return { code: 'number-taken', pool: 'b', value, holder }
  }
  const byA = taken('65000:3', 'number 1 of pool a (router-1)')
  t.strictSame(world.refusal(number('b', '65000:3')), byA)
  t.strictSame(world.refusal(number('b', '65000:4')), taken('65000:4', 'number 2 of pool b'))
})

t.test('only what the pool handed out is released, once, in its exact spelling', async t => {
  const world = new World()
  world.result(numberPool('a'))
  world.result(numberPool('b'))
  world.number(number('a'))
  const notFound = (pool: string, value: string): [Command, Refusal] => [
    releaseNumber(pool, value),
    { code: 'number-not-found', pool, value },
  ]
  const cases: [Command, Refusal][] = [
    [releaseNumber('x', '65000:0'), { code: 'pool-not-found', kind: 'number', pool: 'x' }],
    [number('x'), { code: 'pool-not-found', kind: 'number', pool: 'x' }],
    notFound('b', '65000:0'),
    notFound('a', '65001:0'),
    notFound('a', '65000:1'),
    notFound('a', '65000:00'),
    notFound('a', '0'),
    notFound('a', ''),
    [releaseNumber('a', '65000:0', 9), { code: 'revision-mismatch', expected: 9, actual: 4 }],
  ]
  for (const [command, wanted] of cases) t.strictSame(world.refusal(command), wanted)
  world.result(releaseNumber('a', '65000:0'))
  t.equal(world.refusal(releaseNumber('a', '65000:0')).code, 'number-not-found')
})

t.test('the whole of 2^32 is one pool', async t => {
  const world = new World()
  world.result(numberPool('all', { rangeEnd: 4_294_967_295 }))
  for (const value of ['65000:4294967295', '65000:0', '65000:65536']) {
    world.number(number('all', value))
  }
  t.equal(world.poolFigures('all'), '4294967296 3 4294967293')
  t.equal(world.number(number('all')).value, 1)
})
