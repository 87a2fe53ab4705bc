import t from 'tap'
import { COMMAND_ROWS_MAX } from '../../src/ledger/index.js'
import { as, asUser, cancel, refusalOf, reservation, reserve } from './office.js'
import { allocate, deleteNetwork, expire, HOUR_MS, network, pool, release, World } from './world.js'

t.test(
  'a reservation takes its address in the most specific network, and counts as reserved',
  async t => {
    const world = new World()
    world.network('10.0.0.0/24')
    world.network('10.0.0.64/26')
    const made = reservation(world, reserve('10.0.0.70', { reason: 'printer' }))
    t.match(made, { id: 1, networkId: 2, first: 0x0a000046n, status: 'active', holder: 'alice' })
    t.match(made, { holderId: null, expiresMs: null, endedMs: null, allocationId: null })
    t.strictSame(world.rows.reservation(1), made)
    t.equal(world.figures(2), '62 0 1 61')
    t.match(world.lastChanges(), [
      {
        action: 'reservation.created',
        entity: 'reservation',
        entityId: 1,
        before: null,
        after: { id: 1, ip: '10.0.0.70', network_id: 2, reason: 'printer', status: 'active' },
      },
    ])
    t.strictSame(world.reopened().statistics(2), world.ledger.statistics(2))
  },
)

t.test('what cannot be reserved is refused with the reason', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const { id } = world.allocation(allocate(1, { ip: '10.0.0.5' }, { hostname: 'h' }))
  world.result(reserve('10.0.0.6', { expiresMs: world.timeMs + HOUR_MS }))
  const until = '2024-01-15T11:30:00.000Z'
  const cases = [
    [reserve('10.0.0'), { code: 'invalid', field: 'ip' }],
    [reserve('10.0.0.7', { reason: 'x'.repeat(1001) }), { code: 'invalid', field: 'reason' }],
    [reserve('10.0.0.7', { expiresMs: 1.5 }), { code: 'invalid', field: 'expires_at' }],
    [reserve('10.0.0.7', { expiresMs: -1 }), { code: 'invalid', field: 'expires_at' }],
    [reserve('10.0.0.7', { uid: '' }), { code: 'invalid', field: 'uid' }],
    [reserve('10.0.0.7', { vrf: 'x' }), { code: 'vrf-not-found', vrf: 'x' }],
    [reserve('10.0.1.7'), { code: 'address-in-no-network', ip: '10.0.1.7' }],
    [reserve('10.0.0.0'), { code: 'address-not-usable' }],
    [reserve('10.0.0.5'), { holder: { kind: 'allocation', id, hostname: 'h' } }],
    [reserve('10.0.0.6'), { holder: { kind: 'reservation', id: 1, hostname: 'alice', until } }],
  ] as const
  for (const [command, refusal] of cases) {
    t.match(world.refusal(command), refusal, JSON.stringify(refusal))
    t.strictSame(world.lastChanges(), [])
  }
})

t.test(
  'nobody but its holder is given a reserved address, and the holder by asking for it',
  async t => {
    const world = new World()
    world.network('10.0.0.0/30')
    world.result(reserve('10.0.0.1'))
    t.equal(world.allocation(allocate(1)).first, 0x0a000002n, 'automatic choice passes it by')
    const taken = { code: 'address-taken', ip: '10.0.0.1', holder: { kind: 'reservation', id: 1 } }
    t.match(refusalOf(as(world, 'bob', allocate(1, { ip: '10.0.0.1' }))), taken)
    const allocation = world.allocation(allocate(1, { ip: '10.0.0.1' }))
    t.match(
      world.lastChanges().map(({ action, entityId }) => [action, entityId]),
      [
        ['allocation.created', allocation.id],
        ['reservation.converted', 1],
      ],
    )
    const ended = { status: 'converted', allocationId: allocation.id, endedMs: world.timeMs }
    t.match(world.rows.reservation(1), ended)
    t.equal(world.figures(1), '2 2 0 0')
    const over = { code: 'reservation-ended', id: 1, status: 'converted' }
    t.strictSame(world.refusal(cancel(1)), over)
    world.result(release(allocation.id))
    t.equal(world.figures(1), '2 1 0 1')
  },
)

t.test('a conversion in a bulk that is refused leaves nothing behind', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.result(reserve('10.0.0.1'))
  const steps = [allocate(1, { ip: '10.0.0.1' }), allocate(9)]
  t.match(world.refusal({ type: 'bulk', steps }), { code: 'step-refused', step: 1 })
  t.match(world.rows.reservation(1), { status: 'active', allocationId: null })
  t.equal(world.figures(1), '254 0 1 253')
  t.match(refusalOf(as(world, 'bob', allocate(1, { ip: '10.0.0.1' }))), { code: 'address-taken' })
})

