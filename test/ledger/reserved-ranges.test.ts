import t from 'tap'
import { AddressSpace } from '../../src/ledger/address-space/address-space.js'
import { COMMAND_ROWS_MAX, type Network } from '../../src/ledger/index.js'
import { UndoList } from '../../src/ledger/undo-list.js'
import {
  as,
  cancel,
  placed,
  refusalOf,
  reservation,
  reserve,
  subnet,
  updateSubnet,
} from './office.js'
import {
  allocate,
  block,
  childNetwork,
  deleteNetwork,
  expire,
  HOUR_MS,
  network,
  pool,
  release,
  World,
} from './world.js'

t.test('a CIDR takes its range in the network that contains it, edges too', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const made = reservation(world, placed('10.0.0.9/28', { reason: 'desk', ttlMs: HOUR_MS }))
  t.match(made, { networkId: 1, first: 0x0a000000n, prefixLength: 28, status: 'active' })
  t.match(made, { expiresMs: world.timeMs + HOUR_MS, madeNetworkId: null, isHidden: false })
  t.strictSame(world.rows.reservation(1), made)
  t.equal(world.figures(1), '254 0 15 239')
  const [change] = world.lastChanges()
  t.match(change?.after, { ip: '10.0.0.0', cidr: '10.0.0.0/28', network_id: 1 })
  t.notOk(Object.hasOwn(change?.after ?? {}, 'hidden'))
  t.equal(world.allocation(allocate(1)).first, 0x0a000010n, 'automatic choice passes it by')
  t.equal(world.network(childNetwork(1, 32)).first, 0x0a000011n, 'so does that of a child network')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  world.timeMs += HOUR_MS
  world.result(expire())
  t.equal(world.figures(1), '253 1 0 252')
  t.equal(world.network(childNetwork(1, 32)).first, 0x0a000000n, 'the edge is free for one again')
})

t.test('an address alone is the same image as ever, and may be placed too', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.result(placed('10.0.0.5/32'))
  const fields = Object.keys(world.lastChanges()[0]?.after ?? {})
  world.result(reserve('10.0.0.6'))
  t.strictSame(Object.keys(world.lastChanges()[0]?.after ?? {}), fields)
  t.notOk(fields.includes('cidr'))
  world.network('10.1.0.0/32')
  t.match(reservation(world, placed('10.1.0.0/32')), { networkId: 2 }, 'a network of its own')
})

t.test("what is somebody else's is in the way of a CIDR", async t => {
  const world = new World()
  world.network(network('10.0.0.0/16', { holdHours: 1 }))
  world.network('10.0.1.0/26')
  world.allocation(allocate(1, { ip: '10.0.2.5' }, { hostname: 'h' }))
  world.allocation(allocate(1, { ip: '10.0.3.5' }))
  world.result(release(2))
  world.result(updateSubnet(1, { gateway: '10.0.4.1' }))
  world.result(reserve('10.0.5.9'))
  world.result(placed('10.0.6.0/25'))
  const holder = (kind: string, id: number, hostname: string | null) => ({ kind, id, hostname })
  const inTheWay = { code: 'network-in-the-way', networkId: 2, network: '10.0.1.0/26' }
  const cases = [
    [placed('10.0.0.0/x'), { code: 'invalid', field: 'cidr' }],
    [placed('10.0.9.0/24', { reason: 'x'.repeat(501) }), { code: 'invalid', field: 'reason' }],
    [placed('10.0.9.0/24', { ttlMs: 0 }), { code: 'invalid', field: 'ttlMs' }],
    [placed('10.0.9.0/24', { ttlMs: 1e18 }), { code: 'invalid', field: 'ttlMs' }],
    [placed('10.0.9.0/24', { uid: '' }), { code: 'invalid', field: 'uid' }],
    [placed('10.0.9.0/24', { vrf: 'x' }), { code: 'vrf-not-found' }],
    [placed('10.0.0.0/16'), { code: 'network-in-the-way', networkId: 1 }],
    [placed('10.0.1.0/26'), { ...inTheWay, cidr: '10.0.1.0/26' }],
    [placed('10.0.1.0/24'), { ...inTheWay, cidr: '10.0.1.0/24' }],
    [placed('10.0.0.0/8'), { code: 'network-in-the-way', network: '10.0.0.0/16' }],
    [
      placed('10.0.2.0/24'),
      { code: 'range-taken', taken: '10.0.2.5', holder: holder('allocation', 1, 'h') },
    ],
    [placed('10.0.3.0/24'), { taken: '10.0.3.5', holder: holder('hold', 2, null) }],
    [placed('10.0.4.0/24'), { taken: '10.0.4.1', holder: holder('gateway', 1, null) }],
    [placed('10.0.6.0/24'), { taken: '10.0.6.0/25', holder: holder('reservation', 2, 'alice') }],
    [placed('10.0.6.0/25'), { taken: '10.0.6.0/25', holder: holder('reservation', 2, 'alice') }],
    [placed('10.0.6.0/26'), { taken: '10.0.6.0/25', holder: holder('reservation', 2, 'alice') }],
    [placed('10.0.0.0/32'), { code: 'address-not-usable' }],
    [placed('10.0.2.5/32'), { code: 'address-taken', holder: holder('allocation', 1, 'h') }],
    [placed('10.0.5.9/32'), { code: 'address-taken', holder: holder('reservation', 1, 'alice') }],
  ] as const
  for (const [command, refusal] of cases) {
    t.match(world.refusal(command), refusal, `${command.cidr} ${JSON.stringify(refusal)}`)
    t.strictSame(world.lastChanges(), [])
  }
  const bobs = refusalOf(as(world, 'bob', placed('10.0.5.0/24')))
  t.match(bobs, { code: 'range-taken', taken: '10.0.5.9', holder: { hostname: 'alice' } })
})

