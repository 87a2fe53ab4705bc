import t from 'tap'
import type { Command, Refusal } from '../../src/ledger/index.js'
import {
  allocate,
  block,
  childNetwork,
  expire,
  HOUR_MS,
  network,
  pool,
  release,
  releaseBlock,
  START_MS,
  World,
} from './world.js'

t.test('a block is answered, kept and recorded in full', async t => {
  const world = new World()
  const made = world.pool(pool('mgmt', '10.100.0.0/24'))
  const facts = { description: 'Uplink', owner: 'router-01', ttlMs: HOUR_MS }
  const allocation = {
    id: 1,
    networkId: 1,
    vrfId: 1,
    family: 4,
    first: 0x0a640000n,
    last: 0x0a640003n,
    kind: 'block',
    prefixLength: 30,
    blockId: 1,
    hostname: null,
    description: 'Uplink',
    owner: 'router-01',
    tags: [],
    details: null,
    status: 'allocated',
    allocatedMs: START_MS,
    expiresMs: START_MS + HOUR_MS,
    releasedMs: null,
    heldUntilMs: null,
    revision: 3,
  }
  const result = world.result(block('mgmt', 30, facts))
  t.strictSame(result, { type: 'block', allocation, network: made })
  t.strictSame(world.rows.allocation(1), allocation)
  const [change] = world.lastChanges()
  t.equal(change?.action, 'allocation.created')
  t.match(change?.after, { block_id: 1, owner: 'router-01', allocated_cidr: '10.100.0.0/30' })
  t.equal(world.poolFigures('mgmt'), '256 4 252')
})

t.test('a pool hands out every address, the first and the last too', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/30'))
  const all = Array.from({ length: 4 }, () => world.block(block('a', 32)))
  t.strictSame(all, ['10.0.0.0/32', '10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32'])
  t.strictSame(world.refusal(block('a', 31)), {
    code: 'pool-exhausted',
    kind: 'ip',
    pool: 'a',
    wanted: '/31',
    free: '0',
  })
  world.result(releaseBlock('a', '10.0.0.3/32'))
  t.match(world.refusal(block('a', 31)), { code: 'pool-exhausted', free: '1' })
  t.equal(world.figures(1), '2 2 0 0', 'the core figures count usable addresses only')
  world.pool(pool('b', '10.1.0.0/24'))
  t.equal(world.block(block('b', 24)), '10.1.0.0/24', 'the whole pool may be one block')
  t.equal(world.figures(2), '254 254 0 0')
})

t.test('hosts get no edges of a network with a pool', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/29'))
  const notUsable = (ip: string, name: string) =>
    t.match(world.refusal(allocate(1, { ip })), {
      code: 'address-not-usable',
      reason: `it is the ${name} address`,
    })
  notUsable('10.0.0.0', 'network')
  notUsable('10.0.0.7', 'broadcast')
  t.match(world.refusal(allocate(1, { count: 7 })), { code: 'larger-than-network', size: '6' })
  t.equal(world.allocation(allocate(1, { count: 6 })).first, 0x0a000001n)
  t.strictSame(world.refusal(allocate(1)), {
    code: 'no-space',
    networkId: 1,
    wanted: '1',
    free: '0',
  })
  t.equal(world.poolFigures('a'), '8 6 2')
  t.strictSame(
    [world.block(block('a', 32)), world.block(block('a', 32))],
    ['10.0.0.0/32', '10.0.0.7/32'],
  )
  world.result(release(1))
  t.strictSame(world.ledger.freeRanges(1, 0n, 9), [{ first: 0x0a000001n, last: 0x0a000006n }])
  world.result(releaseBlock('a', '10.0.0.7/32'))
  t.equal(world.allocation(allocate(1, { count: 5 })).last, 0x0a000005n)
  t.match(world.refusal(allocate(1, { count: 2 })), { code: 'no-space', free: '1' })
  t.equal(world.figures(1), '6 5 0 1')
  t.equal(world.ledger.statistics(1)?.firstAvailable, 0x0a000006n)
})

t.test('a block by the core surface is a block of the pool', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  const made = world.allocation(allocate(1, { prefixLength: 24 }, { hostname: 'x', tags: ['t'] }))
  t.match(made, { first: 0x0a000000n, blockId: 1, hostname: 'x', tags: ['t'], owner: null })
  t.equal(world.ledger.blockCount(1), 1)
  t.match(world.refusal(allocate(1, { prefixLength: 30 })), { code: 'no-space', free: '0' })
  t.equal(world.refusal(allocate(1, { prefixLength: 23 })).code, 'larger-than-network')
  const released = world.result(releaseBlock('a', '10.0.0.0/24'))
  t.match(released, { type: 'block', allocation: { id: 1, status: 'released' } })
  world.network('10.9.0.0/24')
  const plain = world.allocation(allocate(2, { prefixLength: 30 }))
  t.match(plain, { first: 0x0a090004n, blockId: null }, 'without a pool edges stay barred')
})

t.test('a child network may begin and end where the pool does', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  t.equal(world.network(childNetwork(1, 26)).first, 0x0a000000n)
  world.network('10.0.0.192/26')
  t.equal(world.poolFigures('a'), '256 128 128')
  t.equal(world.figures(1), '128 0 0 128')
  t.equal(world.block(block('a', 26)), '10.0.0.64/26')
  world.result({ type: 'network.delete', id: 2, ifRevision: null })
  t.equal(world.poolFigures('a'), '256 128 128')
  t.equal(world.block(block('a', 32)), '10.0.0.0/32', 'its first address is the pool’s again')
  world.ledger = world.reopened()
  t.equal(world.figures(1), '191 64 0 127')
  t.equal(world.block(block('a', 32)), '10.0.0.1/32')
})

