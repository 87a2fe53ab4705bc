// Pools of addresses as document 003 has them, and what stands beside its fields.
import t from 'tap'
import { begunWith } from './harness.js'

const begun = begunWith()
const POOLS = '/api/v1/ip-pools'
const dc = { name: 'dc', pool_type: 'ipv4', cidr: '10.100.0.0/24' }

t.test('a pool is created, read, listed and deleted in the fields of the document', async t => {
  const h = await begun(t)
  const made = await h.call('POST', POOLS, { ...dc, description: 'DC1' })
  t.equal(made.status, 201)
  t.equal(made.headers.get('location'), `${POOLS}/dc`)
  t.equal(
    made.text,
    '{"id":1,"name":"dc","description":"DC1","pool_type":"ipv4","cidr":"10.100.0.0/24","network_address":"10.100.0.0","broadcast_address":"10.100.0.255","total_addresses":256,"usable_addresses":256,"allocated_count":0,"available_count":256,"created_at":"2024-01-15T10:30:00Z"}',
  )
  t.equal((await h.call('GET', POOLS)).text, `[${made.text}]`)
  t.equal((await h.call('GET', `${POOLS}/dc`)).text, `${made.text.slice(0, -1)},"allocations":[]}`)
  t.equal((await h.call('DELETE', `${POOLS}/dc`)).status, 204)
  t.equal((await h.call('GET', POOLS)).text, '[]')
  const again = await h.call('POST', POOLS, dc)
  t.match(again, { status: 201, json: { id: 2, description: null } }, 'ids are never used again')
})

t.test('blocks are aligned, lowest first, and released exactly', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, dc)
  const body = { prefix_length: 30, description: 'link', allocated_to: 'router-01' }
  const link = await h.call('POST', `${POOLS}/dc/allocate`, body)
  t.equal(link.status, 200)
  t.equal(
    link.text,
    '{"id":1,"allocated_cidr":"10.100.0.0/30","network_address":"10.100.0.0","broadcast_address":"10.100.0.3","ip_addresses":["10.100.0.0","10.100.0.1","10.100.0.2","10.100.0.3"],"block_size":4,"pool_name":"dc","pool_type":"ipv4","pool_cidr":"10.100.0.0/24","prefix_length":30,"subnet_mask":"255.255.255.252","description":"link","allocated_to":"router-01","status":"allocated","allocated_at":"2024-01-15T10:30:00Z"}',
  )
  const one = await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 32 })
  t.match(one.json, {
    id: 2,
    allocated_cidr: '10.100.0.4/32',
    network_address: '10.100.0.4',
    broadcast_address: '10.100.0.4',
    ip_addresses: ['10.100.0.4'],
    subnet_mask: '255.255.255.255',
    description: null,
    allocated_to: null,
  })
  const listed = await h.call('GET', `${POOLS}/dc/allocations`)
  const items = `${link.text},${one.text}`
  t.equal(listed.text, `{"pool_name":"dc","total_allocations":2,"allocations":[${items}]}`)
  const detail = await h.call('GET', `${POOLS}/dc`)
  t.match(detail.json, { allocated_count: 5, available_count: 251 })
  t.ok(detail.text.endsWith(`,"allocations":[${items}]}`))
  const freed = await h.call('POST', `${POOLS}/dc/release`, { allocated_cidr: '10.100.0.0/30' })
  t.equal(freed.status, 200)
  t.same(freed.json, { message: "Block '10.100.0.0/30' released successfully" })
  t.match((await h.call('GET', `${POOLS}/dc/allocations`)).json, { total_allocations: 1 })
})

