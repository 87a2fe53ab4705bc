import t from 'tap'
import {
  as,
  asUser,
  cancel,
  dismiss,
  placed,
  refusalOf,
  reservation,
  reserve,
  toHost,
  toRegion,
} from './office.js'
import { allocate, deleteNetwork, expire, network, World } from './world.js'

/** The admin root (1), and ann (2) and ben (3), who are none. */
function withUsers(): World {
  const world = new World()
  world.result({ type: 'user.bootstrap', username: 'root', email: 'r@x.y', passwordHash: 'h' })
  const facts = { role: 'manager', theme: 'light', passwordHash: 'h' } as const
  for (const username of ['ann', 'ben']) {
    world.result({ type: 'user.create', username, email: `${username}@x.y`, ...facts })
  }
  return world
}

function actions(world: World) {
  return world.lastChanges().map(({ action, entityId }) => [action, entityId])
}

t.test('a /24 of 10.0.0.0/8 becomes a region, and its addresses move in', async t => {
  const world = withUsers()
  t.ok(asUser(world, 2, placed('10.5.23.0/24', { reason: 'Lagos' })).ok)
  t.ok(asUser(world, 2, placed('10.5.23.100/32')).ok)
  const outcome = asUser(world, 2, toRegion(1, { tags: ['a'] }))
  t.match(outcome, {
    ok: true,
    result: {
      type: 'conversion',
      allocation: null,
      reservation: { status: 'converted', madeNetworkId: 1, allocationId: null, networkId: null },
      network: {
        id: 1,
        description: 'Converted from reservation: Lagos',
        tags: ['a'],
        region: { name: 'north', owner: 'ann', status: 'Active', createdBy: 2 },
      },
    },
  })
  t.strictSame(actions(world), [
    ['network.created', 1],
    ['reservation.moved', 2],
    ['reservation.converted', 1],
  ])
  t.match(world.lastChanges()[2]?.after, { cidr: '10.5.23.0/24', made_network_id: 1 })
  t.strictSame(
    world.ledger.network(1),
    outcome.ok && 'network' in outcome.result && outcome.result.network,
  )
  t.equal(world.figures(1), '254 0 1 253')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  t.match(asUser(world, 2, toHost(2)), { ok: true })
  t.equal(world.figures(1), '254 1 0 253')
})

t.test('in a network around it its range changes hands whole', async t => {
  const world = new World()
  world.network('10.0.0.0/8')
  world.result(placed('10.5.0.0/24'))
  world.result(placed('10.5.0.7/32'))
  const region = { owner: 'ops', description: 'The north', name: 'Nord' }
  t.match(world.result(toRegion(1, region)), {
    network: { description: 'The north', region: { owner: 'ops', name: 'Nord', createdBy: null } },
  })
  t.equal(world.figures(1), '16776958 0 0 16776958')
  t.equal(world.figures(2), '254 0 1 253')
  for (const id of [1, 2]) {
    t.strictSame(world.reopened().statistics(id), world.ledger.statistics(id))
  }
  t.match(world.rows.reservation(1), { networkId: 1, madeNetworkId: 2 })
  world.result(cancel(2))
  world.result(deleteNetwork(2))
  t.equal(world.figures(1), '16777214 0 0 16777214')
})

t.test('an address becomes a host of the network that contains it', async t => {
  const world = withUsers()
  world.network('10.0.0.0/24')
  t.ok(asUser(world, 2, placed('10.0.0.7/32', { reason: 'the printer' })).ok)
  const facts = { deviceType: 'printer' }
  const outcome = asUser(world, 2, toHost(1, 'Print-1', { facts, tags: ['b'] }))
  t.match(outcome, {
    ok: true,
    result: {
      type: 'conversion',
      network: null,
      reservation: { status: 'converted', allocationId: 1, madeNetworkId: null },
      allocation: {
        hostname: 'print-1',
        description: 'Converted from reservation: the printer',
        owner: 'ann',
        tags: ['b'],
        details: { deviceType: 'printer', allocatedBy: 2 },
        expiresMs: null,
      },
    },
  })
  t.strictSame(actions(world), [
    ['allocation.created', 1],
    ['reservation.converted', 1],
  ])
  t.equal(world.figures(1), '254 1 0 253')
  const over = { code: 'reservation-ended', id: 1, status: 'converted' }
  t.strictSame(refusalOf(asUser(world, 2, toHost(1))), over, 'and never a second one')
})

