import t from 'tap'
import {
  type Allocation,
  type AllocationFacts,
  type Command,
  commandVersionOf,
  parseMac,
} from '../../src/ledger/index.js'
import { allocate, block, network, pool, release, World } from './world.js'

const MAC = '00:11:22:33:44:55'
const OTHER = 'aa:bb:cc:dd:ee:ff'

const claim = (facts: AllocationFacts): Command => ({ ...allocate(1), facts })
const update = (id: number, set: AllocationFacts & { hostname?: string | null }): Command => ({
  ...{ type: 'allocation.update', id, ifRevision: null, set },
})
const releaseFor = (id: number, reason: string): Command => ({ ...release(id), reason })

function worldWithNetwork(): World {
  const world = new World()
  world.network('10.0.0.0/24')
  return world
}

/** Whoever signed in asks. */
function allocatedBy(world: World, userId: number, command: Command): Allocation {
  const origin = { actor: 'bob', userId, clientAddress: null, userAgent: null }
  const outcome = world.apply(world.request(command, { origin }))
  if (!outcome.ok || outcome.result.type !== 'allocation') throw new Error('no allocation')
  return outcome.result.allocation
}

t.test('what is said of an allocation is kept, shown and recorded', async t => {
  const world = worldWithNetwork()
  const facts = {
    mac: '00-11-22-33-44-55',
    deviceType: 'server',
    location: '机房A',
    customFields: { department: 'IT部门', floor: 3, spare: false },
    owner: '张三',
  }
  const made = allocatedBy(world, 7, claim(facts))
  t.equal(made.owner, '张三')
  t.strictSame(made.details, {
    mac: MAC,
    formerMacs: [],
    deviceType: 'server',
    location: '机房A',
    customFields: { department: 'IT部门', floor: 3, spare: false },
    allocatedBy: 7,
    releaseReason: null,
    host: null,
  })
  t.strictSame(world.rows.allocation(made.id), made)
  const [change] = world.lastChanges()
  const { id, vrf_id, network_id, ip, status, ...image } = change?.after ?? {}
  t.match(image, {
    owner: '张三',
    mac_address: MAC,
    former_macs: [],
    device_type: 'server',
    location: '机房A',
    custom_fields: { department: 'IT部门', floor: 3, spare: false },
    allocated_by: 7,
    release_reason: null,
  })
})

t.test('facts of which nothing is said are details of who asked alone', async t => {
  const world = worldWithNetwork()
  t.match(allocatedBy(world, 7, claim({})), {
    owner: null,
    details: { mac: null, deviceType: null, location: null, customFields: {}, allocatedBy: 7 },
  })
  t.equal(world.allocation(claim({})).details?.allocatedBy, null, 'nobody had signed in')
})

t.test('commands of older versions leave no details, and the images that they left', async t => {
  const world = worldWithNetwork()
  world.result(pool('p', '10.1.0.0/16'))
  const commands: Command[] = [
    allocate(1),
    update(1, { hostname: 'web' }),
    { type: 'allocation.renew', id: 1, ifRevision: null, ttlMs: 1000 },
    release(1),
    block('p', 24),
    { type: 'bulk', steps: [allocate(1)] },
    { type: 'transaction', steps: [allocate(1), release(4)] },
  ]
  const fields = ['id', 'vrf_id', 'network_id', 'ip', 'end_ip', 'allocated_cidr', 'hostname']
  fields.push('description', 'tags', 'status', 'allocated_at', 'expires_at', 'released_at')
  fields.push('held_until', 'revision')
  for (const command of commands) {
    t.ok(commandVersionOf(command) < 5, command.type)
    world.result(command)
    for (const { after } of world.lastChanges()) {
      const { block_id, ...rest } = after ?? {}
      t.strictSame(Object.keys(rest), fields, command.type)
    }
  }
  for (const { details } of world.rows.allocations()) t.equal(details, null)
})

t.test('what says more is of version 5, a step too', async t => {
  const reasoned = { ...release(1), reason: 'gone' }
  const commands: Command[] = [
    claim({}),
    update(1, { mac: null }),
    update(1, { owner: 'x' }),
    reasoned,
    { type: 'bulk', steps: [allocate(1), { ...allocate(1), facts: {} }] },
    { type: 'transaction', steps: [network('10.0.0.0/8') as never, reasoned] },
  ]
  for (const command of commands) t.equal(commandVersionOf(command), 5, JSON.stringify(command))
})

t.test('an update changes what it names; the owner alone makes no details', async t => {
  const world = worldWithNetwork()
  world.allocation(allocate(1))
  t.match(world.allocation(update(1, { owner: 'ops' })), { owner: 'ops', details: null })
  t.match(world.allocation(update(1, { location: 'hall 2' })), {
    owner: 'ops',
    details: { location: 'hall 2', mac: null, allocatedBy: null },
  })
  world.allocation(update(1, { customFields: { a: 1, b: 2 }, deviceType: 'router' }))
  const replaced = world.allocation(update(1, { customFields: { b: 3 }, location: null }))
  t.match(replaced.details, { deviceType: 'router', location: null })
  t.strictSame(replaced.details?.customFields, { b: 3 }, 'fields are given as a whole')
  const [change] = world.lastChanges()
  t.match(change?.before, { location: 'hall 2', custom_fields: { a: 1, b: 2 } })
  t.match(change?.after, { location: null, custom_fields: { b: 3 }, device_type: 'router' })
  t.equal(world.allocation(update(1, { owner: null })).owner, null)
})