t.test('IPv6 figures are exact, and a /64 lists no addresses', async t => {
  const h = await begun(t)
  const pool = await h.call('POST', POOLS, {
    name: 'site',
    pool_type: 'ipv6',
    cidr: '2001:db8::/48',
  })
  t.match(pool.text, `"broadcast_address":null,"total_addresses":${2n ** 80n},`)
  const lan = await h.call('POST', `${POOLS}/site/allocate`, { prefix_length: 64 })
  t.match(lan.text, '"broadcast_address":null,"ip_addresses":[],"block_size":18446744073709551616,')
  t.equal(lan.json.ip_addresses_truncated, true)
  t.match(lan.json, { allocated_cidr: '2001:db8::/64', subnet_mask: null, pool_type: 'ipv6' })
  const four = await h.call('POST', `${POOLS}/site/allocate`, { prefix_length: 126 })
  t.equal(four.json.ip_addresses.length, 4)
  const detail = await h.call('GET', `${POOLS}/site`)
  const taken = 2n ** 64n + 4n
  t.match(detail.text, `"allocated_count":${taken},"available_count":${2n ** 80n - taken},`)
  const all = { name: 'all', pool_type: 'ipv6', cidr: '::/0' }
  t.match((await h.call('POST', POOLS, all)).text, `"total_addresses":${2n ** 128n},`)
})

t.test('of a block of 1,024 all addresses are listed, of a larger one none', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, { name: 'big', pool_type: 'ipv4', cidr: '10.0.0.0/8' })
  const listed = await h.call('POST', `${POOLS}/big/allocate`, { prefix_length: 22 })
  t.equal(listed.json.ip_addresses.length, 1024)
  t.equal(listed.json.ip_addresses.at(-1), '10.0.3.255')
  t.notOk('ip_addresses_truncated' in listed.json)
  const larger = await h.call('POST', `${POOLS}/big/allocate`, { prefix_length: 21 })
  t.match(larger.json, { ip_addresses: [], ip_addresses_truncated: true, block_size: 2048 })
  t.equal(larger.json.subnet_mask, '255.255.248.0')
})

t.test('a pool may be one block as a whole', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, { name: 'one', pool_type: 'ipv4', cidr: '0.0.0.0/0' })
  const whole = await h.call('POST', `${POOLS}/one/allocate`, { prefix_length: 0 })
  t.match(whole.json, {
    allocated_cidr: '0.0.0.0/0',
    broadcast_address: '255.255.255.255',
    subnet_mask: '0.0.0.0',
    block_size: 4294967296,
  })
  t.match(await h.call('POST', `${POOLS}/one/allocate`, { prefix_length: 32 }), {
    status: 409,
    json: { reason: 'pool-exhausted', wanted: '/32', free: '0' },
  })
})

t.test('a strategy is shown only where it is not the first free block', async t => {
  const h = await begun(t)
  const made = await h.call('POST', POOLS, { ...dc, strategy: 'last' })
  t.equal(made.json.strategy, 'last')
  const block = await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 30 })
  t.equal(block.json.allocated_cidr, '10.100.0.252/30')
  t.equal((await h.call('GET', POOLS)).json[0].strategy, 'last')
  const changed = await h.call('PATCH', `${POOLS}/dc`, { strategy: 'first', description: 'x' })
  t.match(changed, { status: 200, json: { description: 'x' } })
  t.notOk('strategy' in changed.json)
  t.equal(
    (await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 30 })).json.allocated_cidr,
    '10.100.0.0/30',
  )
})

t.test('a block with a time to live says when it expires, and is gone then', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, dc)
  const lease = { prefix_length: 30, ttl_hours: 1 }
  const block = await h.call('POST', `${POOLS}/dc/allocate`, lease)
  t.equal(block.json.expires_at, '2024-01-15T11:30:00Z')
  h.gateway.timeMs += 3_600_000
  h.gateway.apply({ type: 'expire', rowsMax: 10 })
  t.match((await h.call('GET', `${POOLS}/dc`)).json, { allocated_count: 0, allocations: [] })
})

t.test('the same space is seen on the core surface, and there a block can be released', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, dc)
  t.equal((await h.call('GET', '/api/v1/networks')).json[0].cidr, '10.100.0.0/24')
  await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 26, allocated_to: 'r1' })
  const [block] = (await h.call('GET', '/api/v1/allocations')).json
  t.match(block, { ip: '10.100.0.0', end_ip: '10.100.0.63', allocated_cidr: '10.100.0.0/26' })
  const child = await h.call('POST', '/api/v1/networks', { cidr: '10.100.0.0/28' })
  t.equal(child.status, 201, 'a block is a delegation')
  t.match(await h.call('POST', `${POOLS}/dc/release`, { allocated_cidr: '10.100.0.0/26' }), {
    status: 409,
    json: { reason: 'block-in-use', network_ids: [child.json.id] },
  })
  const beside = await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    prefix_length: 30,
  })
  t.match(beside.json, { allocated_cidr: '10.100.0.64/30' })
  t.equal((await h.call('GET', `${POOLS}/dc/allocations`)).json.total_allocations, 2)
  const path = `/api/v1/allocations/${beside.json.id}/release`
  t.equal((await h.call('POST', path)).status, 204)
  t.equal((await h.call('GET', `${POOLS}/dc/allocations`)).json.total_allocations, 1)
})

