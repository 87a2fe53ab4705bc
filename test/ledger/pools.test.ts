import t from 'tap'
import type { Command, Refusal } from '../../src/ledger/index.js'
import {
  allocate,
  block,
  deleteNetwork,
  deletePool,
  HOUR_MS,
  network,
  pool,
  release,
  releaseBlock,
  START_MS,
  World,
} from './world.js'

type Set = Extract<Command, { type: 'pool.update' }>['set']
const update = (name: string, set: Set, ifRevision: number | null = null): Command => {
  return { type: 'pool.update', name, ifRevision, set }
}
const actions = (world: World) =>
  world.lastChanges().map(change => `${change.action} ${change.entityId}`)

t.test('a pool is made with its network when there is none', async t => {
  const world = new World()
  const result = world.result(pool('mgmt', '10.100.0.77/24', { description: 'DC1' }))
  const made = {
    id: 1,
    vrfId: 1,
    family: 4,
    first: 0x0a640000n,
    prefixLength: 24,
    description: 'DC1',
    tags: [],
    holdHours: 0,
    pool: {
      id: 1,
      name: 'mgmt',
      description: 'DC1',
      strategy: 'first',
      strategyRevision: 2,
      createdMs: START_MS,
    },
    subnet: null,
    region: null,
    createdMs: START_MS,
    updatedMs: START_MS,
    revision: 2,
  }
  const figures = { total: 256n, allocated: 0n, available: 256n }
  t.strictSame(result, { type: 'pool', network: made, figures })
  t.strictSame(world.ledger.pool('mgmt'), made)
  t.strictSame(world.ledger.network(1), made)
  t.strictSame(world.rows.image().networks, [made])
  const image = {
    id: 1,
    vrf_id: 1,
    cidr: '10.100.0.0/24',
    description: 'DC1',
    tags: [],
    hold_hours: 0,
    created_at: '2024-01-15T10:30:00.000Z',
    updated_at: '2024-01-15T10:30:00.000Z',
    revision: 2,
  }
  const facet = {
    pool_id: 1,
    pool_name: 'mgmt',
    pool_description: 'DC1',
    pool_strategy: 'first',
    pool_created_at: '2024-01-15T10:30:00.000Z',
  }
  t.strictSame(
    world.lastChanges().map(({ n, action, before, after }) => ({ n, action, before, after })),
    [
      { n: 0, action: 'network.created', before: null, after: image },
      { n: 1, action: 'pool.created', before: image, after: { ...image, ...facet } },
    ],
  )
})

t.test('a network that is there gets the pool, and keeps what it has', async t => {
  const world = new World()
  const before = world.network(network('10.0.0.0/24', { description: 'Office', holdHours: 2 }))
  world.allocation(allocate(1))
  const after = world.pool(pool('office', '10.0.0.0/24'))
  const { pool: facet, ...rest } = after
  t.strictSame({ ...rest, pool: null }, { ...before, revision: 4 })
  t.equal(facet?.strategyRevision, 4)
  t.strictSame(actions(world), ['pool.created 1'])
  t.equal(world.poolFigures('office'), '256 1 255')
  t.equal(world.figures(1), '254 1 0 253', 'hosts still get no edges')
})

t.test('live blocks of the network become the pool’s; what has ended does not', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  for (const prefixLength of [26, 26, 30]) world.allocation(allocate(1, { prefixLength }))
  world.allocation(allocate(1))
  world.result(release(1))
  world.pool(pool('a', '10.0.0.0/24'))
  t.strictSame(actions(world), ['pool.created 1', 'allocation.updated 2', 'allocation.updated 3'])
  t.strictSame(
    world.rows.allocations().map(({ id, blockId }) => [id, blockId]),
    [
      [1, null],
      [2, 1],
      [3, 2],
      [4, null],
    ],
  )
  t.equal(world.lastChanges()[1]?.after?.block_id, 1)
  t.equal(world.ledger.blockCount(1), 2)
  t.equal(world.allocation(allocate(1, { prefixLength: 28 })).blockId, 3)
})

t.test('a network with more live blocks than one command may write gets no pool', async t => {
  const world = new World()
  world.network('10.0.0.0/16')
  for (let at = 0; at < 1001; at += 1) world.allocation(allocate(1, { prefixLength: 32 }))
  const tooMany = { code: 'too-many-rows', rows: 1001, rowsMax: 1000 } as const
  t.strictSame(world.refusal(pool('a', '10.0.0.0/16')), tooMany)
  world.result(release(7))
  world.pool(pool('a', '10.0.0.0/16'))
  t.equal(world.lastChanges().length, 1001)
})

