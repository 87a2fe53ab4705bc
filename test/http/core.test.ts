// The core surface from outside: document 002's endpoints and what PRODUCT.md puts beside them.
import t from 'tap'
import { HOLD_HOURS_MAX } from '../../src/ledger/index.js'
import { begunWith, Harness } from './harness.js'

const begun = begunWith()

t.test("the document's workflow runs from creating a network to deleting it", async t => {
  const h = await begun(t)
  const network = await h.call('POST', '/api/v1/networks', {
    cidr: '10.0.0.0/24',
    description: 'Test network',
  })
  t.equal(network.status, 201)
  t.match(network.json, {
    id: 'net-1',
    cidr: '10.0.0.0/24',
    description: 'Test network',
    tags: [],
    created_at: '2024-01-15T10:30:00Z',
  })
  const allocation = await h.call('POST', '/api/v1/allocations', {
    network_id: network.json.id,
    hostname: 'test-server',
  })
  t.equal(allocation.status, 201)
  t.match(allocation.json, {
    id: 'alloc-1',
    network_id: 'net-1',
    ip: '10.0.0.1',
    end_ip: null,
    hostname: 'test-server',
    description: null,
    status: 'allocated',
    expires_at: null,
    released_at: null,
  })
  const stats = await h.call('GET', '/api/v1/networks/net-1/stats')
  t.same(stats.json, {
    network_id: 'net-1',
    total_ips: 254,
    allocated_ips: 1,
    reserved_ips: 0,
    available_ips: 253,
    utilization_percent: 0.4,
    first_available: '10.0.0.2',
    last_allocated: '10.0.0.1',
  })
  const inUse = await h.call('DELETE', '/api/v1/networks/net-1')
  t.equal(inUse.status, 409)
  t.match(inUse.json, { code: 409, reason: 'network-in-use' })
  const released = await h.call('POST', '/api/v1/allocations/alloc-1/release')
  t.equal(released.status, 204)
  t.equal(released.text, '')
  const again = await h.call('POST', '/api/v1/allocations/alloc-1/release')
  t.match(again, { status: 409, json: { reason: 'allocation-ended' } })
  const past = await h.call('GET', '/api/v1/allocations/alloc-1')
  t.match(past.json, { status: 'released', released_at: '2024-01-15T10:30:00Z' })
  t.equal((await h.call('DELETE', '/api/v1/networks/net-1')).status, 204)
  t.equal((await h.call('GET', '/api/v1/networks/net-1')).status, 404)
})

t.test('a count gives one contiguous run, and the statistics of the document follow', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '192.168.1.0/24' })
  const run = await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    count: 45,
    ttl_hours: 24,
  })
  t.match(run.json, {
    ip: '192.168.1.1',
    end_ip: '192.168.1.45',
    expires_at: '2024-01-16T10:30:00Z',
  })
  const stats = await h.call('GET', '/api/v1/networks/net-1/stats')
  t.match(stats.json, {
    total_ips: 254,
    allocated_ips: 45,
    available_ips: 209,
    utilization_percent: 17.7,
    first_available: '192.168.1.46',
    last_allocated: '192.168.1.45',
  })
})

t.test('large IPv6 figures are exact integers', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '2001:db8::/32' })
  const stats = await h.call('GET', '/api/v1/networks/net-1/stats')
  t.match(stats.text, `"total_ips":${2n ** 96n - 1n},`)
  t.match(stats.text, '"first_available":"2001:db8::1"')
})

t.test('an allocation can be a certain address, a block, tagged, changed, renewed', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/16', tags: ['prod', 'site=lab'] })
  const address = await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    ip: '10.0.7.9',
    count: 1,
    tags: ['web'],
  })
  t.match(address.json, { ip: '10.0.7.9', tags: ['web'], allocated_cidr: null })
  const block = await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    prefix_length: 24,
  })
  t.match(block.json, { ip: '10.0.1.0', end_ip: '10.0.1.255', allocated_cidr: '10.0.1.0/24' })
  const changed = await h.call('PATCH', '/api/v1/allocations/alloc-1', {
    hostname: 'db-1.example.com',
    tags: null,
  })
  t.match(changed.json, { hostname: 'db-1.example.com', tags: [] })
  const renewed = await h.call('POST', '/api/v1/allocations/alloc-1/renew', { ttl_hours: 0.5 })
  t.match(renewed.json, { expires_at: '2024-01-15T11:00:00Z' })
  const kept = await h.call('POST', '/api/v1/allocations/alloc-1/renew', { ttl_hours: null })
  t.match(kept.json, { expires_at: null })
})

