import t from 'tap'
import { asUser, reserve, subnet, updateSubnet } from './office.js'
import { allocate, deleteNetwork, expire, HOUR_MS, network, pool, release, World } from './world.js'

const GATEWAY = { kind: 'gateway', id: 1, hostname: null, until: null }

t.test('a subnet is made with its network, in one Change', async t => {
  const world = new World()
  const facts = { vlanId: 20, location: 'Berlin', customFields: { rack: 'A1' } }
  const made = world.network(subnet('10.0.0.9/24', { gateway: '10.0.0.1', ...facts }))
  t.match(made, { id: 1, first: 0x0a000000n, holdHours: 0, pool: null })
  t.strictSame(made.subnet, { gateway: 0x0a000001n, ...facts, createdBy: null })
  t.equal(world.lastChanges().length, 1)
  t.match(world.lastChanges()[0], {
    action: 'network.created',
    before: null,
    after: {
      gateway: '10.0.0.1',
      vlan_id: 20,
      location: 'Berlin',
      custom_fields: { rack: 'A1' },
      created_by: null,
    },
  })
  t.equal(world.figures(1), '254 1 0 253')
  t.strictSame(world.ledger.statistics(1)?.lastAllocated, 0x0a000001n)
  t.equal(world.allocation(allocate(1)).first, 0x0a000002n, 'the gateway is handed out to nobody')
})

t.test('the images of a network without the facet are as they always were', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  t.notOk('gateway' in (world.lastChanges()[0]?.after ?? {}))
})

t.test(
  'a network that is there gets the facet once, and what is said replaces what was',
  async t => {
    const world = new World()
    world.network(network('10.0.0.0/24', { description: 'old', tags: ['a'], holdHours: 3 }))
    const made = world.network(subnet('10.0.0.0/24', { description: 'new', vlanId: 7 }))
    t.match(made, { id: 1, description: 'new', tags: [], holdHours: 3, subnet: { vlanId: 7 } })
    t.match(world.lastChanges(), [{ action: 'network.updated', before: { description: 'old' } }])
    const twice = { code: 'subnet-exists', id: 1, cidr: '10.0.0.0/24' }
    t.strictSame(world.refusal(subnet('10.0.0.0/24')), twice)
  },
)

t.test('what is left out of an update stays, and a network without the facet gets it', async t => {
  const world = new World()
  world.result({ type: 'user.bootstrap', username: 'eve', email: 'e@x.y', passwordHash: 'h' })
  world.network('10.0.0.0/24')
  const made = asUser(world, 1, updateSubnet(1, { location: 'Ulm' }))
  t.match(made, { ok: true, result: { network: { subnet: { location: 'Ulm', createdBy: 1 } } } })
  world.result(updateSubnet(1, { gateway: '10.0.0.1', vlanId: 9, description: 'd', tags: ['x'] }))
  const network = world.network(updateSubnet(1, { vlanId: null, customFields: { n: 1 } }))
  const facet = { vlanId: null, location: 'Ulm', customFields: { n: 1 }, createdBy: 1 }
  t.strictSame(network.subnet, { gateway: 0x0a000001n, ...facet })
  t.match(network, { description: 'd', tags: ['x'] })
  const mismatch = { code: 'revision-mismatch', expected: 3, actual: world.revision }
  t.strictSame(world.refusal(updateSubnet(1, { vlanId: 1 }, 3)), mismatch)
  t.match(world.refusal(updateSubnet(9, {})), { code: 'network-not-found', id: 9 })
})

t.test('what does not fit is refused, and nothing is made', async t => {
  const long = 'x'.repeat(201)
  const cases = [
    [{ gateway: '10.0.0' }, { code: 'invalid', field: 'gateway', value: '10.0.0' }],
    [{ vlanId: 0 }, { code: 'invalid', field: 'vlan_id', value: '0' }],
    [{ vlanId: 4095 }, { code: 'invalid', field: 'vlan_id' }],
    [{ vlanId: 1.5 }, { code: 'invalid', field: 'vlan_id' }],
    [{ location: long }, { code: 'invalid', field: 'location' }],
    [{ location: 'a\nb' }, { code: 'invalid', field: 'location' }],
    [{ customFields: { '': 'x' } }, { code: 'invalid' }],
    [{ gateway: '10.0.1.1' }, { code: 'address-outside-network', ip: '10.0.1.1' }],
    [{ gateway: '2001:db8::1' }, { code: 'address-outside-network', ip: '2001:db8::1' }],
    [{ gateway: '10.0.0.0' }, { code: 'address-not-usable', reason: /network address/ }],
    [{ gateway: '10.0.0.255' }, { code: 'address-not-usable', reason: /broadcast address/ }],
    [{ gateway: '10.0.0.65' }, { code: 'address-in-child', childId: 1, cidr: '10.0.0.64/26' }],
  ] as const
  for (const [facts, refusal] of cases) {
    const world = new World()
    world.network('10.0.0.64/26')
    const what = JSON.stringify(facts)
    t.match(world.refusal(subnet('10.0.0.0/24', facts)), refusal, `a new one: ${what}`)
    t.equal(world.ledger.network(2), null)
    world.network('10.0.0.0/24')
    t.match(world.refusal(subnet('10.0.0.0/24', facts)), refusal, `one that is there: ${what}`)
    t.match(world.refusal(updateSubnet(2, facts)), refusal, `an update: ${what}`)
    t.strictSame(world.lastChanges(), [])
    t.equal(world.ledger.network(2)?.subnet, null)
  }
  const world = new World()
  t.match(world.refusal(subnet('10.0.0.0/33')), { code: 'invalid', field: 'cidr' })
  t.match(world.refusal({ ...subnet('10.0.0.0/8'), vrf: 'x' }), { code: 'vrf-not-found' })
})

