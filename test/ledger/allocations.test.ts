import t from 'tap'
import type { Command, CreateAllocationCommand } from '../../src/ledger/index.js'
import { allocate, expire, HOUR_MS, network, release, renew, World } from './world.js'

type Place = CreateAllocationCommand['place']
const update = (
  id: number,
  set: { hostname?: string | null; description?: string | null; tags?: string[] },
  ifRevision: number | null = null,
): Command => ({ type: 'allocation.update', id, set, ifRevision })

t.test('an allocation is answered, kept and recorded in full', async t => {
  const world = new World()
  world.network('192.168.1.0/24')
  const options = { hostname: 'web-1', description: 'Web', tags: ['a='], ttlMs: 24 * HOUR_MS }
  const made = world.allocation(allocate(1, { count: 1 }, options))
  t.strictSame(made, {
    id: 1,
    networkId: 1,
    vrfId: 1,
    family: 4,
    first: 0xc0a80101n,
    last: 0xc0a80101n,
    kind: 'address',
    prefixLength: null,
    blockId: null,
    hostname: 'web-1',
    description: 'Web',
    owner: null,
    tags: ['a'],
    details: null,
    status: 'allocated',
    allocatedMs: world.timeMs,
    expiresMs: world.timeMs + 24 * HOUR_MS,
    releasedMs: null,
    heldUntilMs: null,
    revision: 3,
  })
  t.strictSame(world.rows.allocation(1), made)
  t.strictSame(world.lastChanges(), [
    {
      revision: 3,
      n: 0,
      timeMs: world.timeMs,
      origin: { actor: 'alice', clientAddress: '192.0.2.7', userAgent: 'test' },
      action: 'allocation.created',
      entity: 'allocation',
      entityId: 1,
      before: null,
      after: {
        id: 1,
        vrf_id: 1,
        network_id: 1,
        ip: '192.168.1.1',
        end_ip: null,
        allocated_cidr: null,
        hostname: 'web-1',
        description: 'Web',
        tags: ['a'],
        status: 'allocated',
        allocated_at: '2024-01-15T10:30:00.000Z',
        expires_at: '2024-01-16T10:30:00.000Z',
        released_at: null,
        held_until: null,
        revision: 3,
      },
    },
  ])
})

t.test('the lowest address, run or block that is free is chosen', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const first = (place: Place) => Number(world.allocation(allocate(1, place)).first & 0xffn)
  t.equal(first({ count: 1 }), 1)
  t.equal(first({ count: 3 }), 2)
  t.equal(first({ ip: '10.0.0.6' }), 6)
  t.equal(first({ count: 1 }), 5)
  t.equal(first({ count: 2 }), 7)
  t.equal(first({ prefixLength: 30 }), 12, '8 is taken, so the block at 8 is not free')
  t.equal(first({ prefixLength: 32 }), 9)
  t.equal(first({ count: 3 }), 16, '10 and 11 are too few')
  t.equal(first({ count: 2 }), 10)
  world.result(release(1))
  t.equal(first({ count: 1 }), 1, 'a released address is the lowest again')
  t.strictSame(
    world.rows
      .claimsIn(1, 0n, 0xffffffffn, 4)
      .map(({ kind, prefixLength }) => [kind, prefixLength]),
    [
      ['address', null],
      ['run', null],
      ['address', null],
      ['address', null],
    ],
  )
})

t.test('runs and blocks show their ends in history', async t => {
  const world = new World()
  world.network('2001:db8::/64')
  world.result(allocate(1, { count: 2 }))
  t.match(world.lastChanges(), [
    { after: { ip: '2001:db8::1', end_ip: '2001:db8::2', allocated_cidr: null } },
  ])
  world.result(allocate(1, { prefixLength: 96 }))
  t.match(world.lastChanges(), [
    {
      after: {
        ip: '2001:db8::1:0:0',
        end_ip: '2001:db8::1:ffff:ffff',
        allocated_cidr: '2001:db8::1:0:0/96',
      },
    },
  ])
  t.equal(world.figures(1), `${2n ** 64n - 1n} ${2n ** 32n + 2n} 0 ${2n ** 64n - 2n ** 32n - 3n}`)
})

