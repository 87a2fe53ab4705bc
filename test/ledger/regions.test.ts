import t from 'tap'
import { type Command, formatCidr, type Network } from '../../src/ledger/index.js'
import { hosts, hostsOf, placeOf, region, regionBy, retire, updateRegion } from './regions-world.js'
import {
  allocate,
  block,
  deletePool,
  expire,
  HOUR_MS,
  network,
  pool,
  release,
  World,
} from './world.js'

const nothing = { gateway: null, vlanId: null, location: null, customFields: {} }

function subnet(cidr: string, gateway: string | null = null): Command {
  const facts = { ...nothing, gateway }
  return { type: 'subnet.create', vrf: 'default', cidr, description: null, tags: [], subnet: facts }
}

function reserve(ip: string): Command {
  const facts = { uid: `u ${ip}`, vrf: 'default', reason: null, expiresMs: null }
  return { type: 'reservation.create', ip, ...facts }
}

function place(cidr: string): Command {
  const facts = { uid: `u ${cidr}`, vrf: 'default', reason: null, ttlMs: null }
  return { type: 'reservation.place', cidr, ...facts }
}

t.test('a region is a network with the facet, and its history says so', async t => {
  const world = new World()
  const made = world.network(
    region('10.5.23.0/24', { name: 'Prod', description: 'd', tags: ['env=prod'] }),
  )
  t.match(made, {
    prefixLength: 24,
    description: 'd',
    tags: ['env=prod'],
    region: { name: 'Prod', owner: null, status: 'Active', createdBy: null, createdByName: null },
  })
  t.match(world.lastChanges(), [
    { action: 'network.created', after: { cidr: '10.5.23.0/24', region_name: 'Prod' } },
  ])
  t.strictSame(world.ledger.regions().regionAt({ family: 4, value: 0x0a0517ffn }), made)
  t.equal(world.ledger.regions().regionAt({ family: 4, value: 0x0a051800n }), null)
  t.equal(world.ledger.regions().regionAt({ family: 6, value: 0x0a0517ffn }), null)
})

t.test('who signed in made it, and answers for it if nobody else is said to', async t => {
  const world = new World()
  const made = regionBy(world, region('10.1.0.0/24'), 7, 'bob')
  t.match(made.region, { owner: 'bob', createdBy: 7, createdByName: 'bob' })
  const other = regionBy(world, region('10.1.1.0/24', { owner: 'ops' }), 7, 'bob')
  t.match(other.region, { owner: 'ops', createdByName: 'bob' })
})

t.test('a network that is there gets the facet, and keeps what is not said anew', async t => {
  const world = new World()
  world.network(network('10.5.0.0/24', { description: 'old', tags: ['a'], holdHours: 3 }))
  world.allocation(allocate(1))
  const made = world.network(region('10.5.0.0/24', { name: 'Prod' }))
  t.match(made, { id: 1, description: 'old', tags: ['a'], holdHours: 3, region: { name: 'Prod' } })
  const [change] = world.lastChanges()
  t.equal(change?.action, 'network.updated')
  t.notOk('region_name' in (change?.before ?? {}))
  t.equal(world.ledger.regions().regionFigures(1)?.hosts, 1)

  world.network(network('10.5.1.0/24', { description: 'old', tags: ['a'] }))
  t.match(world.network(region('10.5.1.0/24', { description: 'new', tags: ['b'] })), {
    id: 2,
    description: 'new',
    tags: ['b'],
  })
  t.match(world.refusal(region('10.5.1.0/24', { name: 'again' })), {
    code: 'region-exists',
    id: 2,
    cidr: '10.5.1.0/24',
  })
})

t.test('only 10.X.Y.0/24 of the default VRF may be a region', async t => {
  const world = new World()
  const wrong = [
    '10.5.0.0/25',
    '10.5.0.0/23',
    '11.0.0.0/24',
    '10.5.0.1/24',
    '2001:db8::/64',
    '10.5.0/24',
  ]
  for (const cidr of wrong) {
    t.match(world.refusal(region(cidr)), { code: 'invalid', field: 'cidr' }, cidr)
  }
})