t.test('a network can be the next free child, in a VRF, and be changed', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/16' })
  const child = await h.call('POST', '/api/v1/networks', { parent: 'net-1', prefix_length: 24 })
  t.match(child, { status: 201, json: { cidr: '10.0.0.0/24', vrf: 'default' } })
  const changed = await h.call('PATCH', '/api/v1/networks/net-2', {
    hold_hours: 2,
    description: 'x',
  })
  t.match(changed, { status: 200, json: { hold_hours: 2, description: 'x' } })
  const longest = await h.call('PATCH', '/api/v1/networks/net-2', {
    hold_hours: HOLD_HOURS_MAX,
  })
  t.match(longest, { status: 200, json: { hold_hours: 87_600 } })
  const vrf = await h.call('POST', '/api/v1/vrfs', { name: 'blue' })
  t.match(vrf, { status: 201, json: { id: 'vrf-2', name: 'blue' } })
  const twin = await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/16', vrf: 'blue' })
  t.match(twin, { status: 201, json: { vrf: 'blue' } })
  const listed = await h.call('GET', '/api/v1/networks?vrf=blue')
  t.same(
    listed.json.map((network: { id: string }) => network.id),
    [twin.json.id],
  )
  t.equal((await h.call('GET', '/api/v1/networks?vrf=red')).status, 404)
  t.match(await h.call('PATCH', '/api/v1/vrfs/vrf-2', { name: 'green' }), {
    json: { name: 'green' },
  })
  t.match(await h.call('GET', '/api/v1/vrfs/vrf-2'), { json: { name: 'green' } })
  t.equal((await h.call('GET', '/api/v1/vrfs')).json.length, 2)
  t.equal((await h.call('DELETE', '/api/v1/vrfs/vrf-2')).status, 409)
  t.equal((await h.call('DELETE', `/api/v1/networks/${twin.json.id}`)).status, 204)
  t.equal((await h.call('DELETE', '/api/v1/vrfs/vrf-2')).status, 204)
})

t.test('a bulk does all of its steps or none', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/29' })
  const done = await h.call('POST', '/api/v1/allocations/bulk', {
    steps: [
      { allocate: { network_id: 'net-1', hostname: 'a' } },
      { allocate: { network_id: 'net-1', count: 2 } },
      { release: { id: 'alloc-1' } },
    ],
  })
  t.equal(done.status, 201)
  t.same(
    done.json.allocations.map((row: { ip: string; status: string }) => [row.ip, row.status]),
    [
      ['10.0.0.1', 'allocated'],
      ['10.0.0.2', 'allocated'],
      ['10.0.0.1', 'released'],
    ],
  )
  const refused = await h.call('POST', '/api/v1/allocations/bulk', {
    steps: [{ allocate: { network_id: 'net-1' } }, { allocate: { network_id: 'net-1', count: 6 } }],
  })
  t.match(refused, {
    status: 409,
    json: { reason: 'step-refused', step: 1, step_reason: 'no-space' },
  })
  t.equal((await h.call('GET', '/api/v1/allocations')).json.length, 1)
})

t.test('host bits are cleared and the canonical form is returned', async t => {
  const h = await begun(t)
  for (const [given, kept] of [
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['2001:0DB8:0:0::1/64', '2001:db8::/64'],
    ['192.0.2.1/32', '192.0.2.1/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ] as const) {
    const created = await h.call('POST', '/api/v1/networks', { cidr: given })
    t.equal(created.json.cidr, kept, given)
  }
})

t.test('the audit log is newest first, in the words of the document', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '192.168.1.0/24', hold_hours: 1 })
  await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    hostname: 'web-server-01',
    ttl_hours: 1,
  })
  await h.call('POST', '/api/v1/allocations', { network_id: 'net-1', count: 3 })
  await h.call('POST', '/api/v1/allocations', { network_id: 'net-1', prefix_length: 28 })
  await h.call('PATCH', '/api/v1/allocations/alloc-2', { description: 'x' })
  await h.call('POST', '/api/v1/allocations/alloc-2/renew', { ttl_hours: 3 })
  await h.call('POST', '/api/v1/allocations/alloc-2/release')
  h.gateway.timeMs += 3_600_000
  h.gateway.apply({ type: 'expire', rowsMax: 100 })
  h.gateway.timeMs += 3_600_000
  h.gateway.apply({ type: 'expire', rowsMax: 100 })
  const audit = await h.call('GET', '/api/v1/audit')
  const lines = audit.json.map(
    (entry: { action: string; resource: string; details: string }) =>
      `${entry.action} ${entry.resource} ${entry.details}`,
  )
  t.same(lines.reverse(), [
    'cluster_created cluster Created cluster 100',
    'vrf_created vrf-1 Created VRF default',
    'network_created net-1 Created network 192.168.1.0/24',
    'ip_allocated alloc-1 Allocated 192.168.1.1 to web-server-01',
    'ip_allocated alloc-2 Allocated 192.168.1.2-192.168.1.4',
    'ip_allocated alloc-3 Allocated 192.168.1.16/28',
    'ip_updated alloc-2 Updated 192.168.1.2-192.168.1.4',
    'ip_renewed alloc-2 Renewed 192.168.1.2-192.168.1.4 until 2024-01-15T13:30:00Z',
    'ip_released alloc-2 Released 192.168.1.2-192.168.1.4',
    'ip_expired alloc-1 Expired 192.168.1.1 of web-server-01',
    ...lines.slice(-2),
  ])
  t.match(lines.at(-1), /^ip_hold_ended alloc-1 Freed 192.168.1.1,/)
  t.equal(audit.json[0].user, 'system')
  t.equal((await h.call('GET', '/api/v1/audit?limit=2')).json.length, 2)
  for (const limit of ['0', '-1', 'abc', '10001', '1.5', ''])
    t.equal((await h.call('GET', `/api/v1/audit?limit=${limit}`)).status, 400, `limit=${limit}`)
})

