// Hosts on /ipam (CONTRACT.md I-3, I-4; UPSTREAM.md 1.5): allocations in regions, whoever made them.
import t from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const NOW = '2025-11-12T10:00:00Z'
const said = {
  device_type: 'VM',
  os_type: 'Ubuntu 22.04',
  application: 'PostgreSQL',
  cost_center: 'CC-1',
  owner: 'Database Team',
  purpose: 'Orders',
  description: 'Primary',
  notes: 'Ask first\nthen restart',
  tags: { environment: 'production' },
}

/** With a region 10.5.23.0/24. */
async function begun(t: Parameters<typeof startIpam>[0]) {
  const ipam = await startIpam(t)
  const network = ipam.region(5, 23, 'Production')
  return { ipam, network, region: ipam.uuid('region', network) }
}

const hostPath = (ipam: Ipam, id: number) => `/ipam/hosts/${ipam.uuid('host', id)}`

t.test('a host gets the lowest free address, and is read by its id and its address', async t => {
  const { ipam, region } = await begun(t)
  const next = await ipam.as('reader', 'GET', `/ipam/hosts/preview-next?region_id=${region}`)
  t.strictSame(next.json, {
    region_id: region,
    ip_address: '10.5.23.1',
    x_octet: 5,
    y_octet: 23,
    z_octet: 1,
  })
  const body = { region_id: region, hostname: 'DB-Server-01', ...said, device_type: 'vm' }
  const made = await ipam.as('manager', 'POST', '/ipam/hosts', body)
  t.equal(made.status, 201, made.text)
  const { host_id: id, ...shown } = made.json
  t.strictSame(shown, {
    hostname: 'db-server-01',
    ip_address: '10.5.23.1',
    x_octet: 5,
    y_octet: 23,
    z_octet: 1,
    region_id: region,
    region_name: 'Production',
    country_code: 'US',
    ...said,
    status: 'Active',
    created_by: 'manager',
    created_at: NOW,
    updated_at: NOW,
    expires_at: null,
  })
  t.equal(made.headers.get('location'), `/ipam/hosts/${id}`)
  for (const path of [`/ipam/hosts/${id}`, '/ipam/hosts/by-ip/10.5.23.1']) {
    const read = await ipam.as('reader', 'GET', path)
    t.strictSame(read.json, made.json, path)
    t.equal(read.headers.get('etag'), made.headers.get('etag'))
  }
  const twice = await ipam.as('manager', 'POST', '/ipam/hosts', body)
  t.equal(refusal(twice), '409 conflict')
  t.equal(twice.json.details.existing_id, id)
  const other = await ipam.as('manager', 'POST', '/ipam/hosts', { ...body, hostname: 'b' })
  t.equal(other.json.ip_address, '10.5.23.2')
  t.equal((await ipam.as('reader', 'GET', '/api/ips/10.5.23.2')).json.hostname, 'b')
})

t.test('a host of another surface is one here, and a block is none', async t => {
  const { ipam, network } = await begun(t)
  const make = (place: object) =>
    ipam.as('manager', 'POST', '/api/v1/allocations', { network_id: `net-${network}`, ...place })
  await make({ ip: '10.5.23.7', hostname: 'seven', ttl_hours: 1 })
  await make({ count: 3 })
  await make({ prefix_length: 28 })
  const seven = await ipam.as('reader', 'GET', '/ipam/hosts/by-ip/10.5.23.7')
  t.match(seven.json, { hostname: 'seven', device_type: null, tags: {} })
  t.equal(seven.json.expires_at, '2025-11-12T11:00:00Z')
  const run = await ipam.as('reader', 'GET', '/ipam/hosts/by-ip/10.5.23.2')
  t.match(run.json, { ip_address: '10.5.23.1', end_ip_address: '10.5.23.3', hostname: null })
  for (const ip of ['10.5.23.17', '10.5.23.200', '10.6.0.1', '::1'])
    t.equal(refusal(await ipam.as('reader', 'GET', `/ipam/hosts/by-ip/${ip}`)), '404 not_found', ip)
  const wrong = await ipam.as('reader', 'GET', '/ipam/hosts/by-ip/10.5.23.999')
  t.equal(refusal(wrong), '400 validation_error')
  t.match(wrong.json.details.ip_address, /^Octet 999 is above 255$/)
  t.equal(refusal(await ipam.as('reader', 'GET', hostPath(ipam, 3))), '404 not_found')
  const { json } = await ipam.as('reader', 'POST', '/ipam/hosts/bulk-lookup', {
    host_ids: [ipam.uuid('host', 1), ipam.uuid('host', 3), 'nobody', ipam.uuid('host', 2)],
  })
  t.strictSame(json.results, [seven.json, run.json])
  t.strictSame(json.not_found, [ipam.uuid('host', 3), 'nobody'])
  const byIp = await ipam.as('reader', 'POST', '/ipam/hosts/bulk-lookup', {
    ip_addresses: ['10.5.23.7', '10.5.23.99'],
  })
  t.strictSame(byIp.json, { results: [seven.json], not_found: ['10.5.23.99'] })
})

