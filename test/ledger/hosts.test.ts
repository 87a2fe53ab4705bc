import t from 'tap'
import { HOSTS_OF_BATCH_MAX } from '../../src/ledger/index.js'
import {
  addressesOf,
  hosts,
  hostsOf,
  region,
  retire,
  updateHost,
  updateRegion,
} from './regions-world.js'
import { allocate, network, release, World } from './world.js'

function worldWithRegion(): World {
  const world = new World()
  world.network(region('10.5.23.0/24', { name: 'Prod' }))
  return world
}

t.test('hosts get the lowest free addresses one by one, in the order of their names', async t => {
  const world = worldWithRegion()
  world.allocation(allocate(1, { ip: '10.5.23.2' }))
  t.equal(world.ledger.regions().nextHost(1)?.value, 0x0a051701n)
  t.strictSame(addressesOf(world, hosts(1, ['b', 'a'])), ['10.5.23.1', '10.5.23.3'])
  t.match(world.lastChanges(), [
    { action: 'allocation.created', regionId: 1, after: { hostname: 'b' } },
    { action: 'allocation.created', regionId: 1, after: { hostname: 'a' } },
  ])
  t.equal(world.ledger.regions().nextHost(1)?.value, 0x0a051704n)
  t.equal(world.ledger.regions().nextHost(2), null)
})

t.test('what is said of them is each one’s, and empty text is none', async t => {
  const world = worldWithRegion()
  const host = { osType: 'Linux', application: '', notes: 'two\nlines' }
  const set = {
    description: 'd',
    tags: ['env=prod'],
    facts: { owner: 'ops', deviceType: 'VM', mac: 'AA-BB-CC-00-11-22', host },
  }
  const [made] = hostsOf(world, hosts(1, ['Web-1.Example.COM'], set))
  t.match(made, {
    hostname: 'web-1.example.com',
    description: 'd',
    owner: 'ops',
    tags: ['env=prod'],
    expiresMs: null,
    details: { mac: 'aa:bb:cc:00:11:22', deviceType: 'VM' },
  })
  t.strictSame(made?.details?.host, {
    osType: 'Linux',
    application: null,
    costCenter: null,
    purpose: null,
    notes: 'two\nlines',
  })
  t.match(world.lastChanges(), [{ after: { os_type: 'Linux', application: null } }])
})

t.test('all hosts are made or none', async t => {
  const world = worldWithRegion()
  world.allocation(allocate(1, { count: 252 }))
  t.strictSame(world.refusal(hosts(1, ['a', 'b', 'c'])), {
    code: 'no-space',
    networkId: 1,
    wanted: '3',
    free: '2',
  })
  t.strictSame(world.lastChanges(), [])
  t.strictSame(addressesOf(world, hosts(1, ['a', 'b'])), ['10.5.23.253', '10.5.23.254'])
})

t.test('a name is its region’s once, whoever has it and in whatever case', async t => {
  const world = worldWithRegion()
  world.network('10.5.23.128/25')
  hostsOf(world, hosts(1, ['a']))
  world.allocation(allocate(2, { count: 1 }, { hostname: 'DB' }))
  const taken = { code: 'hostname-taken', regionId: 1 }
  t.strictSame(world.refusal(hosts(1, ['x', 'A'])), { ...taken, hostname: 'a', allocationId: 1 })
  t.match(world.refusal(hosts(1, ['db'])), { ...taken, hostname: 'db', allocationId: 2 })
  t.match(world.refusal(hosts(1, ['x', 'X'])), { ...taken, hostname: 'x', allocationId: 0 })
  t.match(world.refusal(updateHost(1, { hostname: 'Db' })), { ...taken, allocationId: 2 })
  world.network(region('10.5.24.0/24', { name: 'Lab' }))
  t.equal(hostsOf(world, hosts(3, ['a'])).length, 1)
  world.result(release(2))
  t.equal(hostsOf(world, hosts(1, ['db'])).length, 1)
})

t.test('what no host may be called is refused', async t => {
  const world = worldWithRegion()
  const wrong = ['', '-a', 'a-', 'a..b', '.a', 'a.', 'a.-b', 'a_b', 'ä', 'a b', 'a'.repeat(254)]
  for (const name of wrong) {
    t.match(world.refusal(hosts(1, [name])), { code: 'invalid', field: 'hostname' }, name)
  }
  for (const names of [[], Array.from({ length: HOSTS_OF_BATCH_MAX + 1 }, (_, n) => `h${n}`)]) {
    t.match(world.refusal(hosts(1, names)), { code: 'invalid', field: 'hostnames' })
  }
  const many = Array.from({ length: HOSTS_OF_BATCH_MAX }, (_, n) => `h-${n}`)
  t.equal(hostsOf(world, hosts(1, many)).length, HOSTS_OF_BATCH_MAX)
  t.equal(hostsOf(world, hosts(1, ['a'.repeat(253)])).length, 1)
})