t.test('its holder cancels it, or an admin, and nobody else', async t => {
  const world = new World()
  world.result({ type: 'user.bootstrap', username: 'root', email: 'r@x.y', passwordHash: 'h' })
  const facts = { role: 'manager', theme: 'light', passwordHash: 'h' } as const
  for (const username of ['ann', 'ben']) {
    world.result({ type: 'user.create', username, email: `${username}@x.y`, ...facts })
  }
  world.network('10.0.0.0/24')
  for (const ip of ['10.0.0.1', '10.0.0.2']) t.ok(asUser(world, 2, reserve(ip)).ok)
  t.match(world.rows.reservation(1), { holder: 'ann', holderId: 2 })
  const notYours = { code: 'reservation-not-yours', id: 1, holder: 'ann' }
  t.strictSame(refusalOf(asUser(world, 3, cancel(1))), notYours)
  t.strictSame(refusalOf(as(world, 'ann', cancel(1))), notYours, 'a name alone is not enough')
  const mismatch = { code: 'revision-mismatch', expected: 1 }
  t.match(refusalOf(asUser(world, 2, cancel(1, null, 1))), mismatch)
  t.match(refusalOf(asUser(world, 2, cancel(1, 'x'.repeat(1001)))), { field: 'reason' })
  t.match(asUser(world, 2, cancel(1, 'not needed')), {
    ok: true,
    result: { reservation: { status: 'cancelled', cancelReason: 'not needed' } },
  })
  t.match(asUser(world, 1, cancel(2)), { ok: true }, 'the admin')
  t.equal(world.figures(1), '254 0 0 254')
  const over = { code: 'reservation-ended', id: 1, status: 'cancelled' }
  t.strictSame(refusalOf(asUser(world, 2, cancel(1))), over)
  t.strictSame(world.refusal(cancel(9)), { code: 'reservation-not-found', id: 9 })
})

t.test('reservations expire after leases and holds, in the order of their times', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation(allocate(1, { ip: '10.0.0.9' }, { ttlMs: HOUR_MS }))
  world.result(reserve('10.0.0.1', { expiresMs: world.timeMs + HOUR_MS }))
  world.result(reserve('10.0.0.2', { expiresMs: 0 }))
  world.result(reserve('10.0.0.3', { expiresMs: world.timeMs + HOUR_MS + 1 }))
  world.timeMs += HOUR_MS
  t.strictSame(world.result(expire(2)), { type: 'slice', rows: 2, more: true })
  t.match(
    world.lastChanges().map(({ action, entityId }) => [action, entityId]),
    [
      ['allocation.expired', 1],
      ['reservation.expired', 2],
    ],
  )
  t.strictSame(world.result(expire(2)), { type: 'slice', rows: 1, more: false })
  t.match(world.rows.reservation(1), { status: 'expired', endedMs: world.timeMs })
  t.equal(world.figures(1), '254 0 1 253')
})

t.test(
  'a new network takes over the reservations in its range, unless they do not fit',
  async t => {
    const world = new World()
    world.network('10.0.0.0/24')
    world.result(reserve('10.0.0.70'))
    world.result(reserve('10.0.0.128'))
    const inTheWay = (cidr: string, reservationId: number, ip: string) => {
      return { code: 'reservation-in-the-way', cidr, reservationId, ip }
    }
    const broken = inTheWay('10.0.0.128/26', 2, '10.0.0.128')
    t.strictSame(world.refusal(network('10.0.0.128/26')), broken)
    const equal = inTheWay('10.0.0.70/32', 1, '10.0.0.70')
    t.strictSame(world.refusal(network('10.0.0.70/32')), equal)
    world.network('10.0.0.64/26')
    t.match(world.lastChanges()[1], {
      action: 'reservation.moved',
      before: { network_id: 1 },
      after: { network_id: 2, revision: world.revision },
    })
    t.equal(world.figures(1), '190 0 1 189')
    t.equal(world.figures(2), '62 0 1 61')
    t.strictSame(world.reopened().statistics(2), world.ledger.statistics(2))
  },
)

t.test('claims and reservations that would move count together', async t => {
  const world = new World()
  world.network('2001:db8::/32')
  for (let count = 0; count < COMMAND_ROWS_MAX; count += 1) world.allocation(allocate(1))
  world.result(reserve('2001:db8::ffff'))
  const tooMany = { code: 'too-many-rows', rows: COMMAND_ROWS_MAX + 1, rowsMax: COMMAND_ROWS_MAX }
  t.strictSame(world.refusal(network('2001:db8::/64')), tooMany)
})

t.test('a network is not deleted under a reservation, nor is a pool', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.pool(pool('a', '10.1.0.0/24'))
  world.result(reserve('10.0.0.1'))
  world.result(reserve('10.1.0.1'))
  world.allocation(allocate(1))
  const inUse = { code: 'network-in-use', id: 1, allocations: 1, reservations: 1 }
  t.strictSame(world.refusal(deleteNetwork(1)), inUse)
  const poolInUse = { code: 'network-in-use', id: 2, allocations: 0, reservations: 1 }
  t.strictSame(world.refusal({ type: 'pool.delete', name: 'a', ifRevision: null }), poolInUse)
  world.result(cancel(2))
  world.result({ type: 'pool.delete', name: 'a', ifRevision: null })
})

t.test('an active reservation without its network is not passed over', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.result(reserve('10.0.0.1'))
  world.rows.deleteNetwork(1)
  t.throws(() => world.reopened(), /active reservation 1 lies in no network/)
})