t.test('a block is in the way of a CIDR in it, and a CIDR of blocks', async t => {
  const world = new World()
  world.pool(pool('a', '10.0.0.0/28'))
  t.equal(world.block(block('a', 30)), '10.0.0.0/30')
  t.match(world.refusal(placed('10.0.0.0/31')), { code: 'range-taken', taken: '10.0.0.0/30' })
  world.result(placed('10.0.0.8/29'))
  t.equal(world.block(block('a', 30)), '10.0.0.4/30')
  t.match(world.refusal(block('a', 32)), { code: 'pool-exhausted', free: '0' })
  t.equal(world.poolFigures('a'), '16 16 0')
  world.result(cancel(1))
  t.equal(world.block(block('a', 29)), '10.0.0.8/29')
})

t.test('the edges of a network that becomes a pool stay reserved', async t => {
  const world = new World()
  world.network('10.0.0.0/29')
  world.result(placed('10.0.0.0/30'))
  const before = [world.figures(1), world.ledger.freeRanges(1, 0n, 9)]
  const steps = [pool('a', '10.0.0.0/29'), allocate(99)]
  t.match(world.refusal({ type: 'transaction', steps }), { code: 'step-refused', step: 1 })
  t.strictSame([world.figures(1), world.ledger.freeRanges(1, 0n, 9)], before)
  world.pool(pool('a', '10.0.0.0/29'))
  t.equal(world.poolFigures('a'), '8 4 4')
  t.equal(world.figures(1), '6 0 3 3')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  for (const first of [4, 5, 6, 7]) t.equal(world.block(block('a', 32)), `10.0.0.${first}/32`)
  t.match(world.refusal(block('a', 32)), { code: 'pool-exhausted' })
  world.result(cancel(1))
  t.equal(world.block(block('a', 32)), '10.0.0.0/32')
})

t.test('the pool of a subnet goes, and the reserved edges stay reserved', async t => {
  const world = new World()
  world.network(subnet('10.0.0.0/29'))
  world.pool(pool('a', '10.0.0.0/29'))
  world.result(placed('10.0.0.0/30'))
  world.result({ type: 'pool.delete', name: 'a', ifRevision: null })
  t.equal(world.figures(1), '6 0 3 3')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  world.result(cancel(1))
  t.equal(world.figures(1), '6 0 0 6')
  t.match(world.refusal(allocate(1, { ip: '10.0.0.0' })), { code: 'address-not-usable' })
})

for (const outerFirst of [true, false]) {
  const order = outerFirst ? 'the CIDR first' : 'the address first'
  t.test(`one reserves an address and a CIDR around it, ${order}`, async t => {
    const world = new World()
    world.network('10.0.0.0/16')
    const both = [placed('10.0.5.0/24'), placed('10.0.5.100/32')]
    for (const command of outerFirst ? both : both.reverse()) world.result(command)
    const [range, address] = outerFirst ? [1, 2] : [2, 1]
    t.equal(world.figures(1), '65534 0 256 65278')
    t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
    const covered = { code: 'reservation-covered', id: address, coveringId: range }
    const mine = world.refusal(allocate(1, { ip: '10.0.5.100' }))
    t.match(mine, { ...covered, cidr: '10.0.5.0/24' })
    const others = refusalOf(as(world, 'bob', allocate(1, { ip: '10.0.5.100' })))
    t.match(others, { code: 'address-taken', holder: { kind: 'reservation', id: address } })
    const inside = world.refusal(allocate(1, { ip: '10.0.5.7' }))
    t.match(inside, { code: 'address-taken', ip: '10.0.5.7', holder: { id: range } })
    world.result(cancel(outerFirst ? range : address))
    t.equal(world.figures(1), outerFirst ? '65534 0 1 65533' : '65534 0 256 65278')
    world.result(cancel(outerFirst ? address : range))
    t.equal(world.figures(1), '65534 0 0 65534')
  })
}