t.test('what a region may not be called is refused, and what is its country’s already', async t => {
  const world = new World()
  world.network(region('10.5.0.0/24', { name: 'Prod' }))
  world.network(region('10.240.0.0/24', { name: 'Prod' }))
  world.network(region('10.40.0.0/24', { name: 'Prod' }))
  const taken = { code: 'region-name-taken', name: 'Prod' }
  t.match(world.refusal(region('US', { name: 'Prod' })), { ...taken, country: 'US', id: 1 })
  t.match(world.refusal(region('10.0.0.0/24', { name: 'Prod' })), {
    ...taken,
    country: null,
    id: 2,
  })
  world.network(region('US', { name: 'prod' }))
  t.match(world.refusal(updateRegion(4, { name: 'Prod' })), { ...taken, id: 1 })
  for (const name of ['', 'a'.repeat(101), 'a&b', 'a"b', 'a\tb']) {
    const refusal = world.refusal(region('US', { name }))
    t.match(refusal, { code: 'invalid', field: 'region_name' }, name)
  }
  const owner = world.refusal(region('US', { owner: 'o'.repeat(101) }))
  t.match(owner, { code: 'invalid', field: 'owner' })
  t.match(world.refusal(region('US', { tags: ['a=1', 'a=2'] })), { field: 'tags' })
})

t.test('an edit says what changes, and its own name is not taken', async t => {
  const world = new World()
  const made = world.network(region('10.5.0.0/24', { name: 'Prod', owner: 'ops', tags: ['a'] }))
  const reserved = world.network(updateRegion(1, { name: 'Prod', status: 'Reserved' }))
  t.match(reserved, { tags: ['a'], region: { name: 'Prod', owner: 'ops', status: 'Reserved' } })
  const renamed = world.network(
    updateRegion(1, { name: 'Lab', owner: null, description: 'x', tags: [] }, reserved.revision),
  )
  t.match(renamed, { description: 'x', tags: [], region: { name: 'Lab', owner: null } })
  t.match(world.lastChanges(), [
    { action: 'network.updated', before: { region_name: 'Prod' }, after: { region_name: 'Lab' } },
  ])
  t.equal(world.refusal(updateRegion(1, {}, made.revision)).code, 'revision-mismatch')
  const status = world.refusal(updateRegion(1, { status: 'reserved' as 'Reserved' }))
  t.match(status, { code: 'invalid', field: 'status' })
  world.network('10.6.0.0/24')
  t.match(world.refusal(updateRegion(2, {})), { code: 'region-not-found', id: 2 })
  t.equal(world.network(region('US', { name: 'Prod' })).id, 3)
})

t.test('a country is given its lowest place that is wholly free', async t => {
  const world = new World()
  t.equal(world.refusal(region('XX')).code, 'country-not-found')
  t.equal(placeOf(world, region('US', { name: 'a' })), '10.1.0.0/24')
  t.equal(placeOf(world, region('United States', { name: 'b' })), '10.1.1.0/24')
  world.network('10.1.2.128/25')
  world.network('10.1.4.7/32')
  t.equal(placeOf(world, region('US', { name: 'c' })), '10.1.3.0/24')
  t.strictSame(world.ledger.regions().nextRegion('us'.toUpperCase()), {
    family: 4,
    first: 0x0a010500n,
    prefixLength: 24,
  })
  world.network('10.1.0.0/16')
  const claim = world.allocation(allocate(world.ledger.network(6)?.id ?? 0, { ip: '10.1.5.9' }))
  t.equal(placeOf(world, region('US', { name: 'd' })), '10.1.6.0/24')
  world.result(release(claim.id))
  t.equal(placeOf(world, region('US', { name: 'e' })), '10.1.5.0/24')
  t.equal(placeOf(world, region('CA', { name: 'a' })), '10.32.0.0/24')
  t.equal(world.ledger.regions().nextRegion('XX'), null)
})