t.test('what cannot be placed is refused with figures', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.network('10.0.0.128/25')
  world.network('10.0.0.128/30')
  world.network('2001:db8::/64')
  world.allocation(allocate(1, { ip: '10.0.0.5' }, { hostname: 'web' }))
  world.allocation(allocate(1, { prefixLength: 28 }, { ttlMs: 1000 }))
  const invalid = (field: string, value: string, reason: string) => {
    return { code: 'invalid', field, value, reason }
  }
  const whole = 'must be a whole number above 0'
  const length = 'must be a whole number from 0 to 32'
  const notUsable = (ip: string, networkId: number, reason: string) => {
    return { code: 'address-not-usable', ip, networkId, reason }
  }
  const outside = (ip: string) => ({ code: 'address-outside-network', ip, networkId: 1 })
  const taken = (ip: string, id: number, hostname: string | null, until: string | null) => {
    return { code: 'address-taken', ip, holder: { kind: 'allocation', id, hostname, until } }
  }
  const noSpace = (wanted: string) => ({ code: 'no-space', networkId: 1, wanted, free: '110' })
  const inChild = (ip: string, childId: number, cidr: string) => {
    return { code: 'address-in-child', ip, childId, cidr }
  }
  const cases: [number, Place, object][] = [
    [9, { count: 1 }, { code: 'network-not-found', id: 9 }],
    [1, { count: 0 }, invalid('count', '0', whole)],
    [1, { count: -3 }, invalid('count', '-3', whole)],
    [1, { count: 1.5 }, invalid('count', '1.5', whole)],
    [1, { count: Number.NaN }, invalid('count', 'NaN', whole)],
    [1, { count: 2 ** 60 }, invalid('count', String(2 ** 60), whole)],
    [1, { count: 255 }, { code: 'larger-than-network', wanted: '255', size: '254' }],
    [1, { count: 254 }, noSpace('254')],
    [1, { count: 97 }, noSpace('97')],
    [1, { prefixLength: 33 }, invalid('prefixLength', '33', length)],
    [1, { prefixLength: -1 }, invalid('prefixLength', '-1', length)],
    [1, { prefixLength: 24.5 }, invalid('prefixLength', '24.5', length)],
    [1, { prefixLength: 23 }, { code: 'larger-than-network', wanted: '/23', size: '/24' }],
    [1, { prefixLength: 24 }, noSpace('/24')],
    [1, { prefixLength: 25 }, noSpace('/25')],
    [1, { ip: '10.0.0' }, invalid('ip', '10.0.0', 'an IPv4 address has four octets, not 3')],
    [1, { ip: '' }, invalid('ip', '', 'the address is empty')],
    [1, { ip: '10.0.1.0' }, outside('10.0.1.0')],
    [1, { ip: '9.255.255.255' }, outside('9.255.255.255')],
    [1, { ip: '2001:DB8::1' }, outside('2001:db8::1')],
    [1, { ip: '::a00:5' }, outside('::a00:5')],
    [1, { ip: '10.0.0.0' }, notUsable('10.0.0.0', 1, 'it is the network address')],
    [2, { ip: '10.0.0.255' }, notUsable('10.0.0.255', 2, 'it is the broadcast address')],
    [
      4,
      { ip: '2001:db8::' },
      notUsable('2001:db8::', 4, 'it is the subnet-router anycast address (RFC 4291, 2.6.1)'),
    ],
    [1, { ip: '10.0.0.255' }, inChild('10.0.0.255', 2, '10.0.0.128/25')],
    [1, { ip: '10.0.0.128' }, inChild('10.0.0.128', 3, '10.0.0.128/30')],
    [2, { ip: '10.0.0.130' }, inChild('10.0.0.130', 3, '10.0.0.128/30')],
    [1, { ip: '10.0.0.5' }, taken('10.0.0.5', 1, 'web', null)],
    [1, { ip: '10.0.0.20' }, taken('10.0.0.20', 2, null, '2024-01-15T10:30:01.000Z')],
  ]
  for (const [networkId, place, wanted] of cases) {
    t.strictSame(
      world.refusal(allocate(networkId, place)),
      wanted,
      JSON.stringify({ networkId, place }),
    )
    t.strictSame(world.lastChanges(), [])
  }
  t.equal(world.rows.allocations().length, 2)
  t.equal(world.allocation(allocate(1)).id, 3, 'no number was used up')
})