t.test('nobody else reserves in it, nor around it', async t => {
  const world = new World()
  world.network('10.0.0.0/16')
  world.result(placed('10.0.5.0/24'))
  world.result(placed('10.0.6.9/32'))
  const taken = { code: 'address-taken', ip: '10.0.5.100', holder: { hostname: 'alice' } }
  t.match(refusalOf(as(world, 'bob', placed('10.0.5.100/32'))), taken)
  t.match(refusalOf(as(world, 'bob', reserve('10.0.5.100'))), taken)
  t.match(refusalOf(as(world, 'bob', placed('10.0.6.0/24'))), { code: 'range-taken' })
  t.match(reservation(world, reserve('10.0.5.100')), { networkId: 1 }, 'its holder does')
  t.equal(world.figures(1), '65534 0 257 65277')
})

t.test(
  'a move to a new network in a transaction that is refused leaves nothing behind',
  async t => {
    const world = new World()
    world.network('10.0.0.0/16')
    for (const cidr of ['10.0.5.0/24', '10.0.5.100/32', '10.0.6.1/32']) world.result(placed(cidr))
    const facts = { vrf: 'default', description: null, tags: [], holdHours: 0 }
    const around = { type: 'network.create', place: { cidr: '10.0.4.0/22' }, ...facts } as const
    const before = [world.figures(1), world.ledger.freeRanges(1, 0n, 99)]
    const steps = [around, allocate(1, { ip: '10.0.0.1' }), allocate(99)]
    t.match(world.refusal({ type: 'transaction', steps }), { code: 'step-refused', step: 2 })
    t.strictSame([world.figures(1), world.ledger.freeRanges(1, 0n, 99)], before)
    t.match(world.rows.reservation(1), { networkId: 1 })
    world.network('10.0.4.0/22')
    t.match(world.rows.reservation(2), { networkId: 2 })
    t.equal(world.figures(2), '1022 0 257 765')
    t.strictSame(world.reopened().statistics(2), world.ledger.statistics(2))
    t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  },
)

t.test('no network is made equal to a reserved CIDR or in it, of any kind', async t => {
  const world = new World()
  world.network('10.0.0.0/16')
  world.result(placed('10.0.5.0/24', { reason: 'mine' }))
  world.result(placed('10.9.5.0/24'))
  const facts = { name: 'north', owner: null, description: null, tags: [] }
  const region = (cidr: string) =>
    ({ type: 'region.create', place: { cidr }, region: facts }) as const
  for (const [reservationId, net] of [
    [1, '10.0.5'],
    [2, '10.9.5'],
  ] as const) {
    const inTheWay = { code: 'reservation-in-the-way', reservationId, ip: `${net}.0/24` }
    for (const command of [
      network(`${net}.0/24`),
      network(`${net}.64/26`),
      network(`${net}.7/32`),
      subnet(`${net}.0/25`),
      pool('a', `${net}.0/25`),
      region(`${net}.0/24`),
    ]) {
      t.match(world.refusal(command), inTheWay, JSON.stringify(command))
    }
  }
})

t.test('what no network contains waits for one, and moves in', async t => {
  const world = new World()
  const range = reservation(world, placed('10.0.5.0/24'))
  t.match(range, { networkId: null })
  t.equal(world.lastChanges()[0]?.after?.network_id, null)
  t.match(reservation(world, placed('10.0.5.100/32')), { networkId: null }, 'its own in it')
  const bobs = refusalOf(as(world, 'bob', placed('10.0.5.101/32')))
  t.match(bobs, { code: 'address-taken', ip: '10.0.5.101', holder: { id: 1 } })
  t.match(world.refusal(placed('10.0.5.100/32')), { code: 'address-taken', holder: { id: 2 } })
  t.match(world.refusal(placed('10.0.4.0/23')), { code: 'range-taken', taken: '10.0.5.0/24' })
  t.match(world.refusal(reserve('10.0.5.1')), { code: 'address-in-no-network' })
  t.strictSame([...world.rows.image().reservations()], [])
  world.ledger = world.reopened()
  world.network('10.0.0.0/16')
  t.match(
    world.lastChanges().map(({ action, entityId }) => [action, entityId]),
    [
      ['network.created', 1],
      ['reservation.moved', 1],
      ['reservation.moved', 2],
    ],
  )
  t.match(world.lastChanges()[1], { before: { network_id: null }, after: { network_id: 1 } })
  t.equal(world.figures(1), '65534 0 256 65278')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  const inUse = { code: 'network-in-use', id: 1, allocations: 0, reservations: 2 }
  t.strictSame(world.refusal(deleteNetwork(1)), inUse)
  for (const id of [1, 2]) world.result(cancel(id))
  t.equal(world.figures(1), '65534 0 0 65534')
})