t.test('nothing of the network around it is in the way of the next region', async t => {
  const world = new World()
  world.network('10.0.0.0/8')
  const held = world.network(network('10.1.0.0/20', { holdHours: 1 }))
  const gateway = { id: held.id, ifRevision: null, set: { gateway: '10.1.0.1' } }
  world.network({ type: 'subnet.update', ...gateway })
  const claim = world.allocation(allocate(held.id, { ip: '10.1.1.1' }))
  world.result(release(claim.id))
  world.result(reserve('10.1.2.2'))
  world.allocation(allocate(held.id, { prefixLength: 25 }))
  t.equal(placeOf(world, region('US', { name: 'a' })), '10.1.3.0/24')
  world.timeMs += HOUR_MS
  world.result(expire())
  t.equal(placeOf(world, region('US', { name: 'b' })), '10.1.1.0/24')
})

t.test('what is reserved is passed over, whether a network contains it or not', async t => {
  const world = new World()
  const cidrs = ['10.1.0.0/23', '10.1.2.9/32', '10.1.4.0/24']
  for (const cidr of cidrs) world.result(place(cidr))
  t.equal(placeOf(world, region('US', { name: 'a' })), '10.1.3.0/24')
  t.equal(placeOf(world, region('US', { name: 'b' })), '10.1.5.0/24')
  world.network('10.0.0.0/8')
  t.equal(placeOf(world, region('US', { name: 'c' })), '10.1.6.0/24')
  world.result({ type: 'reservation.cancel', id: 1, ifRevision: null, reason: null })
  t.equal(placeOf(world, region('US', { name: 'd' })), '10.1.0.0/24')
  t.equal(world.refusal(region('10.1.4.0/24')).code, 'reservation-in-the-way')
})

t.test('edges of a network are free for a region, though no host may have them', async t => {
  const world = new World()
  world.network('10.1.0.0/23')
  t.equal(placeOf(world, region('US', { name: 'a' })), '10.1.0.0/24')
  t.equal(placeOf(world, region('US', { name: 'b' })), '10.1.1.0/24')
  t.equal(placeOf(world, region('US', { name: 'c' })), '10.1.2.0/24')
})

t.test('a country without a place is exhausted, until one of its regions is retired', async t => {
  const world = new World()
  const tiny = { continent: 'x', xFirst: 250, xLast: 250 }
  world.result({ type: 'country.create', code: 'ZZ', name: 'Zed', ...tiny })
  for (let y = 0; y < 256; y += 1) world.network(region('ZZ', { name: `r${y}` }))
  t.strictSame(world.refusal(region('ZZ')), {
    code: 'country-exhausted',
    country: 'ZZ',
    regions: 256,
  })
  t.equal(world.ledger.regions().nextRegion('ZZ'), null)
  world.result(retire(17))
  t.equal(placeOf(world, region('ZZ')), '10.250.16.0/24')
})

t.test(
  'the next region of a packed country is found along its siblings, not by a search for each place',
  async t => {
    for (const around of [false, true]) {
      const world = new World()
      if (around) world.network('10.0.0.0/8')
      const { space } = spaceOf(world)
      for (let place = 0; place < 31 * 256 - 1; place += 1) {
        const first = 0x0a010000n + BigInt(place) * 256n
        space.addNetwork(plain(1000 + place, first), [], 'none')
      }
      const view = world.ledger.regions()
      t.equal(
        formatCidr(view.nextRegion('US') ?? { family: 4, first: 0n, prefixLength: 0 }),
        '10.31.255.0/24',
      )
      // Of this process alone: whoever else is busy does not count.
      const began = process.cpuUsage()
      for (let n = 0; n < 100; n += 1) view.nextRegion('US')
      const perCallMs = process.cpuUsage(began).user / 1000 / 100
      t.ok(perCallMs < 2, `${perCallMs} ms, in a network: ${around}`)
    }
  },
)

