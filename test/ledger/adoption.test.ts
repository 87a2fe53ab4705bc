import t from 'tap'
import { COMMAND_ROWS_MAX } from '../../src/ledger/index.js'
import { allocate, deleteNetwork, expire, HOUR_MS, network, release, World } from './world.js'

t.test('a new network takes over the claims in its range', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const ids = ['10.0.0.65', '10.0.0.70', '10.0.0.1', '10.0.0.130'].map(
    ip => world.allocation(allocate(1, { ip })).id,
  )
  const child = world.network('10.0.0.64/26')
  t.equal(world.figures(1), '190 2 0 188')
  t.equal(world.figures(child.id), '62 2 0 60')
  t.strictSame(
    ids.map(id => world.rows.allocation(id)?.networkId),
    [2, 2, 1, 1],
  )
  const moves = world.lastChanges().slice(1)
  t.strictSame(
    moves.map(({ n, action, entityId, before, after }) => {
      return [n, action, entityId, before?.network_id, after?.network_id, after?.revision]
    }),
    [
      [1, 'allocation.moved', ids[0], 1, 2, world.revision],
      [2, 'allocation.moved', ids[1], 1, 2, world.revision],
    ],
  )
  t.strictSame(world.refusal(deleteNetwork(2)), { code: 'network-in-use', id: 2, allocations: 2 })
})

t.test('a held address moves too and stays held', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  const { id } = world.allocation(allocate(1, { ip: '10.0.0.70' }))
  world.result(release(id))
  world.network('10.0.0.64/26')
  t.equal(world.figures(1), '190 0 0 190')
  t.equal(world.figures(2), '62 0 1 61')
  world.timeMs += HOUR_MS
  t.strictSame(world.result(expire()), { type: 'slice', rows: 1, more: false })
  t.equal(world.figures(2), '62 0 0 62')
})

t.test('a claim that would not fit in the new network is in the way', async t => {
  const cases = [
    { place: { ip: '10.0.0.64' }, claim: '10.0.0.64', why: 'becomes the network address' },
    { place: { ip: '10.0.0.127' }, claim: '10.0.0.127', why: 'becomes the broadcast address' },
    { place: { count: 70 }, claim: '10.0.0.1-10.0.0.70', why: 'straddles the lower edge' },
    { place: { prefixLength: 27 }, claim: '10.0.0.32/27', cidr: '10.0.0.0/26', why: 'is a block' },
  ] as const
  for (const { place, claim, why, ...rest } of cases) {
    const world = new World()
    world.network('10.0.0.0/24')
    world.allocation(allocate(1, place))
    const cidr = 'cidr' in rest ? rest.cidr : '10.0.0.64/26'
    const refusal = world.refusal(network(cidr))
    t.strictSame(refusal, { code: 'claim-in-the-way', cidr, allocationId: 1, claim }, why)
    t.strictSame(world.lastChanges(), [])
    t.equal(world.ledger.network(2), null)
    t.equal(world.network(network('10.0.0.128/26')).id, 2, 'the number was not used up')
  }
})

t.test('a hold in the way is a claim in the way', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  world.allocation(allocate(1, { ip: '10.0.0.64' }))
  world.result(release(1))
  t.match(world.refusal(network('10.0.0.64/26')), { code: 'claim-in-the-way', claim: '10.0.0.64' })
})

t.test('a /31 and a /32 take over any address in them', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation(allocate(1, { ip: '10.0.0.6' }))
  t.equal(world.network('10.0.0.6/31').id, 2)
  t.equal(world.figures(2), '2 1 0 1')
  t.equal(world.network('10.0.0.6/32').id, 3)
  t.equal(world.figures(2), '1 0 0 1')
  t.equal(world.figures(3), '1 1 0 0')
})

t.test('no more claims are moved than one command may write', async t => {
  const world = new World()
  world.network('2001:db8::/32')
  for (let count = 0; count < COMMAND_ROWS_MAX; count += 1) world.allocation(allocate(1))
  const beyond = world.allocation(allocate(1)).id
  t.strictSame(world.refusal(network('2001:db8::/64')), {
    code: 'too-many-rows',
    rows: COMMAND_ROWS_MAX + 1,
    rowsMax: COMMAND_ROWS_MAX,
  })
  t.strictSame(world.lastChanges(), [])
  world.result(release(beyond))
  t.equal(world.network('2001:db8::/64').id, 2)
  t.equal(world.lastChanges().length, COMMAND_ROWS_MAX + 1)
  t.equal(world.ledger.statistics(2)?.allocated, BigInt(COMMAND_ROWS_MAX))
  t.equal(world.ledger.statistics(1)?.allocated, 0n)
})

t.test('children of the new network move under it, and what is between them with it', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.network('10.0.0.64/28')
  world.network('10.0.0.96/27')
  world.allocation(allocate(1, { ip: '10.0.0.81' }))
  world.network('10.0.0.64/26')
  t.equal(world.figures(1), '190 0 0 190')
  t.equal(world.figures(4), '16 1 0 15', 'the usable ones that its children do not have')
  t.strictSame(
    world.ledger.childNetworks(4).map(child => child.id),
    [2, 3],
  )
  world.result(release(1))
  world.result(deleteNetwork(4))
  t.equal(world.figures(1), '206 0 0 206')
  t.strictSame(
    world.ledger.childNetworks(1).map(child => child.id),
    [2, 3],
  )
})