t.test('a full network says so', async t => {
  const world = new World()
  world.network('10.0.0.0/30')
  world.result(allocate(1, { count: 2 }))
  const full = (wanted: string) => ({ code: 'no-space', networkId: 1, wanted, free: '0' })
  t.strictSame(world.refusal(allocate(1)), full('1'))
  t.strictSame(world.refusal(allocate(1, { prefixLength: 32 })), full('/32'))
  t.equal(world.ledger.statistics(1)?.firstAvailable, null)
})

t.test('networks without unusable addresses hand out all of them', async t => {
  const world = new World()
  for (const cidr of ['10.0.0.4/31', '10.0.0.9/32', '2001:db8::/127', '2001:db8::5/128']) {
    const { id, first } = world.network(cidr)
    t.equal(world.allocation(allocate(id)).first, first, cidr)
    if (cidr.endsWith('/31') || cidr.endsWith('/127')) world.allocation(allocate(id))
    t.equal(world.refusal(allocate(id)).code, 'no-space', cidr)
  }
  const { id } = world.network('10.0.0.6/31')
  t.match(world.allocation(allocate(id, { prefixLength: 31 })), { kind: 'block', prefixLength: 31 })
})

t.test('times to live are checked', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const live = world.allocation(allocate(1)).id
  const whole = 'must be a whole number of milliseconds above 0'
  const cases = [
    [0, whole],
    [-1, whole],
    [0.5, whole],
    [Number.POSITIVE_INFINITY, whole],
    [253_402_300_800_000 - world.timeMs, 'must end before the year 10000'],
  ] as const
  for (const [ttlMs, reason] of cases) {
    const wanted = { code: 'invalid', field: 'ttlMs', value: String(ttlMs), reason }
    t.strictSame(world.refusal(allocate(1, { count: 1 }, { ttlMs })), wanted)
    t.strictSame(world.refusal(renew(live, ttlMs)), wanted)
  }
  const longest = 253_402_300_799_999 - world.timeMs
  world.result(renew(live, longest))
  t.match(world.lastChanges(), [{ after: { expires_at: '9999-12-31T23:59:59.999Z' } }])
})

t.test('release ends a claim once, and names which', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const made = world.allocation(allocate(1))
  world.timeMs += 1000
  t.strictSame(world.refusal(release(9)), { code: 'allocation-not-found', id: 9 })
  t.strictSame(world.refusal(release(1, 9)), { code: 'revision-mismatch', expected: 9, actual: 3 })
  const released = world.allocation(release(1, made.revision))
  const facts = { status: 'released', releasedMs: world.timeMs, revision: world.revision } as const
  t.strictSame(released, { ...made, ...facts })
  t.match(world.lastChanges(), [
    {
      action: 'allocation.released',
      before: { status: 'allocated', released_at: null },
      after: { status: 'released', released_at: '2024-01-15T10:30:01.000Z', held_until: null },
    },
  ])
  t.equal(world.figures(1), '254 0 0 254')
  const ended = { code: 'allocation-ended', id: 1, status: 'released' }
  for (const command of [release(1), release(1, 9), renew(1, null), update(1, {})]) {
    t.strictSame(world.refusal(command), ended, command.type)
  }
  t.equal(world.allocation(allocate(1)).id, 2, 'the next holder has an allocation of its own')
  t.strictSame(world.refusal(release(1)), ended, 'a late release does not free it')
})

