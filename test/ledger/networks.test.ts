import t from 'tap'
import type { Command } from '../../src/ledger/index.js'
import { allocate, childNetwork, deleteNetwork, network, release, World } from './world.js'

const update = (
  id: number,
  set: { description?: string | null; tags?: string[]; holdHours?: number },
  ifRevision: number | null = null,
): Command => ({ type: 'network.update', id, set, ifRevision })

t.test('a network is made with its host bits cleared and remembered in full', async t => {
  const world = new World()
  const made = world.network(
    network('192.168.1.77/24', { description: 'Office', tags: ['a', 'b=1', 'a'], holdHours: 2 }),
  )
  t.strictSame(made, {
    id: 1,
    vrfId: 1,
    family: 4,
    first: 0xc0a80100n,
    prefixLength: 24,
    description: 'Office',
    tags: ['a', 'b=1'],
    holdHours: 2,
    pool: null,
    subnet: null,
    region: null,
    createdMs: world.timeMs,
    updatedMs: world.timeMs,
    revision: 2,
  })
  t.strictSame(world.ledger.network(1), made)
  t.strictSame(world.lastChanges(), [
    {
      revision: 2,
      n: 0,
      timeMs: world.timeMs,
      origin: { actor: 'alice', clientAddress: '192.0.2.7', userAgent: 'test' },
      action: 'network.created',
      entity: 'network',
      entityId: 1,
      before: null,
      after: {
        id: 1,
        vrf_id: 1,
        cidr: '192.168.1.0/24',
        description: 'Office',
        tags: ['a', 'b=1'],
        hold_hours: 2,
        created_at: '2024-01-15T10:30:00.000Z',
        updated_at: '2024-01-15T10:30:00.000Z',
        revision: 2,
      },
    },
  ])
})

t.test('networks are refused with the reason, and nothing happens', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation(allocate(1))
  const invalid = (field: string, value: string, reason: string) => {
    return { code: 'invalid', field, value, reason }
  }
  const hours = 'must be a whole number from 0 to 87600'
  const cases = [
    [network('10.0.0.9/24'), { code: 'network-exists', id: 1, cidr: '10.0.0.0/24' }],
    [network('10.1.0.0/24', { vrf: 'x' }), { code: 'vrf-not-found', vrf: 'x' }],
    [network('10.300.0.0/8'), invalid('cidr', '10.300.0.0/8', 'octet 300 is above 255')],
    [network('10.1.0.0/24', { holdHours: -1 }), invalid('holdHours', '-1', hours)],
    [network('10.1.0.0/24', { holdHours: 1.5 }), invalid('holdHours', '1.5', hours)],
    [network('10.1.0.0/24', { tags: ['=x'] }), invalid('tags', '=x', 'a tag begins with its key')],
    [childNetwork(9, 26), { code: 'network-not-found', id: 9 }],
    [childNetwork(1, 33), invalid('prefixLength', '33', 'must be a whole number from 0 to 32')],
    [childNetwork(1, 25.5), invalid('prefixLength', '25.5', 'must be a whole number from 0 to 32')],
    [childNetwork(1, 24), { code: 'network-exists', id: 1, cidr: '10.0.0.0/24' }],
    [childNetwork(1, 23), { code: 'larger-than-network', wanted: '/23', size: '/24' }],
    [update(9, {}), { code: 'network-not-found', id: 9 }],
    [update(1, {}, 7), { code: 'revision-mismatch', expected: 7, actual: 2 }],
    [update(1, { holdHours: 87_601 }), invalid('holdHours', '87601', hours)],
    [update(1, { tags: ['a=1', 'a=2'] }), invalid('tags', 'a=2', 'the key a has two values')],
    [deleteNetwork(9), { code: 'network-not-found', id: 9 }],
    [deleteNetwork(1, 7), { code: 'revision-mismatch', expected: 7, actual: 2 }],
    [deleteNetwork(1), { code: 'network-in-use', id: 1, allocations: 1 }],
  ] as const
  for (const [command, wanted] of cases) {
    t.strictSame(world.refusal(command), wanted, JSON.stringify(command))
    t.strictSame(world.lastChanges(), [])
  }
  t.strictSame(world.rows.image().networks.length, 1)
})

t.test('an update changes what it names and nothing else', async t => {
  const world = new World()
  const made = world.network(
    network('10.0.0.0/24', { description: 'a', tags: ['x'], holdHours: 3 }),
  )
  world.timeMs += 5000
  const facts = { updatedMs: world.timeMs, revision: 3 }
  t.strictSame(world.network(update(1, { description: null }, 2)), {
    ...made,
    ...facts,
    description: null,
  })
  t.match(world.lastChanges(), [
    { action: 'network.updated', before: { description: 'a' }, after: { description: null } },
  ])
  t.match(world.network(update(1, { tags: [] })), { tags: [], holdHours: 3 })
  t.match(world.network(update(1, { holdHours: 0 })), { tags: [], holdHours: 0 })
  t.equal(world.ledger.network(1)?.revision, 5)
})