t.test('a Reserved region allocates nothing, on no way, in networks inside it neither', async t => {
  const world = new World()
  world.network(region('10.5.0.0/24', { name: 'Prod' }))
  world.pool(pool('p', '10.5.0.128/25'))
  const id = world.allocation(allocate(1)).id
  world.network(updateRegion(1, { status: 'Reserved' }))
  const refused = { code: 'region-reserved', id: 1, name: 'Prod' }
  const ways: Command[] = [
    allocate(1),
    allocate(1, { ip: '10.5.0.9' }),
    allocate(2, { count: 3 }),
    block('p', 28),
    hosts(1, ['a']),
  ]
  for (const way of ways) t.strictSame(world.refusal(way), refused, way.type)
  const bulk = world.refusal({ type: 'bulk', steps: [allocate(2)] })
  t.match(bulk, { code: 'step-refused', refusal: refused })
  const steps = [block('p', 28)]
  t.match(world.refusal({ type: 'transaction', steps }), { refusal: refused })
  t.equal(world.ledger.regions().nextHost(1), null)
  world.result(reserve('10.5.0.7'))
  world.result(release(id))
  world.network(updateRegion(1, { status: 'Active' }))
  t.equal(world.allocation(allocate(1)).first, 0x0a050001n)
})

t.test('a region with hosts or reservations is not retired, unless they go with it', async t => {
  const world = new World()
  world.network(region('10.5.0.0/24'))
  world.network('10.5.0.64/26')
  hostsOf(world, hosts(1, ['a', 'b']))
  world.allocation(allocate(2, { count: 3 }))
  world.result(reserve('10.5.0.9'))
  const inUse = { code: 'network-in-use', id: 1, allocations: 3, reservations: 1 }
  t.strictSame(world.refusal(retire(1)), inUse)
  t.strictSame(world.result(retire(1, true, 'closed')), { type: 'region-retired', hosts: 3 })
  t.match(world.lastChanges(), [
    { action: 'allocation.released', regionId: 1, after: { release_reason: 'closed' } },
    { action: 'allocation.released', regionId: 1, after: { release_reason: 'closed' } },
    { action: 'allocation.released', regionId: 1, after: { release_reason: 'closed' } },
    { action: 'reservation.cancelled', after: { cancel_reason: 'closed' } },
    { action: 'network.deleted', before: { region_name: '10.5.0.0/24' }, after: null },
  ])
  t.equal(world.ledger.regions().regionCount(), 0)
  t.equal(world.parent(2), null)
  t.equal(world.figures(2), '62 0 0 62')
  t.equal(world.refusal(retire(1)).code, 'region-not-found')
})

t.test(
  'hosts in a network inside a region keep it as its own do; reservations there stay',
  async t => {
    const world = new World()
    world.network(region('10.5.0.0/24'))
    world.network('10.5.0.64/26')
    const { id } = world.allocation(allocate(2))
    world.result(reserve('10.5.0.99'))
    t.strictSame(world.refusal(retire(1)), { code: 'network-in-use', id: 1, allocations: 1 })
    world.result(release(id))
    world.result(retire(1))
    t.equal(world.figures(2), '62 0 1 61')
  },
)

t.test('live blocks are no hosts, and keep a region whatever is asked', async t => {
  const world = new World()
  world.network(region('10.5.0.0/24'))
  world.allocation(allocate(1, { prefixLength: 28 }))
  t.equal(world.ledger.regions().regionFigures(1)?.hosts, 0)
  for (const cascade of [false, true]) {
    const refusal = world.refusal(retire(1, cascade))
    t.strictSame(refusal, { code: 'network-in-use', id: 1, allocations: 1 }, `${cascade}`)
  }
  t.match(world.lastChanges(), [])
})

t.test('held addresses end with their region, and its reason is checked', async t => {
  const world = new World()
  world.network(network('10.5.0.0/24', { holdHours: 1 }))
  world.network(region('10.5.0.0/24'))
  hostsOf(world, hosts(1, ['a']))
  t.match(world.refusal(retire(1, true, 'x'.repeat(501))), { code: 'invalid', field: 'reason' })
  world.result(retire(1, true))
  world.timeMs += HOUR_MS
  world.result(expire())
  t.match(world.lastChanges(), [{ action: 'allocation.hold-ended' }])
  t.notOk('regionId' in (world.lastChanges()[0] ?? {}))
})