t.test('a gateway is nobody else’s, and blocks no deletion', async t => {
  const world = new World()
  world.network(subnet('10.0.0.0/24', { gateway: '10.0.0.1' }))
  const taken = { code: 'address-taken', ip: '10.0.0.1', holder: GATEWAY }
  t.strictSame(world.refusal(allocate(1, { ip: '10.0.0.1' })), taken)
  t.strictSame(world.refusal(reserve('10.0.0.1')), taken)
  world.result(updateSubnet(1, { gateway: '10.0.0.254' }))
  t.equal(world.figures(1), '254 1 0 253')
  const { id } = world.allocation(allocate(1, { ip: '10.0.0.1' }))
  world.result(release(id))
  world.result(updateSubnet(1, { gateway: null }))
  t.equal(world.figures(1), '254 0 0 254')
  world.result(updateSubnet(1, { gateway: '10.0.0.7' }))
  world.result(deleteNetwork(1))
  t.equal(world.ledger.network(1), null)
})

t.test('a gateway waits for the claim that has its address, and for the hold after it', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24', { holdHours: 1 }))
  const { id } = world.allocation(allocate(1, { ip: '10.0.0.1' }))
  world.result(updateSubnet(1, { gateway: '10.0.0.1' }))
  t.equal(world.figures(1), '254 1 0 253', 'the claim counts, once')
  t.match(world.refusal(allocate(1, { ip: '10.0.0.1' })), { holder: { kind: 'allocation', id } })
  world.result(release(id))
  t.equal(world.figures(1), '254 0 1 253', 'the hold counts')
  world.timeMs += HOUR_MS
  world.result(expire())
  t.equal(world.figures(1), '254 1 0 253', 'the gateway counts')
  t.strictSame(world.refusal(allocate(1, { ip: '10.0.0.1' })).code, 'address-taken')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
})

t.test('an address that somebody reserved is no gateway', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.result(reserve('10.0.0.9'))
  const holder = { kind: 'reservation', id: 1, hostname: 'alice', until: null }
  const taken = { code: 'address-taken', ip: '10.0.0.9', holder }
  t.strictSame(world.refusal(updateSubnet(1, { gateway: '10.0.0.9' })), taken)
  t.strictSame(world.refusal(subnet('10.0.0.0/24', { gateway: '10.0.0.9' })), taken)
  t.strictSame(world.refusal(subnet('10.0.0.0/28', { gateway: '10.0.0.9' })), taken)
})

t.test('a network around a gateway has it itself, and takes it over', async t => {
  const world = new World()
  world.network(subnet('10.0.0.0/24', { gateway: '10.0.0.65' }))
  const inTheWay = {
    code: 'gateway-in-the-way',
    cidr: '10.0.0.64/26',
    networkId: 1,
    gateway: '10.0.0.65',
  }
  t.strictSame(world.refusal(network('10.0.0.64/26')), inTheWay)
  t.strictSame(world.refusal(pool('a', '10.0.0.64/26')), inTheWay)
  t.strictSame(world.refusal(subnet('10.0.0.64/26', { gateway: '10.0.0.66' })), inTheWay)
  world.network(subnet('10.0.0.64/26', { gateway: '10.0.0.65' }))
  t.match(
    world.lastChanges().map(({ action, entityId, after }) => [action, entityId, after?.gateway]),
    [
      ['network.created', 2, '10.0.0.65'],
      ['network.updated', 1, null],
    ],
  )
  t.equal(world.ledger.network(1)?.subnet?.gateway, null)
  t.equal(world.figures(1), '190 0 0 190')
  t.equal(world.figures(2), '62 1 0 61')
  t.strictSame(world.reopened().statistics(2), world.ledger.statistics(2))
})

t.test('no block and no child network is placed over a gateway', async t => {
  const world = new World()
  world.network(subnet('10.0.0.0/30', { gateway: '10.0.0.1' }))
  world.result(pool('a', '10.0.0.0/30'))
  t.equal(world.poolFigures('a'), '4 1 3')
  const block = { type: 'block.allocate', pool: 'a', description: null, owner: null } as const
  t.equal(world.block({ ...block, prefixLength: 31, ttlMs: null }), '10.0.0.2/31')
  t.match(world.refusal({ ...block, prefixLength: 31, ttlMs: null }), { code: 'pool-exhausted' })
})

t.test('a pool that is deleted leaves the network that is a subnet too', async t => {
  const world = new World()
  world.network(network('10.0.0.0/28', { holdHours: 1 }))
  world.network(subnet('10.0.0.0/28', { gateway: '10.0.0.1', vlanId: 3 }))
  world.result(pool('a', '10.0.0.0/28'))
  const block = { type: 'block.allocate', pool: 'a', description: null, owner: null } as const
  for (const prefixLength of [30, 30]) world.block({ ...block, prefixLength, ttlMs: null })
  world.result(release(1))
  world.network('10.0.0.8/31')
  world.result(reserve('10.0.0.13'))
  world.result({ type: 'pool.delete', name: 'a', ifRevision: null })
  t.match(
    world.lastChanges().map(({ action, entityId }) => [action, entityId]),
    [
      ['allocation.hold-ended', 1],
      ['allocation.released', 2],
      ['pool.deleted', 1],
    ],
  )
  t.match(world.ledger.network(1), { pool: null, subnet: { vlanId: 3, gateway: 0x0a000001n } })
  t.equal(world.ledger.pool('a'), null)
  t.equal(world.figures(1), '12 1 1 10')
  t.strictSame(world.reopened().statistics(1), world.ledger.statistics(1))
  world.result(pool('a', '10.0.0.0/28'))
  t.equal(world.poolFigures('a'), '16 4 12')
})