t.test('deleting a pool leaves the networks in its blocks, but not over addresses', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, dc)
  await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 26 })
  await h.call('POST', '/api/v1/networks', { cidr: '10.100.0.0/28' })
  const address = await h.call('POST', '/api/v1/allocations', {
    network_id: 'net-1',
    ip: '10.100.0.200',
  })
  t.match(await h.call('DELETE', `${POOLS}/dc`), {
    status: 409,
    json: { reason: 'pool-in-use', allocations: 1, detail: /'dc'/ },
  })
  await h.call('POST', `/api/v1/allocations/${address.json.id}/release`)
  t.equal((await h.call('DELETE', `${POOLS}/dc`)).status, 204)
  t.same(
    (await h.call('GET', '/api/v1/networks')).json.map(({ cidr }: { cidr: string }) => cidr),
    ['10.100.0.0/28'],
  )
  t.same((await h.call('GET', '/api/v1/allocations')).json, [])
})

t.test('revisions, keys and levels hold as on every surface', async t => {
  const h = await begun(t)
  const key = { 'idempotency-key': 'k-1' }
  await h.call('POST', POOLS, dc)
  const first = await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 30 }, key)
  const second = await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 30 }, key)
  t.equal(second.text, first.text)
  t.ok(second.headers.get('ipam-original-revision'))
  const other = await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 31 }, key)
  t.match(other, { status: 422, json: { reason: 'idempotency-key-reused', detail: /new key/ } })
  const tag = first.headers.get('etag') ?? ''
  const cidr = { allocated_cidr: '10.100.0.0/30' }
  const stale = await h.call('POST', `${POOLS}/dc/release`, cidr, { 'if-match': '"1"' })
  t.match(stale, { status: 412, json: { reason: 'revision-mismatch' } })
  t.equal((await h.call('POST', `${POOLS}/dc/release`, cidr, { 'if-match': tag })).status, 200)
  const poolTag = (await h.call('GET', `${POOLS}/dc`)).headers.get('etag') ?? ''
  t.equal((await h.call('DELETE', `${POOLS}/dc`, undefined, { 'if-match': '"1"' })).status, 412)
  const patch = { description: 'new' }
  const changed = await h.call('PATCH', `${POOLS}/dc`, patch, { 'if-match': poolTag })
  t.equal(changed.status, 200)
  t.not(changed.headers.get('etag'), poolTag)
  await h.call('GET', `${POOLS}/dc?level=weak&min_revision=2`)
  t.match(h.gateway.readsAsked.at(-1), { level: 'weak', minRevision: 2 })
  t.equal((await h.call('GET', `${POOLS}?level=strong`)).status, 400)
})

t.test('the audit log and the watch tell of pools and their blocks', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, dc)
  await h.call('PATCH', `${POOLS}/dc`, { description: 'x' })
  await h.call('POST', `${POOLS}/dc/allocate`, { prefix_length: 30 })
  await h.call('DELETE', `${POOLS}/dc`)
  const audit = await h.call('GET', '/api/v1/audit')
  const lines = audit.json
    .map((entry: { action: string; resource: string; details: string }) =>
      [entry.action, entry.resource, entry.details].join(' '),
    )
    .reverse()
  t.same(lines.slice(2), [
    'network_created net-1 Created network 10.100.0.0/24',
    'pool_created net-1 Created pool dc of 10.100.0.0/24',
    'pool_updated net-1 Updated pool dc of 10.100.0.0/24',
    'ip_allocated alloc-1 Allocated 10.100.0.0/30',
    'ip_released alloc-1 Released 10.100.0.0/30',
    'pool_deleted net-1 Deleted pool dc of 10.100.0.0/24',
    'network_deleted net-1 Deleted network 10.100.0.0/24',
  ])
})