t.test('one that waits ends as any other', async t => {
  const world = new World()
  world.result(placed('2001:db8::/48', { ttlMs: HOUR_MS }))
  world.result(placed('2001:db8:0:1::/128'))
  world.timeMs += HOUR_MS
  t.match(world.result(expire()), { rows: 1 })
  t.match(world.rows.reservation(1), { status: 'expired', networkId: null })
  t.match(world.rows.reservation(2), { status: 'active', networkId: null })
  world.result(cancel(2))
  t.match(world.rows.reservation(2), { status: 'cancelled' })
})

t.test('one that waits does not fit into every network', async t => {
  const world = new World()
  world.result(placed('10.0.0.128/32'))
  const inTheWay = { code: 'reservation-in-the-way', reservationId: 1, ip: '10.0.0.128' }
  t.match(world.refusal(network('10.0.0.128/26')), inTheWay)
  t.match(world.refusal(network('10.0.0.128/32')), inTheWay)
  const taken = { code: 'address-taken', ip: '10.0.0.128', holder: { kind: 'reservation', id: 1 } }
  t.match(world.refusal(subnet('10.0.0.0/24', { gateway: '10.0.0.128' })), taken)
  world.result(placed('10.0.0.0/30'))
  const covered = { code: 'address-taken', ip: '10.0.0.2', holder: { id: 2 } }
  t.match(world.refusal(subnet('10.0.0.0/24', { gateway: '10.0.0.2' })), covered)
  world.network('10.0.0.0/24')
  t.match(world.refusal(updateSubnet(1, { gateway: '10.0.0.2' })), covered)
})

t.test('VRFs are apart, and one in which something is reserved is in use', async t => {
  const world = new World()
  world.result({ type: 'vrf.create', name: 'lab', description: null })
  world.result(placed('10.0.5.0/24', { vrf: 'lab' }))
  world.result(placed('2001:db8::/64', { vrf: 'lab' }))
  world.network('10.0.5.0/24')
  const remove = { type: 'vrf.delete', id: 2, ifRevision: null } as const
  const inUse = { code: 'vrf-in-use', id: 2, networks: 0, reservations: 2 }
  t.strictSame(world.refusal(remove), inUse)
  for (const id of [1, 2]) world.result(cancel(id))
  world.result(remove)
})

t.test('no more addresses are taken into a CIDR than are looked at', async t => {
  const world = new World()
  for (let count = 0; count <= COMMAND_ROWS_MAX; count += 1) {
    world.result(placed(`2001:db8::${count.toString(16)}/128`))
  }
  const tooMany = { code: 'too-many-rows', rows: COMMAND_ROWS_MAX + 1, rowsMax: COMMAND_ROWS_MAX }
  t.strictSame(world.refusal(placed('2001:db8::/64')), tooMany)
  t.strictSame(world.refusal(network('2001:db8::/32')), tooMany, 'nor into a network')
  world.result(cancel(1))
  world.result(placed('2001:db8::/64'))
  world.result(placed('2001:db8::ffff/128'))
  world.result(cancel(2))
  world.result(cancel(COMMAND_ROWS_MAX + 2))
  t.match(world.rows.reservation(COMMAND_ROWS_MAX + 3), { status: 'active' })
})

t.test('the end of a CIDR frees all but the many addresses in it', async t => {
  const world = new World()
  world.network('2001:db8::/32')
  world.result(placed('2001:db8::/64'))
  for (let count = 0; count < 2500; count += 1) {
    world.result(placed(`2001:db8::1:${(2 * count).toString(16)}/128`))
  }
  t.equal(world.ledger.figures(1)?.reserved, (1n << 64n) - 1n)
  world.result(cancel(1))
  t.equal(world.ledger.figures(1)?.reserved, 2500n)
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
})

/** CPU time, ms, of ending a thousand reserved CIDRs among so many in one network. */
function costOfEnding(network: Network, count: number): number {
  const space = new AddressSpace(new UndoList())
  space.addNetwork(network, [], 'none')
  const node = space.node(network.id)
  if (node === null) throw new Error('the network was just made')
  const rangeAt = (at: number) => {
    const first = network.first + BigInt(at * 256)
    return { first, last: first + 255n }
  }
  for (let at = 0; at < count; at += 1) space.reserve(node, rangeAt(at))
  const before = process.cpuUsage()
  for (let at = 0; at < 1000; at += 1) space.endReservation(node, rangeAt(at), [])
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

t.test('what the end of a reserved CIDR costs does not grow with the others there', async t => {
  const network = new World().network('10.0.0.0/8')
  costOfEnding(network, 1000)
  const few = costOfEnding(network, 1000)
  const many = costOfEnding(network, 40_000)
  t.ok(many < 8 * few + 20, `${many} ms with 40,000, ${few} ms with 1,000`)
})