t.test('a host names the step that is missing', async t => {
  const world = new World()
  world.result(placed('10.5.23.100/32'))
  t.strictSame(world.refusal(toHost(1)), { code: 'address-in-no-network', ip: '10.5.23.100' })
  world.result(placed('10.5.23.0/24'))
  const covered = { code: 'reservation-covered', id: 1, coveringId: 2, cidr: '10.5.23.0/24' }
  t.strictSame(world.refusal(toHost(1)), covered)
  world.network('10.0.0.0/8')
  t.strictSame(world.refusal(toHost(1)), covered)
  world.result(toRegion(2))
  world.result(placed('10.5.23.101/32'))
  world.result(placed('10.5.23.102/32'))
  world.result(toHost(1))
  const taken = { code: 'hostname-taken', hostname: 'web', regionId: 2, allocationId: 1 }
  t.strictSame(world.refusal(toHost(3, 'WEB')), taken)
  t.match(world.refusal(toHost(3, 'a b')), { code: 'invalid', field: 'hostname' })
  t.match(world.refusal(toHost(3, 'x', { tags: [''] })), { code: 'invalid', field: 'tags' })
  const mac = { facts: { mac: 'x' } }
  t.match(world.refusal(toHost(3, 'x', mac)), { code: 'invalid', field: 'mac_address' })
  const update = { type: 'region.update', id: 2, ifRevision: null } as const
  world.result({ ...update, set: { status: 'Reserved' } })
  const reserved = { code: 'region-reserved', id: 2, name: 'north' }
  t.strictSame(world.refusal(toHost(3, 'mail')), reserved)
  t.match(reservation(world, placed('10.5.23.9/32')), { networkId: 2 }, 'it may be reserved there')
  world.result({ ...update, set: { status: 'Active' } })
  world.result(toHost(3, 'mail'))
  t.equal(world.figures(2), '254 2 2 250')
})

t.test('a region is refused as it is to whoever makes one, and the reservation stays', async t => {
  const world = new World()
  world.result(placed('10.5.1.0/24'))
  world.result(placed('10.5.2.0/24'))
  world.result(placed('10.5.2.0/32'))
  world.result(toRegion(1))
  const taken = { code: 'region-name-taken', name: 'north', country: 'US', id: 1 }
  t.match(world.refusal(toRegion(2)), taken)
  t.match(world.refusal(toRegion(2, { name: '' })), { code: 'invalid', field: 'region_name' })
  t.match(world.refusal(toRegion(2, { tags: [''] })), { code: 'invalid', field: 'tags' })
  const inTheWay = { code: 'reservation-in-the-way', reservationId: 3, ip: '10.5.2.0' }
  t.match(world.refusal(toRegion(2, { name: 'south' })), inTheWay, 'its own, but no host of a /24')
  t.match(world.rows.reservation(2), { status: 'active' })
  world.result(cancel(3))
  world.result(toRegion(2, { name: 'south' }))
})

t.test('what it cannot become is refused by the field', async t => {
  const world = new World()
  world.result({ type: 'vrf.create', name: 'lab', description: null })
  world.result(placed('10.5.1.0/24'))
  world.result(placed('10.5.2.9/32'))
  world.result(placed('10.5.4.0/23'))
  world.result(placed('192.168.1.0/24'))
  world.result(placed('10.5.1.0/24', { vrf: 'lab' }))
  const region = { code: 'invalid', field: 'region_name' }
  const host = { code: 'invalid', field: 'hostname' }
  t.match(world.refusal(toHost(1)), { ...region, value: '' })
  t.match(world.refusal(toRegion(2)), { ...host, value: '' })
  t.match(world.refusal(toRegion(3)), { ...region, value: 'north' })
  t.match(world.refusal(toHost(3)), { ...host, value: 'web' })
  t.match(world.refusal(toRegion(4)), region)
  t.match(world.refusal(toRegion(5)), region)
  t.strictSame(world.lastChanges(), [])
})