t.test(
  'elsewhere the network of a region goes as every network, and its pool without it',
  async t => {
    const world = new World()
    world.network(region('10.5.0.0/24'))
    world.pool(pool('p', '10.5.0.0/24'))
    t.match(world.ledger.network(1)?.region, { status: 'Active' })
    world.result(deletePool('p'))
    t.equal(world.ledger.regions().regionCount(), 1)
    world.allocation(allocate(1))
    const remove = { type: 'network.delete', id: 1, ifRevision: null } as const
    t.equal(world.refusal(remove).code, 'network-in-use')
    world.result(release(1))
    world.result(remove)
    t.match(world.lastChanges(), [{ before: { region_status: 'Active' }, after: null }])
    t.equal(world.ledger.regions().regionCount(), 0)
  },
)

t.test('a Change of an address says the region that it lies in, and no other one does', async t => {
  const world = new World()
  world.network(network('10.5.0.0/16'))
  const regionIds = () => world.lastChanges().map(change => change.regionId)
  world.allocation(allocate(1, { ip: '10.5.0.9' }))
  t.strictSame(regionIds(), [undefined])
  world.network(region('10.5.0.0/24'))
  t.match(world.lastChanges(), [{ action: 'network.created' }, { action: 'allocation.moved' }])
  t.strictSame(regionIds(), [undefined, 2])
  world.network('10.5.0.128/25')
  world.allocation(allocate(3, { count: 4 }))
  t.strictSame(regionIds(), [2])
  world.allocation(allocate(3, { prefixLength: 30 }))
  t.strictSame(regionIds(), [undefined])
  world.result(release(1))
  t.strictSame(regionIds(), [2])
})

t.test('figures are of all that lies in a region, and totals of all regions by X', async t => {
  const world = new World()
  world.network(region('10.5.0.0/24'))
  world.network(region('10.5.1.0/24'))
  world.network(region('10.6.0.0/24'))
  world.network(subnet('10.5.0.128/25', '10.5.0.129'))
  world.allocation(allocate(1))
  world.allocation(allocate(4, { count: 5 }))
  const view = world.ledger.regions()
  t.strictSame(view.regionFigures(1), { hosts: 2, allocated: 7, available: 246 })
  t.equal(view.regionFigures(4), null)
  world.allocation(allocate(2, { count: 203 }))
  const totals = view.regionTotals()
  const of = (x: number) => [
    totals.regions[x],
    totals.hosts[x],
    totals.allocated[x],
    totals.full[x],
  ]
  t.strictSame(of(5), [2, 3, 210, 0])
  t.strictSame(of(6), [1, 0, 0, 0])
  t.strictSame(of(7), [0, 0, 0, 0])
  world.allocation(allocate(2))
  t.equal(view.regionTotals().full[5], 1)
  t.strictSame(Array.from(view.regions(), formatCidr), [
    '10.5.0.0/24',
    '10.5.1.0/24',
    '10.6.0.0/24',
  ])
})

t.test('regions of a ledger that was opened anew are the same', async t => {
  const world = new World()
  world.network(region('US', { name: 'a' }))
  world.network(region('IN', { name: 'a' }))
  world.network(region('US', { name: 'b' }))
  hostsOf(world, hosts(1, ['x', 'y']))
  world.result(retire(3))
  const [before, after] = [world.ledger.regions(), world.reopened().regions()]
  t.strictSame([...after.regions()], [...before.regions()])
  t.strictSame(after.regionTotals(), before.regionTotals())
  t.strictSame(after.nextRegion('US'), before.nextRegion('US'))
})

/** The address space of a ledger, to fill it without a command for each network. */
function spaceOf(world: World) {
  return Reflect.get(world.ledger, 'state') as {
    readonly space: { addNetwork(network: Network, moved: [], enclosure: 'none'): void }
  }
}

function plain(id: number, first: bigint): Network {
  const times = { createdMs: 0, updatedMs: 0, revision: 1 }
  const facets = { pool: null, subnet: null, region: null }
  const place = { vrfId: 1, family: 4, first, prefixLength: 24 } as const
  return { id, ...place, description: null, tags: [], holdHours: 0, ...facets, ...times }
}