t.test('a pool takes over what lies in its range as every new network does', async t => {
  const world = new World()
  world.network('10.0.0.0/16')
  world.allocation(allocate(1, { ip: '10.0.0.9' }))
  world.pool(pool('a', '10.0.0.0/24'))
  t.strictSame(actions(world), ['network.created 2', 'allocation.moved 1', 'pool.created 2'])
  t.equal(world.poolFigures('a'), '256 1 255')
  world.allocation(allocate(1, { prefixLength: 18 }))
  const inside = world.pool(pool('b', '10.0.64.0/24'))
  t.equal(world.parent(inside.id), 1, 'a block is a delegation')
  const refusal = world.refusal(pool('c', '10.0.64.0/17'))
  t.equal(refusal.code, 'claim-in-the-way', 'and nothing may lie around it')
})

t.test('pools are refused with the reason, and nothing happens', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  world.network('10.1.0.0/16')
  world.allocation(allocate(2, { prefixLength: 24 }))
  const long = '\u{1f310}'.repeat(100)
  const cases: [Command, Partial<Refusal>][] = [
    [pool('', '10.9.0.0/24'), { code: 'invalid', field: 'name', value: '' }],
    [pool(`${long}x`, '10.9.0.0/24'), { code: 'invalid', field: 'name' }],
    [pool('a\nb', '10.9.0.0/24'), { code: 'invalid', field: 'name', value: 'a\nb' }],
    [pool('a\u0085', '10.9.0.0/24'), { code: 'invalid', field: 'name' }],
    [pool('.', '10.9.0.0/24'), { code: 'invalid', field: 'name', value: '.' }],
    [pool('..', '10.9.0.0/24'), { code: 'invalid', field: 'name', value: '..' }],
    [pool('a\ud800', '10.9.0.0/24'), { code: 'invalid', field: 'name' }],
    [pool('b', '10.9.0.0'), { code: 'invalid', field: 'cidr', value: '10.9.0.0' }],
    [pool('b', '10.9.0.0/33'), { code: 'invalid', field: 'cidr' }],
    [
      pool('b', '10.9.0.0/24', { strategy: 'sparse' }),
      { code: 'invalid', field: 'strategy', value: 'sparse' },
    ],
    [
      pool('b', '10.9.0.0/24', { strategy: 'worst' as 'first' }),
      { code: 'invalid', field: 'strategy', value: 'worst' },
    ],
    [pool('a', '10.9.0.0/24'), { code: 'pool-exists', kind: 'ip', pool: 'a', id: 1 }],
    [
      pool('b', '10.0.0.9/24'),
      { code: 'network-has-pool', networkId: 1, cidr: '10.0.0.0/24', pool: 'a' },
    ],
    [pool('b', '10.1.0.0/20'), { code: 'claim-in-the-way', allocationId: 1 }],
    [update('x', {}), { code: 'pool-not-found', kind: 'ip', pool: 'x' }],
    [update('a', {}, 9), { code: 'revision-mismatch', expected: 9, actual: 2 }],
    [update('a', { strategy: 'sparse' }), { code: 'invalid', field: 'strategy' }],
    [deletePool('x'), { code: 'pool-not-found', kind: 'ip', pool: 'x' }],
    [deletePool('a', 9), { code: 'revision-mismatch', expected: 9, actual: 2 }],
  ]
  const before = world.rows.changes().length
  for (const [command, wanted] of cases) {
    t.match(world.refusal(command), wanted, JSON.stringify(command))
  }
  t.equal(world.rows.changes().length, before)
  for (const name of [long, 'a/b', '50 %', 'Büro 東京', 'A']) {
    world.pool(pool(name, `10.2.${world.revision}.0/24`))
  }
  t.equal(world.ledger.poolNetworks().length, 6)
})

t.test('before the cluster is founded there is no VRF for a pool', async t => {
  const wanted = { code: 'vrf-not-found', vrf: 'default' } as const
  t.strictSame(new World(false).refusal(pool('a', '10.0.0.0/24')), wanted)
})

