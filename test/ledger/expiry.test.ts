import t from 'tap'
import { allocate, deleteNetwork, expire, HOUR_MS, network, release, World } from './world.js'

const slice = (rows: number, more: boolean) => ({ type: 'slice', rows, more })

t.test('what is due ends in (time, id) order, a slice at a time', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  for (const ttlMs of [300, 100, 200, 100, 301]) {
    world.allocation(allocate(1, { count: 1 }, { ttlMs }))
  }
  world.timeMs += 300
  const ended = () => world.lastChanges().map(change => change.entityId)
  t.strictSame(world.result(expire(2)), slice(2, true))
  t.strictSame(ended(), [2, 4])
  t.equal(world.figures(1), '254 3 0 251')
  t.match(world.lastChanges()[0], {
    action: 'allocation.expired',
    before: { status: 'allocated', expires_at: '2024-01-15T10:30:00.100Z' },
    after: { status: 'expired', released_at: '2024-01-15T10:30:00.300Z', held_until: null },
  })
  t.strictSame(world.result(expire(2)), slice(2, false), 'full, and yet the last one')
  t.strictSame(ended(), [3, 1])
  t.strictSame(world.result(expire(2)), slice(0, false))
  t.strictSame(world.lastChanges(), [])
  t.strictSame(world.refusal(release(1)), { code: 'allocation-ended', id: 1, status: 'expired' })
  t.equal(world.rows.allocation(5)?.status, 'allocated')
})

t.test('leases and holds share a slice, leases first', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  for (let count = 0; count < 3; count += 1) world.allocation(allocate(1))
  for (const id of [1, 2, 3]) world.result(release(id))
  for (let count = 0; count < 2; count += 1) {
    world.allocation(allocate(1, { count: 1 }, { ttlMs: HOUR_MS }))
  }
  world.timeMs += HOUR_MS
  t.equal(world.figures(1), '254 2 3 249')
  t.strictSame(world.result(expire(3)), slice(3, true))
  t.strictSame(
    world.lastChanges().map(change => [change.n, change.entityId, change.action]),
    [
      [0, 4, 'allocation.expired'],
      [1, 5, 'allocation.expired'],
      [2, 1, 'allocation.hold-ended'],
    ],
  )
  t.equal(world.figures(1), '254 0 4 250')
  t.equal(world.rows.allocation(4)?.heldUntilMs, world.timeMs + HOUR_MS)
  t.strictSame(world.result(expire(2)), slice(2, false))
  t.equal(world.figures(1), '254 0 2 252')
  t.strictSame(world.result(expire()), slice(0, false), 'holds that began then are not over')
})

t.test('a slice is as large as a command may be, and at least one row', async t => {
  const world = new World()
  for (const rowsMax of [0, -1, 1001, 1.5]) {
    const reason = 'must be a whole number from 1 to 1000'
    const wanted = { code: 'invalid', field: 'rowsMax', value: String(rowsMax), reason }
    t.strictSame(world.refusal(expire(rowsMax)), wanted)
  }
  t.strictSame(world.result(expire(1000)), slice(0, false))
})

t.test(
  'holds of a deleted network are over, and their rows say so when their time comes',
  async t => {
    const world = new World()
    world.network('10.0.0.0/24')
    world.network(network('10.0.0.64/26', { holdHours: 1 }))
    world.allocation(allocate(2, { ip: '10.0.0.70' }))
    world.result(release(1))
    world.result(deleteNetwork(2))
    t.equal(world.figures(1), '254 0 0 254')
    const next = world.allocation(allocate(1, { ip: '10.0.0.70' }))
    t.equal(next.networkId, 1)
    world.timeMs += HOUR_MS
    t.equal(world.reopened().statistics(1)?.reserved, 0n, 'a load passes them over')
    t.strictSame(world.result(expire()), slice(1, false))
    t.match(world.rows.allocation(1), { networkId: 2, heldUntilMs: null, status: 'released' })
    t.equal(world.figures(1), '254 1 0 253', 'the next holder keeps the address')
  },
)