t.test('the tree is implied by containment, in whatever order networks come', async t => {
  const world = new World()
  for (const cidr of [
    '10.1.0.0/16',
    '10.1.2.0/24',
    '10.1.1.0/24',
    '10.0.0.0/8',
    '10.1.2.0/23',
    '10.1.2.0/32',
    '11.0.0.0/8',
    '0.0.0.0/0',
    '::/0',
  ]) {
    world.network(cidr)
  }
  const parents = (ledger = world.ledger) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map(id => ledger.parentNetwork(id)?.id ?? null)
  t.strictSame(parents(), [4, 5, 1, 8, 1, 2, 8, null, null])
  t.strictSame(
    world.ledger.childNetworks(1).map(child => child.id),
    [3, 5],
  )
  t.strictSame(
    world.ledger.childNetworks(8).map(child => child.id),
    [4, 7],
  )
  t.strictSame(parents(world.reopened()), parents())

  world.result(deleteNetwork(5))
  world.result(deleteNetwork(4))
  world.result(deleteNetwork(8))
  t.strictSame(parents(), [null, 1, 1, null, null, 2, null, null, null])
  t.strictSame(
    world.ledger.childNetworks(1).map(child => child.id),
    [3, 2],
  )
  t.strictSame(parents(world.reopened()), parents())
  t.strictSame(world.ledger.childNetworks(99), [])
  t.equal(world.ledger.parentNetwork(99), null)
  t.equal(world.ledger.statistics(99), null)
  t.strictSame(world.ledger.freeRanges(99, 0n, 5), [])
})

t.test('a deleted CIDR may be made again, under a new number', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const { id } = world.allocation(allocate(1))
  world.result(release(id))
  t.strictSame(world.result(deleteNetwork(1, 2)), { type: 'none' })
  t.match(world.lastChanges(), [
    { action: 'network.deleted', before: { cidr: '10.0.0.0/24' }, after: null },
  ])
  t.equal(world.network('10.0.0.0/24').id, 2)
  t.equal(world.rows.allocation(id)?.networkId, 1, 'released rows keep the deleted network')
})

t.test('a child takes its range out of its parent and gives it back', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  t.equal(world.figures(1), '254 0 0 254')
  const low = world.network(childNetwork(1, 26))
  t.equal(low.first, 0x0a000000n, 'a child may begin at the address that no host may have')
  t.equal(world.figures(1), '191 0 0 191')
  t.equal(world.allocation(allocate(1)).first, 0x0a000040n)
  const high = world.network('10.0.0.128/25')
  t.equal(world.figures(1), '64 1 0 63')
  t.strictSame(world.ledger.freeRanges(1, 0n, 9), [{ first: 0x0a000041n, last: 0x0a00007fn }])
  world.result(deleteNetwork(low.id))
  t.equal(world.figures(1), '127 1 0 126')
  t.equal(world.allocation(allocate(1)).first, 0x0a000001n, 'the network address stays unusable')
  world.result(deleteNetwork(high.id))
  t.equal(world.figures(1), '254 2 0 252')
})

t.test('child networks are placed at the lowest free aligned range', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.network('10.0.0.0/28')
  world.allocation(allocate(1, { ip: '10.0.0.70' }))
  t.equal(world.network(childNetwork(1, 27)).first, 0x0a000020n)
  t.equal(world.network(childNetwork(1, 26)).first, 0x0a000080n)
  t.equal(
    world.network(childNetwork(1, 26)).first,
    0x0a0000c0n,
    'the last one has the broadcast address',
  )
  t.equal(world.network(childNetwork(1, 28)).first, 0x0a000010n)
  t.strictSame(world.refusal(childNetwork(1, 26)), {
    code: 'no-space',
    networkId: 1,
    wanted: '/26',
    free: '63',
  })
  t.equal(world.network(childNetwork(1, 32)).first, 0x0a000040n)
})

t.test('a child placed by its parent comes into the VRF of the parent', async t => {
  const world = new World()
  world.result({ type: 'vrf.create', name: 'lab', description: null })
  world.network(network('10.0.0.0/24', { vrf: 'lab' }))
  t.equal(world.network(childNetwork(1, 26, { vrf: 'no such VRF' })).vrfId, 2)
})

t.test('networks of every length are counted by what is usable in them', async t => {
  const world = new World()
  const cases = [
    ['0.0.0.0/0', '4294967294'],
    ['10.0.0.0/30', '2'],
    ['10.0.0.8/31', '2'],
    ['10.0.0.12/32', '1'],
    ['2001:db8::/32', String(2n ** 96n - 1n)],
    ['2001:db9::/126', '3'],
    ['2001:db9::4/127', '2'],
    ['2001:db9::8/128', '1'],
  ] as const
  for (const [cidr, usable] of cases.toReversed()) {
    const { id } = world.network(cidr)
    t.equal(world.figures(id).split(' ')[3], usable === '4294967294' ? '4294967287' : usable, cidr)
  }
})