t.test('many hosts are made at once, all or none', async t => {
  const { ipam, region } = await begun(t)
  const body = { region_id: region, count: 3, hostname_prefix: 'Web', tags: { tier: '1' } }
  const made = await ipam.as('manager', 'POST', '/ipam/hosts/batch', body)
  t.equal(made.status, 201, made.text)
  t.equal(made.json.count, 3)
  t.match(made.json.hosts, [
    { hostname: 'web-001', ip_address: '10.5.23.1', tags: { tier: '1' } },
    { hostname: 'web-002', ip_address: '10.5.23.2' },
    { hostname: 'web-003', ip_address: '10.5.23.3' },
  ])
  t.equal(refusal(await ipam.as('manager', 'POST', '/ipam/hosts/batch', body)), '409 conflict')
  for (const count of [0, 101]) {
    const wrong = await ipam.as('manager', 'POST', '/ipam/hosts/batch', { ...body, count })
    t.strictSame(wrong.json.details, { count: 'Must be between 1 and 100' })
  }
  const odd = await ipam.as('manager', 'POST', '/ipam/hosts/batch', {
    ...body,
    hostname_prefix: 'a_b',
  })
  t.strictSame(Object.keys(odd.json.details), ['hostname_prefix'], odd.text)
  const full = { ...body, hostname_prefix: 'a', count: 100 }
  for (const hostname_prefix of ['a', 'b'])
    await ipam.as('manager', 'POST', '/ipam/hosts/batch', { ...full, hostname_prefix })
  const over = await ipam.as('manager', 'POST', '/ipam/hosts/batch', {
    ...full,
    hostname_prefix: 'c',
  })
  t.equal(refusal(over), '409 conflict')
  t.match(over.json.details, { wanted: '100', free: '51' })
})

t.test('what is said of a host is changed by whoever read it last', async t => {
  const { ipam, network } = await begun(t)
  const [id = 0] = ipam.hosts(network, 'a', 'b')
  const path = hostPath(ipam, id)
  const read = await ipam.as('reader', 'GET', path)
  const etag = { 'if-match': String(read.headers.get('etag')) }
  const set = { hostname: 'C', status: 'Active', ...said, device_type: 'container' }
  const changed = await ipam.as('manager', 'PATCH', path, set, etag)
  t.strictSame(changed.json, { ...read.json, ...said, hostname: 'c', device_type: 'Container' })
  t.equal(refusal(await ipam.as('manager', 'PATCH', path, set, etag)), '412 revision_mismatch')
  const less = await ipam.as('manager', 'PATCH', path, { os_type: '', notes: null, tags: {} })
  t.strictSame(less.json, { ...changed.json, os_type: null, notes: null, tags: {} })
  const rows = [
    [{ hostname: 'b' }, '409 conflict'],
    [{ hostname: '-b-' }, '400 validation_error', 'hostname'],
    [{ device_type: 'toaster' }, '400 validation_error', 'device_type'],
    [{ status: 'Reserved' }, '400 validation_error', 'status'],
    [{ status: 'Released', owner: 'x' }, '400 validation_error', 'status'],
    [{ status: 'gone' }, '400 validation_error', 'status'],
    [{ tags: { a: 'ü/ü' } }, '400 validation_error'],
    [{}, '400 validation_error', 'body'],
  ] as const
  for (const [body, refused, field] of rows) {
    const answer = await ipam.as('manager', 'PATCH', path, body)
    t.equal(refusal(answer), refused, JSON.stringify(body))
    if (field !== undefined) t.ok(answer.json.details[field], JSON.stringify(answer.json))
  }
})