t.test('a pool is described anew, and its strategy changed', async t => {
  const world = new World()
  world.pool(pool('a', '2001:db8::/48', { description: 'old' }))
  world.timeMs += HOUR_MS
  const described = world.pool(update('a', { description: null }, 2))
  t.match(described, { revision: 3, updatedMs: world.timeMs, pool: { description: null } })
  t.equal(described.description, 'old', 'the network has its own description')
  t.strictSame(actions(world), ['pool.updated 1'])
  t.equal(described.pool?.strategyRevision, 2)
  t.equal(world.pool(update('a', { strategy: 'first' })).pool?.strategyRevision, 2)
  const changed = world.pool(update('a', { strategy: 'sparse' }))
  t.match(changed.pool, { strategy: 'sparse', strategyRevision: 5, description: null })
  t.strictSame(world.ledger.pool('a'), changed)
  const facts = {
    type: 'network.update',
    id: 1,
    ifRevision: 5,
    set: { description: 'new' },
  } as const
  t.strictSame(world.network(facts).pool, changed.pool, 'an edit of the network keeps it')
  t.match(world.lastChanges()[0]?.after, { pool_name: 'a', pool_strategy: 'sparse' })
})

t.test('a deleted pool releases its blocks; its networks move up and its name is free', async t => {
  const world = new World()
  world.network('10.0.0.0/8')
  world.pool(pool('a', '10.0.0.0/16'))
  t.equal(world.block(block('a', 24)), '10.0.0.0/24')
  t.equal(world.block(block('a', 24)), '10.0.1.0/24')
  const inside = world.network('10.0.0.0/25')
  world.allocation(allocate(inside.id))
  world.timeMs += HOUR_MS
  t.strictSame(world.result(deletePool('a')), { type: 'none' })
  t.strictSame(actions(world), [
    'allocation.released 1',
    'allocation.released 2',
    'pool.deleted 2',
    'network.deleted 2',
  ])
  const [released, , deleted, gone] = world.lastChanges()
  t.match(released?.after, { status: 'released', released_at: '2024-01-15T11:30:00.000Z' })
  t.match(deleted?.before, { pool_name: 'a', revision: 3 })
  t.match(deleted?.after, { cidr: '10.0.0.0/16', revision: world.revision })
  t.notOk('pool_name' in (deleted?.after ?? {}))
  t.strictSame(gone?.before, deleted?.after)
  t.equal(world.parent(inside.id), 1)
  t.equal(world.figures(inside.id), '126 1 0 125')
  t.equal(world.figures(1), '16777087 0 0 16777087')
  t.equal(world.ledger.pool('a'), null)
  t.equal(world.refusal(release(1)).code, 'allocation-ended')
  t.equal(world.pool(pool('a', '10.0.0.0/16')).pool?.id, 2, 'no id is used again')
  t.equal(world.poolFigures('a'), '65536 128 65408', 'what the networks inside have is not free')
})

t.test('a pool with addresses that were allocated directly in it stays as it is', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  world.block(block('a', 30))
  world.allocation(allocate(1))
  world.allocation(allocate(1, { count: 3 }))
  const inUse = { code: 'pool-in-use', pool: 'a', allocations: 2 } as const
  t.strictSame(world.refusal(deletePool('a')), inUse)
  t.equal(world.poolFigures('a'), '256 8 248')
  world.result(release(2))
  world.result(release(3))
  world.result(deletePool('a'))
  t.equal(world.ledger.network(1), null)
})

t.test('a network with a pool is deleted like any other, and its pool goes first', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  world.block(block('a', 25))
  const inUse = { code: 'network-in-use', id: 1, allocations: 1 } as const
  t.strictSame(world.refusal(deleteNetwork(1)), inUse)
  world.result(releaseBlock('a', '10.0.0.0/25'))
  world.result(deleteNetwork(1))
  t.strictSame(actions(world), ['pool.deleted 1', 'network.deleted 1'])
  t.equal(world.ledger.pool('a'), null)
  t.strictSame(world.ledger.poolNetworks(), [])
})

t.test('pools are listed by their ids, whatever their networks’ are', async t => {
  const world = new World()
  for (const cidr of ['10.0.0.0/24', '10.1.0.0/24', '10.2.0.0/24']) world.network(cidr)
  world.pool(pool('z', '10.2.0.0/24'))
  world.pool(pool('m', '10.0.0.0/24'))
  world.pool(pool('a', '2001:db8::/32'))
  const names = () => world.ledger.poolNetworks().map(({ pool }) => `${pool?.id} ${pool?.name}`)
  t.strictSame(names(), ['1 z', '2 m', '3 a'])
  t.equal(world.ledger.poolFigures(2), null, 'a network without a pool has no figures of one')
  world.ledger = world.reopened()
  t.strictSame(names(), ['1 z', '2 m', '3 a'])
})