t.test('an update changes what it names and nothing else', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  const options = { hostname: 'a', description: 'b', tags: ['c'], ttlMs: 5000 }
  const made = world.allocation(allocate(1, { count: 1 }, options))
  t.strictSame(world.allocation(update(1, { hostname: null }, 3)), {
    ...made,
    hostname: null,
    revision: 4,
  })
  t.match(world.lastChanges(), [
    { action: 'allocation.updated', before: { hostname: 'a' }, after: { hostname: null } },
  ])
  t.match(world.allocation(update(1, { description: null, tags: ['x', 'y=1'] })), {
    hostname: null,
    description: null,
    tags: ['x', 'y=1'],
    expiresMs: made.expiresMs,
  })
  t.strictSame(world.refusal(update(9, {})), { code: 'allocation-not-found', id: 9 })
  t.strictSame(world.refusal(update(1, {}, 3)), {
    code: 'revision-mismatch',
    expected: 3,
    actual: 5,
  })
  t.equal(world.refusal(update(1, { tags: ['k=1', 'k=2'] })).code, 'invalid')
})

t.test('a renewal counts from its own entry, and wins over an expiry that is due', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  world.allocation(allocate(1, { count: 1 }, { ttlMs: 1000 }))
  world.timeMs += 1000
  t.match(world.allocation(renew(1, 500)), { expiresMs: world.timeMs + 500, status: 'allocated' })
  t.match(world.lastChanges(), [{ action: 'allocation.renewed' }])
  t.strictSame(world.result(expire()), { type: 'slice', rows: 0, more: false })
  t.match(world.allocation(renew(1, null)), { expiresMs: null })
  t.strictSame(world.refusal(renew(1, 1, 1)), { code: 'revision-mismatch', expected: 1, actual: 6 })
  t.strictSame(world.refusal(renew(9, 1)), { code: 'allocation-not-found', id: 9 })
})

t.test('a held address is reserved until its hold is over', async t => {
  const world = new World()
  world.network(network('10.0.0.0/29', { holdHours: 2 }))
  world.allocation(allocate(1, { count: 1 }, { hostname: 'web' }))
  const released = world.allocation(release(1))
  t.equal(released.heldUntilMs, world.timeMs + 2 * HOUR_MS)
  t.equal(world.figures(1), '6 0 1 5')
  t.equal(world.allocation(allocate(1)).first, 0x0a000002n)
  t.strictSame(world.refusal(allocate(1, { ip: '10.0.0.1' })), {
    code: 'address-taken',
    ip: '10.0.0.1',
    holder: { kind: 'hold', id: 1, hostname: 'web', until: '2024-01-15T12:30:00.000Z' },
  })
  t.match(world.refusal(release(1)), { code: 'allocation-ended' })
  t.equal(world.ledger.statistics(1)?.lastAllocated, 0x0a000002n)
  world.timeMs += 2 * HOUR_MS
  t.equal(
    world.refusal(allocate(1, { ip: '10.0.0.1' })).code,
    'address-taken',
    'time alone ends nothing',
  )
  world.result(expire())
  t.match(world.lastChanges(), [
    { action: 'allocation.hold-ended', after: { held_until: null, status: 'released' } },
  ])
  t.equal(world.allocation(allocate(1)).first, 0x0a000001n)
})

t.test('the statistics name the lowest free and the highest live address', async t => {
  const world = new World()
  world.network('10.0.0.0/24')
  t.match(world.ledger.statistics(1), { firstAvailable: 0x0a000001n, lastAllocated: null })
  world.allocation(allocate(1, { ip: '10.0.0.9' }))
  world.allocation(allocate(1, { count: 4 }))
  t.match(world.ledger.statistics(1), { firstAvailable: 0x0a000005n, lastAllocated: 0x0a000009n })
  world.result(release(1))
  t.match(world.ledger.statistics(1), { firstAvailable: 0x0a000005n, lastAllocated: 0x0a000004n })
  t.strictSame(world.ledger.freeRanges(1, 0x0a000080n, 3), [
    { first: 0x0a000080n, last: 0x0a0000fen },
  ])
})