t.test('former MACs are remembered until the present one is said again', async t => {
  const world = worldWithNetwork()
  world.allocation(claim({ mac: MAC }))
  const after = (set: AllocationFacts) => {
    const { mac, formerMacs } = world.allocation(update(1, set)).details ?? {}
    return [mac, formerMacs]
  }
  t.strictSame(after({ mac: OTHER }), [OTHER, [MAC]])
  t.strictSame(after({ location: 'x' }), [OTHER, [MAC]], 'nothing is said of it')
  t.strictSame(after({ mac: MAC }), [MAC, [OTHER]], 'the present one is no former one')
  t.strictSame(after({ mac: '0011.2233.4455' }), [MAC, []], 'said again, however it is spelt')
  t.strictSame(after({ mac: OTHER }), [OTHER, [MAC]])
  t.strictSame(after({ mac: null }), [null, []], 'there is none')
  t.strictSame(after({ mac: OTHER }), [OTHER, []])
  t.match(world.lastChanges(), [{ before: { mac_address: null }, after: { mac_address: OTHER } }])
})

t.test('eight former MACs are remembered, the latest first', async t => {
  const world = worldWithNetwork()
  const mac = (n: number) => `00:00:00:00:00:0${n}`
  world.allocation(claim({ mac: mac(0) }))
  for (let n = 1; n <= 9; n++) world.allocation(update(1, { mac: mac(n) }))
  const { details } = world.rows.allocation(1) ?? {}
  t.strictSame(details?.formerMacs, [8, 7, 6, 5, 4, 3, 2, 1].map(mac))
})

t.test('a release says why, and so may a step', async t => {
  const world = worldWithNetwork()
  world.allocation(claim({ mac: MAC }))
  world.allocation(allocate(1))
  t.match(world.allocation(releaseFor(1, '设备下线')), {
    status: 'released',
    details: { mac: MAC, releaseReason: '设备下线' },
  })
  t.match(world.lastChanges(), [
    { before: { release_reason: null }, after: { release_reason: '设备下线' } },
  ])
  t.match(world.allocation(releaseFor(2, 'two\nlines')).details, {
    ...{ mac: null, releaseReason: 'two\nlines', allocatedBy: null },
  })
  world.allocation(claim({ mac: OTHER }))
  const steps = [
    { ...release(3), reason: 'moved' },
    { ...allocate(1), facts: { mac: MAC } },
  ]
  world.result({ type: 'bulk', steps })
  t.match(world.rows.allocation(3)?.details, { mac: OTHER, releaseReason: 'moved' })
  t.match(world.rows.allocation(4)?.details, { mac: MAC })
  t.match(world.refusal(update(3, { mac: MAC })), { code: 'allocation-ended' })
})

t.test('what expires keeps its details', async t => {
  const world = worldWithNetwork()
  world.allocation({ ...allocate(1), ttlMs: 1000, facts: { mac: MAC } })
  world.timeMs += 1000
  world.result({ type: 'expire', rowsMax: 10 })
  t.match(world.rows.allocation(1), { status: 'expired', details: { mac: MAC } })
})

t.test(
  'facts that cannot be are refused by the name in the document, and nothing happens',
  async t => {
    const world = worldWithNetwork()
    world.allocation(claim({ mac: MAC }))
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`f${n}`, n]))
    const table: readonly (readonly [AllocationFacts, string])[] = [
      [{ mac: '' }, 'mac_address'],
      [{ mac: '00:11:22:33:44' }, 'mac_address'],
      [{ deviceType: '' }, 'device_type'],
      [{ deviceType: 'x'.repeat(51) }, 'device_type'],
      [{ location: 'a\nb' }, 'location'],
      [{ location: '房'.repeat(201) }, 'location'],
      [{ owner: 'x'.repeat(101) }, 'assigned_to'],
      [{ owner: '\ud800' }, 'assigned_to'],
      [{ customFields: many }, 'custom_fields'],
      [{ customFields: { a: Number.NaN } }, 'custom_fields.a'],
    ]
    for (const [facts, field] of table) {
      const name = JSON.stringify(facts).slice(0, 40)
      t.match(world.refusal(claim(facts)), { code: 'invalid', field }, name)
      t.match(world.refusal(update(1, facts)), { code: 'invalid', field }, name)
    }
    t.match(world.refusal(releaseFor(1, 'x'.repeat(501))), { code: 'invalid', field: 'reason' })
    t.equal(world.figures(1), '254 1 0 253')
    const longest = {
      deviceType: '😀'.repeat(50),
      location: '房'.repeat(200),
      owner: 'x'.repeat(100),
    }
    t.match(world.allocation(claim(longest)), { id: 2, owner: longest.owner })
    world.allocation(releaseFor(2, 'x'.repeat(500)))
  },
)

t.test('a MAC address is twelve digits in any of its spellings', async t => {
  for (const text of [
    'aabbccddeeff',
    'AA:BB:CC:DD:EE:FF',
    'aa-bb-cc-dd-ee-ff',
    'aa.bb.cc.dd.ee.ff',
    'aabb.ccdd.eeff',
    'AABB-CCDD-EEFF',
    'aabb:ccdd:eeff',
    'aabbcc-ddeeff',
  ])
    t.equal(parseMac(text), 'aa:bb:cc:dd:ee:ff', text)
  for (const text of [
    '',
    'aabbccddeef',
    'aabbccddeefff',
    'aa:bb:cc:dd:ee',
    'aa:bb:cc:dd:ee:ff:00',
    'aa:bb-cc:dd:ee:ff',
    'aa:bbcc:dd:ee:ff',
    'aabb.ccdd-eeff',
    'a:abb:cc:dd:ee:ff',
    'gg:bb:cc:dd:ee:ff',
    ' aabbccddeeff',
    'aabbccddeeff\n',
    '٠٠1122334455',
    'aa::bb:cc:dd:ee:ff',
  ])
    t.equal(parseMac(text), null, JSON.stringify(text))
})
