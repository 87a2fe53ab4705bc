import t from 'tap'
import type { Command, Refusal } from '../../src/ledger/index.js'
import { HOUR_MS, number, numberPool, releaseNumber, START_MS, World } from './world.js'

const update = (name: string, description: string | null, ifRevision: number | null = null) =>
  ({ type: 'number-pool.update', name, ifRevision, set: { description } }) as const
const remove = (name: string, ifRevision: number | null = null): Command => {
  return { type: 'number-pool.delete', name, ifRevision }
}

t.test('a number pool is answered, kept and recorded in full', async t => {
  const world = new World()
  const facts = { rangeStart: 1000, rangeEnd: 1999, description: 'VPNs' }
  const made = {
    id: 1,
    name: 'customers',
    description: 'VPNs',
    kind: 'rt',
    format: 0,
    administrator: '65000',
    rangeStart: 1000,
    rangeEnd: 1999,
    createdMs: START_MS,
    updatedMs: START_MS,
    revision: 2,
  }
  t.strictSame(world.result(numberPool('customers', facts)), {
    type: 'number-pool',
    pool: made,
    figures: { total: 1000, allocated: 0, available: 1000 },
  })
  t.strictSame(world.ledger.numberPool('customers'), made)
  t.strictSame(world.rows.image().numberPools, [made])
  const [change] = world.lastChanges()
  t.match(change, { action: 'number-pool.created', entity: 'number-pool', entityId: 1 })
  t.strictSame(change?.after, {
    id: 1,
    name: 'customers',
    description: 'VPNs',
    kind: 'rt',
    format_type: 0,
    admin_value: '65000',
    range_start: 1000,
    range_end: 1999,
    created_at: '2024-01-15T10:30:00.000Z',
    updated_at: '2024-01-15T10:30:00.000Z',
    revision: 2,
  })
})

t.test('each kind and format has its administrators and numbers', async t => {
  const world = new World()
  const max = 4_294_967_295
  const good = [
    numberPool('a', { administrator: '1', rangeEnd: max }),
    numberPool('b', { kind: 'rd', administrator: '65535' }),
    numberPool('c', { format: 1, administrator: '10.0.0.1', rangeEnd: 65_535 }),
    numberPool('d', { format: 2, administrator: '4294967295', rangeEnd: 65_535 }),
    numberPool('e', {
      kind: 'vlan',
      format: null,
      administrator: null,
      rangeStart: 1,
      rangeEnd: 4094,
    }),
    numberPool('f', { kind: 'vlan', format: null, administrator: 'Büro', rangeStart: 1 }),
    numberPool('g', {
      kind: 'asn',
      format: null,
      administrator: null,
      rangeStart: 1,
      rangeEnd: max,
    }),
    numberPool('h', { rangeStart: max, rangeEnd: max }),
  ]
  for (const command of good) t.equal(world.result(command).type, 'number-pool', command.name)
  const bad: [Partial<Extract<Command, { type: 'number-pool.create' }>>, string, string][] = [
    [{ name: '' }, 'name', ''],
    [{ name: 'x'.repeat(101) }, 'name', 'x'.repeat(101)],
    [{ kind: 'mac' as 'rt' }, 'kind', 'mac'],
    [{ format: null }, 'format_type', 'null'],
    [{ format: 3 as 2 }, 'format_type', '3'],
    [{ kind: 'vlan' }, 'format_type', '0'],
    [{ kind: 'asn' }, 'format_type', '0'],
    [{ administrator: null }, 'admin_value', 'null'],
    [{ administrator: '0' }, 'admin_value', '0'],
    [{ administrator: '65536' }, 'admin_value', '65536'],
    [{ administrator: '065' }, 'admin_value', '065'],
    [{ administrator: '+5' }, 'admin_value', '+5'],
    [{ administrator: '1.0' }, 'admin_value', '1.0'],
    [{ administrator: '10.0.0.1' }, 'admin_value', '10.0.0.1'],
    [{ format: 1 }, 'admin_value', '65000'],
    [{ format: 1, administrator: '::1' }, 'admin_value', '::1'],
    [{ format: 1, administrator: '10.0.0.01' }, 'admin_value', '10.0.0.01'],
    [{ format: 2, administrator: '4294967296' }, 'admin_value', '4294967296'],
    [{ kind: 'asn', format: null, rangeStart: 1 }, 'admin_value', '65000'],
    [{ kind: 'vlan', format: null, administrator: '', rangeStart: 1 }, 'admin_value', ''],
    [{ rangeStart: -1 }, 'range_start', '-1'],
    [{ rangeStart: 0.5 }, 'range_start', '0.5'],
    [{ rangeEnd: max + 1 }, 'range_end', '4294967296'],
    [{ format: 2, rangeEnd: 65_536 }, 'range_end', '65536'],
    [{ format: 1, administrator: '10.0.0.1', rangeEnd: 65_536 }, 'range_end', '65536'],
    [{ kind: 'vlan', format: null, administrator: null }, 'range_start', '0'],
    [
      { kind: 'vlan', format: null, administrator: null, rangeStart: 1, rangeEnd: 4095 },
      'range_end',
      '4095',
    ],
    [{ kind: 'asn', format: null, administrator: null }, 'range_start', '0'],
    [{ rangeStart: 10, rangeEnd: 9 }, 'range_end', '9'],
  ]
  const before = world.rows.changes().length
  for (const [set, field, value] of bad) {
    const refusal = world.refusal(numberPool('new', set))
    t.match(refusal, { code: 'invalid', field, value }, JSON.stringify(set))
  }
  t.equal(world.rows.changes().length, before)
})

