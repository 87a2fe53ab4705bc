// Which Changes are events, and what these say: of the Change alone, from real commands.
import t from 'tap'
import { type Change, type Command, eventHeard, webhookEventsOf } from '../../src/ledger/index.js'
import { worldOfUsers } from './users.js'
import { allocate, expire, network, release, renew, type World } from './world.js'

const REGION = { kind: 'region', id: 1, name: 'Production', cidr: '10.5.23.0/24', x: 5 }
const createRegion: Command = {
  type: 'region.create',
  place: { cidr: '10.5.23.0/24' },
  region: { name: 'Production', owner: null, description: null, tags: [] },
}

function worldOfRegion(): World {
  const world = worldOfUsers()
  world.result(createRegion)
  return world
}

/** Of the last entry. */
const told = (world: World) => world.lastChanges().flatMap(webhookEventsOf)
const after = (world: World, command: Command) => {
  world.result(command)
  return told(world)
}
const updateRegion = (set: Extract<Command, { type: 'region.update' }>['set']): Command => ({
  ...{ type: 'region.update', id: 1, ifRevision: null, set },
})
const retire = (cascade: boolean): Command => ({
  ...{ type: 'region.retire', id: 1, ifRevision: null, cascade, reason: null },
})
const review: Command = {
  ...{ type: 'alerts.review', networkIds: [1, 2, 3], allocationIds: [], forgetBeforeMs: 0 },
}

t.test('a region is made, edited and retired', async t => {
  const world = worldOfUsers()
  const active = { ...REGION, status: 'Active' }
  t.strictSame(after(world, createRegion), [{ event: 'region.created', data: active }])
  const reserved = { ...REGION, status: 'Reserved' }
  t.strictSame(after(world, updateRegion({ status: 'Reserved' })), [
    { event: 'region.updated', data: reserved },
  ])
  const tags: Command = { type: 'network.update', id: 1, ifRevision: null, set: { tags: ['a'] } }
  t.match(after(world, tags), [{ event: 'region.updated' }], 'on whatever surface')
  t.strictSame(after(world, updateRegion({ name: 'Lab' })), [
    { event: 'region.updated', data: { ...reserved, name: 'Lab' } },
  ])
  t.strictSame(after(world, retire(false)), [
    { event: 'region.retired', data: { ...reserved, name: 'Lab' } },
  ])
})

t.test('a network becomes a region, and is deleted as one', async t => {
  const world = worldOfUsers()
  t.strictSame(after(world, network('10.5.23.0/24')), [], 'it is none yet')
  t.match(after(world, createRegion), [{ event: 'region.created', data: REGION }])
  t.match(after(world, { type: 'network.delete', id: 1, ifRevision: null }), [
    { event: 'region.retired', data: REGION },
  ])
  t.strictSame(after(world, network('10.6.0.0/16')), [])
  t.strictSame(after(world, { type: 'network.delete', id: 2, ifRevision: null }), [])
})

t.test('hosts come, change and go', async t => {
  const world = worldOfRegion()
  const host = { kind: 'host', id: 1, regionId: 1, hostname: 'web', ipAddress: '10.5.23.1' }
  const make = allocate(1, { count: 1 }, { hostname: 'web' })
  t.strictSame(after(world, make), [{ event: 'host.allocated', data: host }])
  const rename: Command = {
    ...{ type: 'allocation.update', id: 1, ifRevision: null, set: { hostname: 'db' } },
  }
  const renamed = { ...host, hostname: 'db' }
  t.strictSame(after(world, rename), [{ event: 'host.updated', data: renamed }])
  t.strictSame(after(world, renew(1, 5)), [{ event: 'host.updated', data: renamed }])
  world.timeMs += 5
  t.strictSame(after(world, expire()), [{ event: 'host.released', data: renamed }])
  const second = { ...host, id: 2, hostname: null }
  t.strictSame(after(world, allocate(1)), [{ event: 'host.allocated', data: second }])
  t.strictSame(after(world, release(2)), [{ event: 'host.released', data: second }])
})

t.test('hosts go before their region does', async t => {
  const world = worldOfRegion()
  world.result(allocate(1, { count: 2 }))
  world.result(allocate(1))
  t.match(after(world, retire(true)), [
    { event: 'host.released', data: { id: 1, ipAddress: '10.5.23.1' } },
    { event: 'host.released', data: { id: 2, ipAddress: '10.5.23.3' } },
    { event: 'region.retired', data: REGION },
  ])
})

