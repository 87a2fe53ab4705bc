import t from 'tap'
import { GENESIS, network, World } from './world.js'

const createVrf = (name: string, description: string | null = null) =>
  ({ type: 'vrf.create', name, description }) as const
const updateVrf = (
  id: number,
  set: { name?: string; description?: string | null },
  ifRevision: number | null = null,
) => ({ type: 'vrf.update', id, set, ifRevision }) as const
const deleteVrf = (id: number, ifRevision: number | null = null) =>
  ({ type: 'vrf.delete', id, ifRevision }) as const

t.test('genesis mints the cluster and the default VRF, once', async t => {
  const world = new World(false)
  t.equal(world.ledger.cluster(), null)
  t.strictSame(world.result(GENESIS), { type: 'none' })
  const { clusterId, clusterUuid, members } = GENESIS as Extract<
    typeof GENESIS,
    { type: 'genesis' }
  >
  t.strictSame(world.ledger.cluster(), { clusterId, clusterUuid, members })
  t.strictSame(
    world.lastChanges().map(change => [change.n, change.action, change.entityId, change.before]),
    [
      [0, 'cluster.created', 100, null],
      [1, 'vrf.created', 1, null],
    ],
  )
  t.strictSame(world.lastChanges()[0]?.after, {
    cluster_id: 100,
    cluster_uuid: clusterUuid,
    members: ['1 n1:5001'],
  })
  const again = { ...GENESIS, clusterUuid: 'another' }
  t.strictSame(world.result(again), { type: 'none' })
  t.strictSame(world.lastChanges(), [])
  t.equal(world.ledger.cluster()?.clusterUuid, clusterUuid)
  t.strictSame(
    world.ledger.vrfs().map(vrf => [vrf.id, vrf.name]),
    [[1, 'default']],
  )
})

t.test('before genesis there is no VRF to make a network in', async t => {
  const world = new World(false)
  t.strictSame(world.refusal(network('10.0.0.0/8')), { code: 'vrf-not-found', vrf: 'default' })
})

t.test('a VRF is made, renamed and deleted, and its name is free again', async t => {
  const world = new World()
  const made = { id: 2, name: 'lab', description: 'x', createdMs: world.timeMs, revision: 2 }
  t.strictSame(world.result(createVrf('lab', 'x')), { type: 'vrf', vrf: made })
  world.timeMs += 1000
  const renamed = { ...made, name: 'labor', revision: 3 }
  t.strictSame(world.result(updateVrf(2, { name: 'labor' })), { type: 'vrf', vrf: renamed })
  t.strictSame(world.lastChanges()[0]?.before?.name, 'lab')
  t.strictSame(world.lastChanges()[0]?.after?.name, 'labor')
  t.equal(world.ledger.vrfs()[1]?.description, 'x', 'what is not named stays')
  t.strictSame(world.result(deleteVrf(2, 3)), { type: 'none' })
  t.equal(world.lastChanges()[0]?.after, null)
  t.strictSame(world.refusal(network('10.0.0.0/8', { vrf: 'labor' })).code, 'vrf-not-found')
  t.match(world.result(createVrf('labor')), { vrf: { id: 3 } }, 'a number is never given twice')
})

t.test('VRFs are refused with the reason', async t => {
  const world = new World()
  world.result(createVrf('lab'))
  world.result(createVrf('empty'))
  world.network(network('10.0.0.0/8', { vrf: 'lab' }))
  world.network(network('2001:db8::/32', { vrf: 'lab' }))
  const cases = [
    [createVrf(''), { code: 'invalid', field: 'name', value: '', reason: 'must not be empty' }],
    [createVrf('lab'), { code: 'vrf-exists', name: 'lab', id: 2 }],
    [createVrf('default'), { code: 'vrf-exists', name: 'default', id: 1 }],
    [updateVrf(9, {}), { code: 'vrf-not-found', vrf: '9' }],
    [updateVrf(1, { name: 'main' }), { code: 'vrf-fixed', id: 1 }],
    [updateVrf(3, { name: 'lab' }), { code: 'vrf-exists', name: 'lab', id: 2 }],
    [updateVrf(2, {}, 7), { code: 'revision-mismatch', expected: 7, actual: 2 }],
    [deleteVrf(1), { code: 'vrf-fixed', id: 1 }],
    [deleteVrf(9), { code: 'vrf-not-found', vrf: '9' }],
    [deleteVrf(2), { code: 'vrf-in-use', id: 2, networks: 2 }],
    [deleteVrf(3, 9), { code: 'revision-mismatch', expected: 9, actual: 3 }],
  ] as const
  for (const [command, wanted] of cases) {
    t.strictSame(world.refusal(command), wanted, JSON.stringify(command))
    t.strictSame(world.lastChanges(), [])
  }
})

t.test('the default VRF may be described, under its own name', async t => {
  const world = new World()
  const result = world.result(updateVrf(1, { name: 'default', description: 'all of us' }))
  t.match(result, { vrf: { id: 1, description: 'all of us', revision: 2 } })
  t.match(world.result(updateVrf(1, { description: null })), { vrf: { description: null } })
})

t.test('VRFs are worlds apart: the same CIDR and the same addresses', async t => {
  const world = new World()
  world.result(createVrf('lab'))
  const here = world.network('10.0.0.0/30')
  const there = world.network(network('10.0.0.0/30', { vrf: 'lab' }))
  t.equal(there.vrfId, 2)
  const place = { ip: '10.0.0.1' }
  const command = {
    type: 'allocation.create',
    place,
    hostname: null,
    description: null,
    tags: [],
    ttlMs: null,
  } as const
  world.result({ ...command, networkId: here.id })
  t.match(world.result({ ...command, networkId: there.id }), { allocation: { vrfId: 2 } })
})