t.test('the audit log reads on past what it does not show, and as far as asked', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/16' })
  for (let made = 0; made < 600; made++)
    h.gateway.apply({
      type: 'allocation.create',
      networkId: 1,
      place: { count: 1 },
      hostname: null,
      description: null,
      tags: [],
      ttlMs: null,
    })
  const audit = await h.call('GET', '/api/v1/audit?limit=10000')
  t.equal(audit.json.length, 603)
  t.equal((await h.call('GET', '/api/v1/audit')).json.length, 100)
})

t.test('cluster status shows this node, the members and the leader', async t => {
  const h = new Harness()
  h.raftStatus = {
    ...h.raftStatus,
    role: 'leader',
    term: 7,
    leaderId: 1,
    commit: 42,
    lastIndex: 44,
    membership: { voters: [1, 2], votersOutgoing: [], learners: [3], learnersNext: [] },
  }
  h.gateway.view = {
    ...h.gateway.view,
    lastIndex: 44,
    progress: [
      { nodeId: 1, state: 'replicate', match: 44, active: true },
      { nodeId: 2, state: 'replicate', match: 40, active: true },
      { nodeId: 3, state: 'snapshot', match: 0, active: false },
    ],
  }
  await h.start()
  t.teardown(() => h.server.close())
  for (const path of ['/api/v1/cluster/status', '/cluster/status']) {
    const status = await h.call('GET', path)
    t.match(status.json, {
      node_id: 1,
      cluster_id: 100,
      cluster_uuid: 'c-1',
      role: 'leader',
      raft_state: 'StateLeader',
      leader_id: 1,
      term: 7,
      commit_index: 42,
      applied_index: 1,
    })
    t.match(status.json.members, [
      { node_id: 1, addr: 'n1.example.com:5001', role: 'leader', lag: 0 },
      { node_id: 2, addr: 'n2.example.com:5002', role: 'follower', match_index: 40, lag: 4 },
      { node_id: 3, addr: '', role: 'learner', lag: 44, active: false, progress: 'snapshot' },
    ])
  }
  const hash = await h.call('GET', '/api/v1/cluster/state-hash')
  t.match(hash.json, { applied_index: 1, hash: /^[0-9a-f]{64}$/ })
})

t.test('every Raft role has its word', async t => {
  for (const [role, word, state] of [
    ['follower', 'follower', 'StateFollower'],
    ['candidate', 'candidate', 'StateCandidate'],
    ['pre-candidate', 'candidate', 'StatePreCandidate'],
  ] as const) {
    const h = new Harness()
    h.raftStatus = { ...h.raftStatus, role }
    await h.start()
    const { json } = await h.call('GET', '/api/v1/cluster/status')
    t.match(json, { role: word, raft_state: state, leader_id: null })
    await h.server.close()
  }
})

t.test('in standalone mode there is no cluster to ask about', async t => {
  const h = new Harness()
  h.mode = 'standalone'
  await h.start()
  t.teardown(() => h.server.close())
  for (const [method, path, body] of [
    ['GET', '/api/v1/cluster/status', undefined],
    ['GET', '/cluster/status', undefined],
    ['GET', '/api/v1/cluster/state-hash', undefined],
    ['POST', '/api/v1/cluster/nodes', { node_id: 4, addr: 'n4:5004' }],
    ['DELETE', '/api/v1/cluster/nodes/4', undefined],
  ] as const) {
    const answer = await h.call(method, path, body)
    t.match(answer, { status: 404, json: { error: 'not in cluster mode', code: 404 } }, path)
  }
  t.equal((await h.call('GET', '/api/v1/health')).json.cluster_mode, false)
})