t.test('blocks, holds, and what lies in no region are nothing to tell of', async t => {
  const world = worldOfRegion()
  t.strictSame(after(world, allocate(1, { prefixLength: 28 })), [])
  world.network('10.6.0.0/24')
  t.strictSame(after(world, allocate(2)), [])
  t.strictSame(after(world, release(2)), [])
  world.result({ type: 'network.update', id: 1, ifRevision: null, set: { holdHours: 1 } })
  world.result(allocate(1))
  t.match(after(world, release(3)), [{ event: 'host.released' }])
  world.timeMs += 3_600_000
  t.strictSame(after(world, expire()), [], 'its hold ends')
  t.strictSame(
    world.lastChanges().map(({ action }) => action),
    ['allocation.hold-ended'],
  )
})

t.test('a network inside a region: its hosts are the region’s', async t => {
  const world = worldOfRegion()
  world.network('10.5.23.64/26')
  t.match(after(world, allocate(2)), [{ event: 'host.allocated', data: { regionId: 1 } }])
})

t.test('a region that fills up warns, and is critical, once for each level', async t => {
  const world = worldOfRegion()
  const fill = (count: number) => {
    world.result(allocate(1, { count }))
    return after(world, review)
  }
  t.strictSame(fill(203), [], '79.9 percent')
  const capacity = { kind: 'capacity', regionId: 1, cidr: '10.5.23.0/24', x: 5 }
  t.strictSame(fill(1), [
    {
      event: 'capacity.warning',
      data: {
        ...capacity,
        utilization: 80.3,
        severity: 'medium',
        message: 'Region 10.5.23.0/24 is at 80.3% capacity',
      },
    },
  ])
  t.strictSame(fill(10), [], 'no worse')
  t.match(fill(15), [{ event: 'capacity.warning', data: { severity: 'high', utilization: 90.2 } }])
  t.match(fill(25), [
    {
      event: 'capacity.critical',
      data: { utilization: 100, message: 'Region 10.5.23.0/24 is at 100% capacity' },
    },
  ])
  world.result(release(1))
  t.strictSame(after(world, review), [], 'it is over')
  t.match(world.lastChanges(), [{ action: 'alert.resolved' }])
  const both = fill(203)
  t.match(both, [{ event: 'capacity.warning' }, { event: 'capacity.critical' }], 'and once more')
  t.match(eventHeard(both, ['capacity.warning']), { event: 'capacity.warning' })
  t.match(eventHeard(both, ['capacity.critical']), { event: 'capacity.critical' })
  t.match(eventHeard(both, ['capacity.critical', 'capacity.warning']), both[1], 'one of them')
  t.equal(eventHeard(both, ['region.created']), null)
})

t.test('a mailed alert, and one about no region, are nothing to tell of', async t => {
  const world = worldOfRegion()
  const mail = { smtpHost: 'mail.example.com', alertEmail: 'noc@example.com' }
  world.result({ type: 'settings.update', ifRevision: null, set: mail })
  world.network('10.6.0.0/26')
  world.result(allocate(2, { count: 60 }))
  t.strictSame(after(world, review), [])
  t.match(world.lastChanges(), [{ action: 'alert.raised', after: { severity: 'critical' } }])
  world.result(allocate(1, { count: 210 }))
  t.match(after(world, review), [{ event: 'capacity.warning' }])
  t.strictSame(after(world, { type: 'alert.mailed', id: 2, number: 1 }), [])
  t.match(world.lastChanges(), [{ action: 'alert.changed', regionId: 1 }])
})

t.test('percent have one decimal, half up', async t => {
  for (const [figure, utilization] of [
    [8004, 80],
    [8005, 80.1],
    [8500, 85],
    [9995, 100],
  ] as const) {
    const image = { kind: 'utilization', severity: 'medium', subject: '10.5.23.0/24', figure }
    const change: Change = {
      ...{ revision: 1, n: 0, timeMs: 0, action: 'alert.raised', entity: 'alert', entityId: 1 },
      origin: { actor: 'system', clientAddress: null, userAgent: null },
      ...{ regionId: 1, before: null, after: image },
    }
    t.match(webhookEventsOf(change), [{ data: { utilization } }])
  }
})