t.test(
  'what is said too long, or in lines where one is meant, is refused by its field',
  async t => {
    const world = worldWithRegion()
    const rows: [string, string, object][] = [
      ['os_type', 'o'.repeat(101), {}],
      ['application', 'o'.repeat(201), {}],
      ['cost_center', 'o'.repeat(101), {}],
      ['purpose', 'o'.repeat(501), {}],
      ['notes', 'o'.repeat(2001), {}],
      ['purpose', 'two\nlines', {}],
    ]
    const factOf = {
      os_type: 'osType',
      application: 'application',
      cost_center: 'costCenter',
      purpose: 'purpose',
      notes: 'notes',
    } as Record<string, string>
    for (const [field, text] of rows) {
      const host = { [factOf[field] ?? '']: text }
      const refusal = world.refusal(hosts(1, ['a'], { facts: { host } }))
      t.match(refusal, { code: 'invalid', field }, field)
    }
    const host = { osType: 'o'.repeat(100), purpose: 'o'.repeat(500), notes: 'ü'.repeat(2000) }
    t.equal(hostsOf(world, hosts(1, ['a'], { facts: { host } })).length, 1)
  },
)

t.test('hosts are made in a region that is there', async t => {
  const world = worldWithRegion()
  world.network('10.6.0.0/24')
  t.strictSame(world.refusal(hosts(2, ['a'])), { code: 'region-not-found', id: 2 })
  world.result(retire(1))
  t.strictSame(world.refusal(hosts(1, ['a'])), { code: 'region-not-found', id: 1 })
})

t.test('an edit says what changes, and what is left out stays', async t => {
  const world = worldWithRegion()
  const facts = { owner: 'ops', host: { osType: 'Linux', notes: 'n' } }
  const [made] = hostsOf(world, hosts(1, ['a'], { tags: ['x'], facts }))
  const host = { osType: null, purpose: 'web' }
  const changed = world.allocation(updateHost(1, { hostname: 'B', host }, made?.revision))
  t.match(changed, {
    hostname: 'b',
    owner: 'ops',
    tags: ['x'],
    details: { host: { osType: null, purpose: 'web', notes: 'n' } },
  })
  t.match(world.lastChanges(), [{ action: 'allocation.updated', regionId: 1 }])
  t.equal(world.refusal(updateHost(1, {}, made?.revision ?? 0)).code, 'revision-mismatch')
  t.equal(world.allocation(updateHost(1, { hostname: 'b' })).hostname, 'b')
  t.equal(world.allocation(updateHost(1, { description: 'd' })).hostname, 'b')
  const empty = { purpose: '', notes: null }
  t.equal(world.allocation(updateHost(1, { host: empty })).details?.host, null)
  t.match(world.refusal(updateHost(1, { hostname: '-' })), { field: 'hostname' })
})

t.test('a host is a live address of a region, whoever made it, and of nothing else', async t => {
  const world = worldWithRegion()
  world.network('10.6.0.0/24')
  world.allocation(allocate(1))
  world.allocation(allocate(1, { count: 2 }))
  world.allocation(allocate(1, { prefixLength: 30 }))
  world.allocation(allocate(2))
  for (const id of [1, 2]) t.equal(world.allocation(updateHost(id, { hostname: `h${id}` })).id, id)
  for (const id of [3, 4, 5]) {
    t.strictSame(world.refusal(updateHost(id, {})), { code: 'host-not-found', id }, String(id))
  }
  world.result(release(1))
  t.strictSame(world.refusal(updateHost(1, {})), { code: 'host-not-found', id: 1 })
})

t.test('hosts of a Reserved region are edited and released as ever', async t => {
  const world = worldWithRegion()
  hostsOf(world, hosts(1, ['a']))
  world.network(updateRegion(1, { status: 'Reserved' }))
  t.equal(world.allocation(updateHost(1, { hostname: 'b' })).hostname, 'b')
  world.result(release(1))
  t.equal(world.ledger.regions().regionFigures(1)?.hosts, 0)
})

t.test('a command that says nothing of a host leaves details as they were', async t => {
  const world = new World()
  world.network(network('10.0.0.0/24'))
  const silent = world.allocation(allocate(1))
  t.equal(silent.details, null)
  const said = world.allocation({ ...allocate(1), facts: { deviceType: 'VM' } })
  t.equal(said.details?.host, null)
  t.notOk('os_type' in (world.lastChanges()[0]?.after ?? {}))
  const host = { costCenter: 'CC-1' }
  const later = { type: 'allocation.update', id: 1, ifRevision: null, set: { host } } as const
  t.match(world.allocation(later).details, { deviceType: null, host: { costCenter: 'CC-1' } })
})
