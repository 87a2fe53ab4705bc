import t from 'tap'
import {
  allocate,
  childNetwork,
  deleteNetwork,
  expire,
  HOUR_MS,
  network,
  release,
  World,
} from './world.js'

/** 10.0.0.0/24 with the block 10.0.0.64/26 taken from it. */
function withBlock(options: { holdHours?: number; ttlMs?: number } = {}): World {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: options.holdHours ?? 0 }))
  world.allocation(allocate(1, { prefixLength: 26 }, { ttlMs: options.ttlMs ?? null }))
  return world
}

t.test('a block is a delegation: networks in it count for themselves', async t => {
  const world = withBlock()
  t.equal(world.figures(1), '254 64 0 190')
  world.network('10.0.0.64/28')
  t.equal(world.figures(1), '238 48 0 190')
  t.equal(world.figures(2), '14 0 0 14')
  t.equal(world.rows.allocation(1)?.networkId, 1, 'the block stays where it was taken')
  world.network('10.0.0.64/26')
  t.equal(world.figures(1), '190 0 0 190')
  t.equal(world.figures(3), '47 0 0 47')
  t.equal(world.parent(2), 3)
  world.allocation(allocate(3))
  t.equal(world.figures(1), '190 0 0 190')
  t.strictSame(world.refusal(release(1)), { code: 'block-in-use', id: 1, networkIds: [3] })
  t.equal(world.ledger.statistics(1)?.lastAllocated, 0x0a00007fn, 'the block is a live claim')
})

t.test('networks that leave a block give their addresses back to it', async t => {
  const world = withBlock()
  world.network('10.0.0.64/26')
  world.network('10.0.0.96/27')
  world.result(deleteNetwork(2))
  t.equal(world.figures(1), '222 32 0 190')
  t.strictSame(world.refusal(release(1)), { code: 'block-in-use', id: 1, networkIds: [3] })
  t.strictSame(world.refusal(allocate(1, { ip: '10.0.0.70' })).code, 'address-taken')
  world.result(deleteNetwork(3))
  t.equal(world.figures(1), '254 64 0 190')
  world.result(release(1))
  t.equal(world.figures(1), '254 0 0 254')
})

t.test('only networks within the block may be made in its range', async t => {
  const world = withBlock()
  const inTheWay = (cidr: string) => {
    return { code: 'claim-in-the-way', cidr, allocationId: 1, claim: '10.0.0.64/26' }
  }
  t.strictSame(world.refusal(network('10.0.0.0/25')), inTheWay('10.0.0.0/25'))
  t.equal(world.network(childNetwork(1, 26)).first, 0x0a000000n)
  t.equal(world.network(childNetwork(1, 26)).first, 0x0a000080n, 'choice never enters a block')
  t.equal(world.network('10.0.0.100/32').id, 4)
  t.equal(world.figures(1), '126 63 0 63')
})

t.test('a network above the one that has the block may be made', async t => {
  const world = withBlock()
  t.equal(world.network('10.0.0.0/16').id, 2)
  t.equal(world.figures(1), '254 64 0 190')
  t.equal(
    world.figures(2),
    '65279 0 0 65279',
    'usable less the child: its network address is the child own',
  )
})

t.test('blocks nest: a block of a network that lies in a block', async t => {
  const world = withBlock()
  world.network('10.0.0.64/26')
  world.allocation(allocate(2, { prefixLength: 28 }))
  world.network('10.0.0.80/28')
  t.equal(world.parent(3), 2)
  t.equal(world.figures(2), '46 0 0 46')
  t.strictSame(world.refusal(release(2)), { code: 'block-in-use', id: 2, networkIds: [3] })
  world.result(deleteNetwork(3))
  t.equal(world.figures(2), '62 16 0 46')
})

t.test('a block that expires leaves its networks where they are', async t => {
  const world = withBlock({ ttlMs: 1000 })
  world.network('10.0.0.64/28')
  world.timeMs += 1000
  t.strictSame(world.result(expire()), { type: 'slice', rows: 1, more: false })
  t.equal(world.figures(1), '238 0 0 238')
  t.equal(world.allocation(allocate(1, { prefixLength: 28 })).first, 0x0a000010n)
  t.equal(world.allocation(allocate(1, { ip: '10.0.0.80' })).first, 0x0a000050n)
  world.result(deleteNetwork(2))
  t.equal(world.figures(1), '254 17 0 237')
})

t.test('a block that is held back keeps all but its networks reserved', async t => {
  const world = withBlock({ ttlMs: 1000, holdHours: 1 })
  world.network('10.0.0.64/28')
  world.timeMs += 1000
  world.result(expire())
  t.equal(world.figures(1), '238 0 48 190')
  t.equal(world.refusal(network('10.0.0.80/28')).code, 'claim-in-the-way')
  world.result(deleteNetwork(2))
  t.equal(world.figures(1), '254 0 64 190', 'a deleted network falls back under the hold')
  world.timeMs += HOUR_MS
  world.result(expire())
  t.equal(world.figures(1), '254 0 0 254')
})

t.test('a held block with networks in it moves into a network around it', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  world.allocation(allocate(1, { prefixLength: 27 }, { ttlMs: 1000 }))
  world.network('10.0.0.32/28')
  world.timeMs += 1000
  world.result(expire())
  t.equal(world.figures(1), '238 0 16 222')
  world.network('10.0.0.0/25')
  t.equal(world.figures(1), '127 0 0 127')
  t.equal(world.figures(3), '110 0 16 94')
  t.strictSame(world.reopened().statistics(3), world.ledger.statistics(3), 'loaded the same way')
  world.timeMs += HOUR_MS
  world.result(expire())
  t.equal(world.figures(3), '110 0 0 110')
})

t.test('the networks that keep a block are named, a hundred at most', async t => {
  const world = new World()
  world.network('2001:db8::/64')
  world.allocation(allocate(1, { prefixLength: 96 }))
  for (let at = 101; at > 0; at -= 1) world.network(`2001:db8::1:0:${at.toString(16)}/128`)
  const refusal = world.refusal(release(1))
  const named = refusal.code === 'block-in-use' ? refusal.networkIds : []
  t.strictSame([named.length, named[0], named.at(-1)], [100, 102, 3], 'the lowest ones')
  t.equal(world.ledger.statistics(1)?.allocated, 2n ** 32n - 101n)
})