t.test('only its holder converts it, once', async t => {
  const world = withUsers()
  world.network('10.0.0.0/24')
  t.ok(asUser(world, 2, placed('10.0.0.7/32')).ok)
  const notFound = { code: 'reservation-not-found', id: 1 }
  t.strictSame(refusalOf(asUser(world, 1, toHost(1))), notFound, 'not even an admin')
  t.strictSame(refusalOf(asUser(world, 3, toHost(1))), notFound)
  t.strictSame(refusalOf(as(world, 'ann', toHost(1))), notFound)
  t.strictSame(refusalOf(asUser(world, 2, toHost(9))), { ...notFound, id: 9 })
  const stale = { ...toHost(1), ifRevision: 1 }
  t.match(refusalOf(asUser(world, 2, stale)), { code: 'revision-mismatch', expected: 1 })
  t.ok(asUser(world, 2, cancel(1)).ok)
  const over = { code: 'reservation-ended', id: 1, status: 'cancelled' }
  t.strictSame(refusalOf(asUser(world, 2, toHost(1))), over)
})

t.test('what is over is hidden, and what it became stays', async t => {
  const world = withUsers()
  world.network('10.0.0.0/24')
  for (const last of [1, 2, 3, 4]) {
    t.ok(asUser(world, 2, placed(`10.0.0.${last}/32`, { ttlMs: last === 2 ? 5 : null })).ok)
  }
  t.ok(asUser(world, 2, toHost(1)).ok)
  world.timeMs += 5
  world.result(expire())
  t.ok(asUser(world, 2, cancel(3)).ok)
  t.strictSame(refusalOf(asUser(world, 2, dismiss(4))), { code: 'reservation-active', id: 4 })
  t.strictSame(refusalOf(asUser(world, 2, dismiss(9))), { code: 'reservation-not-found', id: 9 })
  const notYours = { code: 'reservation-not-yours', id: 1, holder: 'ann' }
  t.strictSame(refusalOf(asUser(world, 3, dismiss(1))), notYours)
  t.match(refusalOf(asUser(world, 2, dismiss(1, 1))), { code: 'revision-mismatch' })
  t.match(asUser(world, 2, dismiss(1)), { result: { reservation: { isHidden: true } } })
  t.strictSame(actions(world), [['reservation.dismissed', 1]])
  t.match(world.lastChanges()[0]?.after, { hidden: true, status: 'converted' })
  t.match(world.rows.allocation(1), { status: 'allocated' })
  t.match(asUser(world, 1, dismiss(2)), { ok: true }, 'the admin')
  for (const id of [1, 3]) {
    const before = world.rows.reservation(id)
    t.match(asUser(world, 2, dismiss(id)), { ok: true })
    t.strictSame(world.lastChanges(), [], 'nothing is left to hide')
    t.strictSame(world.rows.reservation(id), before)
  }
})

t.test(
  'a region that is retired takes what is reserved in it along when it is told to',
  async t => {
    const world = new World()
    world.network('10.0.0.0/8')
    world.result(placed('10.5.1.0/24'))
    world.result(toRegion(1))
    world.result(placed('10.5.1.0/25'))
    world.result(placed('10.5.1.5/32'))
    world.result(reserve('10.5.1.200'))
    const retire = { type: 'region.retire', id: 2, ifRevision: null, reason: 'gone' } as const
    t.match(world.refusal({ ...retire, cascade: false }), {
      code: 'network-in-use',
      reservations: 3,
    })
    world.result({ ...retire, cascade: true })
    t.equal(world.figures(1), '16777214 0 0 16777214')
    t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
    t.match(world.rows.reservation(2), { status: 'cancelled', cancelReason: 'gone' })
  },
)

t.test(
  'an allocation of what one has reserved converts it, unless a CIDR is around it',
  async t => {
    const world = new World()
    world.network(network('10.5.1.0/24'))
    world.result(placed('10.5.1.5/32'))
    world.result(placed('10.5.1.0/25'))
    const named = allocate(1, { ip: '10.5.1.5' })
    t.match(world.refusal(named), { code: 'reservation-covered', id: 1, coveringId: 2 })
    world.result(cancel(2))
    t.match(world.allocation(named), { id: 1 })
    t.match(world.rows.reservation(1), { status: 'converted', allocationId: 1 })
  },
)