t.test('a host is released once, by its id, and a retry is answered as before', async t => {
  const { ipam, network } = await begun(t)
  const [a = 0, b = 0, c = 0] = ipam.hosts(network, 'a', 'b', 'c')
  const path = hostPath(ipam, a)
  t.equal(refusal(await ipam.as('manager', 'DELETE', path)), '400 validation_error')
  t.equal(refusal(await ipam.as('reader', 'DELETE', `${path}?reason=x`)), '403 forbidden')
  const key = { 'idempotency-key': 'release-1' }
  const gone = await ipam.as('manager', 'DELETE', `${path}?reason=old`, undefined, key)
  t.strictSame(gone.json, {
    status: 'success',
    message: 'The host was released.',
    host_id: ipam.uuid('host', a),
    ip_address: '10.5.23.1',
  })
  const again = await ipam.as('manager', 'DELETE', `${path}?reason=old`, undefined, key)
  t.strictSame([again.status, again.json], [200, gone.json])
  const late = await ipam.as('manager', 'DELETE', `${path}?reason=old`)
  t.equal(refusal(late), '404 not_found')
  t.equal(late.json.message, `Host not found: ${ipam.uuid('host', a)}.`)
  t.equal(refusal(await ipam.as('reader', 'GET', path)), '404 not_found')
  t.equal(refusal(await ipam.as('manager', 'PATCH', path, { owner: 'x' })), '404 not_found')
  const released = await ipam.as('manager', 'PATCH', hostPath(ipam, b), { status: 'Released' })
  t.match(released.json, { status: 'Released', hostname: 'b', region_name: 'Production' })
  t.equal(
    refusal(await ipam.as('manager', 'PATCH', hostPath(ipam, b), { status: 'Released' })),
    '404 not_found',
  )
  const stale = { 'if-match': '"1"' }
  const kept = await ipam.as('manager', 'DELETE', `${hostPath(ipam, c)}?reason=x`, undefined, stale)
  t.equal(refusal(kept), '412 revision_mismatch')
})

t.test('many hosts are released at once, all or none', async t => {
  const { ipam, network } = await begun(t)
  const ids = ipam.hosts(network, 'a', 'b', 'c').map(id => ipam.uuid('host', id))
  const path = '/ipam/hosts/bulk-release'
  const [a, b, c] = ids
  t.equal(
    refusal(await ipam.as('manager', 'POST', path, { host_ids: ids })),
    '400 validation_error',
  )
  const twice = { host_ids: [a, a], reason: 'old' }
  t.equal(refusal(await ipam.as('manager', 'POST', path, twice)), '400 validation_error')
  const spelled = { host_ids: [a, a?.toUpperCase()], reason: 'old' }
  const same = await ipam.as('manager', 'POST', path, spelled)
  t.strictSame(same.json.details, { host_ids: 'Must be there only once' })
  await ipam.as('manager', 'POST', path, { host_ids: [c], reason: 'old' })
  const late = await ipam.as('manager', 'POST', path, { host_ids: [a, c], reason: 'old' })
  t.equal(refusal(late), '404 not_found')
  t.equal(late.json.message, `Host not found: ${c}.`)
  const done = await ipam.as('manager', 'POST', path, { host_ids: [a, b], reason: 'old' })
  t.strictSame(done.json, {
    status: 'success',
    message: '2 hosts were released.',
    host_ids: [a, b],
    hosts_released: 2,
  })
})

t.test('a Reserved region gives no address, whoever asks', async t => {
  const { ipam, region } = await begun(t)
  await ipam.as('manager', 'PATCH', `/ipam/regions/${region}`, { status: 'Reserved' })
  const made = await ipam.as('manager', 'POST', '/ipam/hosts', { region_id: region, hostname: 'a' })
  t.equal(refusal(made), '409 conflict')
  t.equal(made.json.details.region_id, region)
  const next = await ipam.as('reader', 'GET', `/ipam/hosts/preview-next?region_id=${region}`)
  t.equal(refusal(next), '409 conflict')
  const lost = await ipam.as('manager', 'POST', '/ipam/hosts', { region_id: 'x', hostname: 'a' })
  t.equal(refusal(lost), '404 not_found')
})

t.test('people say things of a host', async t => {
  const { ipam, network } = await begun(t)
  const [id = 0] = ipam.hosts(network, 'a')
  const path = `${hostPath(ipam, id)}/comments`
  const said = await ipam.as('manager', 'POST', path, { text: 'Noisy fan' })
  t.equal(said.status, 201)
  t.strictSame((await ipam.as('reader', 'GET', path)).json.results, [said.json])
  const nobody = `${hostPath(ipam, 99)}/comments`
  t.equal(refusal(await ipam.as('manager', 'POST', nobody, { text: 'x' })), '404 not_found')
  t.equal(refusal(await ipam.as('reader', 'GET', nobody)), '404 not_found')
})