t.test('names of number pools are their own, and unique among all kinds', async t => {
  const world = new World()
  world.result({ ...numberPool('a') })
  const vlan = { kind: 'vlan', format: null, administrator: null, rangeStart: 1 } as const
  t.strictSame(world.refusal(numberPool('a', vlan)), {
    code: 'pool-exists',
    kind: 'number',
    pool: 'a',
    id: 1,
  })
  world.result({
    type: 'pool.create',
    name: 'a',
    cidr: '10.0.0.0/24',
    description: null,
    strategy: 'first',
  })
  t.equal(world.ledger.pool('a')?.id, 1)
})

t.test('a number pool is described anew', async t => {
  const world = new World()
  world.result(numberPool('a', { description: 'old' }))
  world.number(number('a'))
  world.timeMs += HOUR_MS
  const notFound = { code: 'pool-not-found', kind: 'number', pool: 'x' } as const
  t.strictSame(world.refusal(update('x', null)), notFound)
  const mismatch = { code: 'revision-mismatch', expected: 1, actual: 2 } as const
  t.strictSame(world.refusal(update('a', 'new', 1)), mismatch)
  const result = world.result(update('a', 'new', 2))
  t.match(result, {
    pool: { description: 'new', createdMs: START_MS, updatedMs: world.timeMs, revision: 6 },
    figures: { allocated: 1 },
  })
  t.match(world.lastChanges(), [
    {
      action: 'number-pool.updated',
      before: { description: 'old' },
      after: { description: 'new' },
    },
  ])
  t.match(world.result({ ...update('a', null), set: {} }), { pool: { description: 'new' } })
  t.equal(world.ledger.numberPool('a')?.revision, 7)
})

t.test('a deleted number pool releases its numbers, and its name is free', async t => {
  const world = new World()
  world.result(numberPool('a'))
  world.result(numberPool('b', { rangeEnd: 4 }))
  for (const pool of ['a', 'b', 'a']) world.number(number(pool))
  t.match(world.refusal(remove('x')), { code: 'pool-not-found' })
  t.match(world.refusal(remove('a', 9)), { code: 'revision-mismatch', actual: 2 })
  world.timeMs += HOUR_MS
  t.strictSame(world.result(remove('a')), { type: 'none' })
  t.strictSame(
    world.lastChanges().map(change => `${change.action} ${change.entityId}`),
    ['number.released 1', 'number.released 3', 'number-pool.deleted 1'],
  )
  t.match(world.rows.numbers()[0], { status: 'released', releasedMs: world.timeMs })
  t.equal(world.ledger.numberPool('a'), null)
  t.equal(world.ledger.numberFigures(1), null)
  t.equal(world.ledger.deletionsWait(), false)
  t.equal(world.poolFigures('b'), '5 1 4')
  t.equal(world.number(number('b')).value, 0, 'they are free at once')
  t.match(world.result(numberPool('a')), { pool: { id: 3 }, figures: { available: 8 } })
  t.match(world.refusal(releaseNumber('a', '65000:0')), { code: 'number-not-found' })
})

t.test('every refusal of a command for another kind of pool names the kind', async t => {
  const world = new World()
  world.result(numberPool('n'))
  const missing = { code: 'pool-not-found', kind: 'ip', pool: 'n' } satisfies Refusal
  t.strictSame(world.refusal({ type: 'pool.delete', name: 'n', ifRevision: null }), missing)
})