t.test('networks are made in a block, at the edge of its pool too', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  world.block(block('a', 26))
  const inside = world.network('10.0.0.0/27')
  t.equal(world.poolFigures('a'), '256 64 192')
  t.equal(world.figures(1), '223 32 0 191')
  t.strictSame(world.refusal(releaseBlock('a', '10.0.0.0/26')), {
    code: 'block-in-use',
    id: 1,
    networkIds: [inside.id],
  })
  world.result({ type: 'network.delete', id: inside.id, ifRevision: null })
  t.equal(world.figures(1), '254 63 0 191')
  world.result(releaseBlock('a', '10.0.0.0/26'))
  t.equal(world.poolFigures('a'), '256 0 256')
})

t.test('a held block is not free, and its edge neither', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 2 }))
  world.pool(pool('a', '10.0.0.0/24'))
  world.block(block('a', 30))
  world.result(releaseBlock('a', '10.0.0.0/30'))
  t.equal(world.poolFigures('a'), '256 4 252')
  t.equal(world.figures(1), '254 0 3 251')
  t.equal(world.ledger.blockCount(1), 0)
  t.equal(world.refusal(releaseBlock('a', '10.0.0.0/30')).code, 'block-not-found')
  world.ledger = world.reopened()
  t.equal(world.block(block('a', 30)), '10.0.0.4/30')
  world.timeMs += 2 * HOUR_MS
  world.result(expire())
  t.equal(world.figures(1), '254 4 0 250')
  t.equal(world.block(block('a', 30)), '10.0.0.0/30')
})

t.test('a lease of a block runs out', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  world.block(block('a', 25, { ttlMs: HOUR_MS }))
  world.timeMs += HOUR_MS
  world.result(expire())
  t.match(world.rows.allocation(1), { status: 'expired', blockId: 1 })
  t.equal(world.refusal(releaseBlock('a', '10.0.0.0/25')).code, 'block-not-found')
})

t.test('blocks are refused with the reason, and nothing happens', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  world.pool(pool('six', '2001:db8::/48'))
  world.block(block('a', 30))
  world.allocation(allocate(1, { ip: '10.0.0.9' }))
  const length = (
    pool: string,
    prefixLength: number,
    ends: string,
  ): [Command, Partial<Refusal>] => {
    const reason = `must be a whole number from ${ends}`
    const value = String(prefixLength)
    return [block(pool, prefixLength), { code: 'invalid', field: 'prefix_length', value, reason }]
  }
  const notFound = (pool: string, cidr: string): [Command, Partial<Refusal>] => [
    releaseBlock(pool, cidr),
    { code: 'block-not-found', pool, cidr },
  ]
  const cases: [Command, Partial<Refusal>][] = [
    [block('x', 30), { code: 'pool-not-found', kind: 'ip', pool: 'x' }],
    length('a', 33, "24, the pool's own, to 32"),
    length('a', 23, "24, the pool's own, to 32"),
    length('a', -1, "24, the pool's own, to 32"),
    length('a', 24.5, "24, the pool's own, to 32"),
    length('six', 129, "48, the pool's own, to 128"),
    length('six', 47, "48, the pool's own, to 128"),
    [block('a', 30, { ttlMs: 0 }), { code: 'invalid', field: 'ttlMs' }],
    [releaseBlock('x', '10.0.0.0/30'), { code: 'pool-not-found', kind: 'ip', pool: 'x' }],
    [releaseBlock('a', 'ten'), { code: 'invalid', field: 'allocated_cidr', value: 'ten' }],
    [releaseBlock('a', '10.0.0.0'), { code: 'invalid', field: 'allocated_cidr' }],
    [releaseBlock('a', '10.0.0.0/33'), { code: 'invalid', field: 'allocated_cidr' }],
    notFound('a', '10.0.0.1/30'),
    notFound('a', '10.0.0.0/31'),
    notFound('a', '10.0.0.0/29'),
    notFound('a', '10.0.0.4/30'),
    notFound('a', '10.0.0.9/32'),
    notFound('a', '10.9.0.0/30'),
    notFound('a', '2001:db8::/64'),
    notFound('six', '10.0.0.0/30'),
    [releaseBlock('a', '10.0.0.0/30', 9), { code: 'revision-mismatch', expected: 9, actual: 4 }],
  ]
  const before = world.rows.changes().length
  for (const [command, wanted] of cases) {
    t.match(world.refusal(command), wanted, JSON.stringify(command))
  }
  t.equal(world.rows.changes().length, before)
  world.result(releaseBlock('a', '10.0.0.0/30', 4))
})

t.test('figures are exact to 2^128', async t => {
  const world = new World()
  world.pool(pool('all', '::/0'))
  t.equal(world.block(block('all', 1)), '::/1')
  t.equal(world.block(block('all', 128)), '8000::/128')
  t.equal(world.poolFigures('all'), `${1n << 128n} ${(1n << 127n) + 1n} ${(1n << 127n) - 1n}`)
})

t.test('a pool that was not closed chooses as one that was', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/24'))
  for (const length of [26, 27, 26, 30]) world.block(block('a', length))
  world.result(releaseBlock('a', '10.0.0.64/27'))
  const reopened = world.reopened()
  t.strictSame(reopened.poolFigures(1), world.ledger.poolFigures(1))
  t.strictSame(reopened.blockCount(1), world.ledger.blockCount(1))
  t.strictSame(reopened.statistics(1), world.ledger.statistics(1))
})