t.test('an address stands where its octets say, as far as there is anything', async t => {
  const { ipam, network, region } = await begun(t)
  ipam.hosts(network, 'a')
  const ask = (ip_address: string) => ipam.as('reader', 'POST', '/ipam/interpret', { ip_address })
  const whole = (await ask('10.5.23.1')).json
  t.match(whole, {
    ip_address: '10.5.23.1',
    x_octet: 5,
    y_octet: 23,
    z_octet: 1,
    continent: 'North America',
    country: { country_code: 'US', country: 'United States', x_start: 1, x_end: 31 },
    region: { region_id: region, region_name: 'Production', host_count: 1 },
    host: { hostname: 'a', ip_address: '10.5.23.1' },
  })
  const free = (await ask('10.5.23.2')).json
  t.equal(free.region.region_id, region)
  t.notOk('host' in free)
  t.strictSame((await ask('10.0.1.2')).json, {
    ip_address: '10.0.1.2',
    x_octet: 0,
    y_octet: 1,
    z_octet: 2,
  })
  for (const ip of ['192.168.1.1', '::1', 'x', '10.1.2'])
    t.strictSame(Object.keys((await ask(ip)).json.details), ['ip_address'], ip)
})

t.test('hosts are listed newest first, by pages and conditions', async t => {
  const { ipam, network, region } = await begun(t)
  const other = ipam.uuid('region', ipam.region(5, 24))
  for (const body of [
    { region_id: region, hostname: 'alpha', owner: 'Ops', device_type: 'VM' },
    { region_id: other, hostname: 'beta', owner: 'ops' },
    { region_id: region, hostname: 'gamma-alpha', device_type: 'Storage' },
  ]) {
    ipam.gateway.timeMs += 1000
    await ipam.as('manager', 'POST', '/ipam/hosts', body)
  }
  const names = async (query: string) => {
    const { json } = await ipam.as('reader', 'GET', `/ipam/hosts?${query}`)
    return json.results.map(({ hostname }: { hostname: string }) => hostname)
  }
  t.strictSame(await names(''), ['gamma-alpha', 'beta', 'alpha'])
  t.strictSame(await names(`region_id=${region}`), ['gamma-alpha', 'alpha'])
  t.strictSame(await names(`region_id=${ipam.uuid('region', network + 9)}`), [])
  t.strictSame(await names('region_id=nothing'), [])
  t.strictSame(await names('hostname=ALPHA'), ['gamma-alpha', 'alpha'])
  t.strictSame(await names('device_type=storage'), ['gamma-alpha'])
  t.strictSame(await names('owner=OPS&status=Active'), ['beta', 'alpha'])
  t.strictSame(await names('status=Released'), [])
  const { json } = await ipam.as('reader', 'GET', '/ipam/hosts?page=2&page_size=2')
  t.match(json, { results: [{ hostname: 'alpha' }] })
  t.match(json.pagination, { page: 2, total_count: 3, total_pages: 2, has_next: false })
  t.strictSame(Object.keys(json), ['results', 'pagination'])
  const empty = await ipam.as('reader', 'GET', '/ipam/hosts?owner=&device_type=')
  t.strictSame(Object.keys(empty.json.details ?? {}), ['device_type', 'owner'], 'not all hosts')
})

t.test('a host that went with its region is called as it was asked for', async t => {
  const { ipam, network, region } = await begun(t)
  const [id = 0] = ipam.hosts(network, 'a')
  await ipam.as('manager', 'DELETE', `/ipam/regions/${region}?reason=old&cascade=true`)
  const [path, uuid] = [hostPath(ipam, id), ipam.uuid('host', id)]
  for (const [method, place, body] of [
    ['GET', path],
    ['PATCH', path, { owner: 'x' }],
    ['DELETE', `${path}?reason=x`],
    ['POST', `${path}/comments`, { text: 'x' }],
    ['POST', '/ipam/shares', { resource_type: 'host', resource_id: uuid }],
  ] as const) {
    const late = await ipam.as('manager', method, place, body)
    t.equal(refusal(late), '404 not_found', place)
    t.equal(late.json.message, `Host not found: ${uuid}.`, `${method} ${place}`)
  }
})
