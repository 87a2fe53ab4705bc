// Countries and regions on /ipam (CONTRACT.md I-1 to I-5; UPSTREAM.md 1.5).
import t from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const NOW = '2025-11-12T10:00:00Z'
const production = {
  region_name: 'Production Network',
  description: 'Primary production environment',
  owner: 'DevOps Team',
  tags: { environment: 'production', department: 'engineering', bare: '' },
}

async function make(ipam: Ipam, body: object) {
  const made = await ipam.as('manager', 'POST', '/ipam/regions', body)
  if (made.status !== 201) throw new Error(made.text)
  return made.json
}

t.test('a region is made at the lowest free range of its country, read and changed', async t => {
  const ipam = await startIpam(t)
  const made = await ipam.as('manager', 'POST', '/ipam/regions', { country: 'us', ...production })
  t.equal(made.status, 201, made.text)
  const { region_id: id, ...shown } = made.json
  t.strictSame(shown, {
    region_name: 'Production Network',
    country: 'United States',
    country_code: 'US',
    continent: 'North America',
    x_octet: 1,
    y_octet: 0,
    cidr: '10.1.0.0/24',
    description: 'Primary production environment',
    owner: 'DevOps Team',
    status: 'Active',
    tags: production.tags,
    utilization: 0,
    utilization_percentage: 0,
    host_count: 0,
    allocated_hosts: 0,
    capacity: 254,
    created_by: 'manager',
    created_at: NOW,
    updated_at: NOW,
  })
  t.equal(made.headers.get('location'), `/ipam/regions/${id}`)
  for (const path of [`/ipam/regions/${id}`, `/api/v1/ipam/regions/${id.toUpperCase()}`]) {
    const read = await ipam.as('reader', 'GET', path)
    t.strictSame(read.json, made.json, path)
    t.equal(read.headers.get('etag'), made.headers.get('etag'))
  }
  const etag = { 'if-match': String(made.headers.get('etag')) }
  const set = { status: 'Reserved', owner: null, tags: { tier: '1' } }
  const path = `/ipam/regions/${id}`
  const changed = await ipam.as('manager', 'PATCH', path, set, etag)
  t.strictSame(changed.json, { ...made.json, ...set })
  const late = await ipam.as('manager', 'PATCH', path, { owner: 'x' }, etag)
  t.equal(refusal(late), '412 revision_mismatch')
  const core = await ipam.as('reader', 'GET', '/api/v1/networks')
  t.match(core.json, [{ cidr: '10.1.0.0/24', tags: ['tier=1'] }])
})

t.test('where a region is to be is said in one way', async t => {
  const ipam = await startIpam(t)
  const made = async (place: object, name: string) =>
    (await make(ipam, { ...place, region_name: name })).cidr
  t.equal(await made({ country_code: 'GB' }, 'a'), '10.72.0.0/24')
  t.equal(await made({ country: 'united kingdom' }, 'b'), '10.72.1.0/24')
  t.equal(await made({ country: 'united kingdom', country_code: 'gb' }, 'b2'), '10.72.2.0/24')
  t.equal(await made({ cidr: '10.5.23.0/24' }, 'c'), '10.5.23.0/24')
  t.equal(await made({ x_octet: 5, y_octet: 24 }, 'd'), '10.5.24.0/24')
  const rows = [
    [{}, '400 validation_error', 'country'],
    [{ country: 'US', cidr: '10.5.1.0/24' }, '400 validation_error', 'country'],
    [{ country: 'United States', country_code: 'GB' }, '400 validation_error', 'country_code'],
    [{ country: 'US', country_code: 'ZZ' }, '404 not_found'],
    [{ x_octet: 5 }, '400 validation_error', 'y_octet'],
    [{ x_octet: 256, y_octet: -1 }, '400 validation_error', 'x_octet', 'y_octet'],
    [{ cidr: '10.5.0.0/16' }, '400 validation_error', 'cidr'],
    [{ cidr: '192.168.1.0/24' }, '400 validation_error', 'cidr'],
    [{ cidr: 'nonsense' }, '400 validation_error', 'cidr'],
    [{ country: 'Atlantis' }, '404 not_found'],
    [{ cidr: '10.5.23.0/24' }, '409 conflict'],
  ] as const
  for (const [place, refused, ...fields] of rows) {
    const body = { ...place, region_name: 'e' }
    const answer = await ipam.as('manager', 'POST', '/ipam/regions', body)
    const row = JSON.stringify(place)
    t.equal(refusal(answer), refused, row)
    t.equal(answer.json.success, false)
    for (const field of fields) t.ok(answer.json.details[field], `${row} names ${field}`)
  }
  const again = await ipam.as('manager', 'POST', '/ipam/regions', {
    country: 'GB',
    region_name: 'a',
  })
  t.equal(refusal(again), '409 conflict', 'a name is its country’s once')
  t.match(again.json.message, /a already: [0-9a-f-]{36}\.$/)
})

t.test('every field that is wrong is named, in the words of the documents', async t => {
  const ipam = await startIpam(t)
  const body = {
    x_octet: 300,
    y_octet: 'x',
    region_name: '',
    tags: { 'no spaces': '1' },
    colour: 'red',
  }
  const answer = await ipam.as('manager', 'POST', '/ipam/regions', body)
  t.equal(refusal(answer), '400 validation_error')
  t.match(answer.json.details, {
    x_octet: 'Must be between 0 and 255',
    y_octet: 'Must be integer',
    region_name: 'Must not be empty',
    tags: /^A tag's key must be/,
    colour: 'It is not known here',
  })
  const query = await ipam.as('reader', 'GET', '/ipam/regions?page_size=101&page=0')
  t.strictSame(query.json.details, {
    page: 'Must be >= 1',
    page_size: 'Must be between 1 and 100',
  })
  const slash = { country: 'US', region_name: 'a', tags: { path: 'x/y' } }
  const tagged = await ipam.as('manager', 'POST', '/ipam/regions', slash)
  t.match(tagged.json.message, /and \. - _\.$/, 'no two full stops')
  const unknown = await ipam.as('reader', 'GET', '/ipam/regions?colour=red')
  t.strictSame(unknown.json.details, { colour: 'It is not known here' })
  t.match(unknown.json.message, /known here: country, country_code, /)
  const nowhere = await ipam.as('reader', 'GET', '/ipam/regions?country=&country_code=&owner=')
  t.strictSame(Object.keys(nowhere.json.details), ['country', 'country_code', 'owner'])
  const half = await ipam.as('manager', 'POST', '/ipam/regions', { x_octet: 5, region_name: 'a' })
  t.match(half.json.message, /^Missing field y_octet: /)
  const blank = await ipam.as('manager', 'POST', '/ipam/regions', {
    country: 'US',
    region_name: ' ',
  })
  t.strictSame(blank.json.details, {
    region_name: 'Must be text without control characters, and not blank',
  })
})

t.test('a permission that is missing is called as document 001 calls it', async t => {
  const ipam = await startIpam(t)
  const body = { country: 'US', region_name: 'a' }
  const forbidden = await ipam.as('reader', 'POST', '/ipam/regions', body)
  t.strictSame(forbidden.json.details, { permission: 'ipam:allocate' })
  const nobody = await ipam.office.h.call('GET', '/ipam/regions')
  t.strictSame([nobody.status, nobody.json.details], [401, { permission: 'ipam:read' }])
})

t.test('regions are listed newest first, by pages and conditions', async t => {
  const ipam = await startIpam(t)
  await make(ipam, { country: 'US', region_name: 'Alpha', owner: 'Ops' })
  ipam.gateway.timeMs += 1000
  await make(ipam, { country: 'JP', region_name: 'Beta', owner: 'ops' })
  ipam.gateway.timeMs += 1000
  const gamma = await make(ipam, { country: 'US', region_name: 'Gamma alpha' })
  await ipam.as('manager', 'PATCH', `/ipam/regions/${gamma.region_id}`, { status: 'Reserved' })
  const names = async (query: string) => {
    const { json } = await ipam.as('reader', 'GET', `/ipam/regions?${query}`)
    return json.results.map((region: { region_name: string }) => region.region_name)
  }
  t.strictSame(await names(''), ['Gamma alpha', 'Beta', 'Alpha'])
  t.strictSame(await names('country_code=US'), ['Gamma alpha', 'Alpha'])
  t.strictSame(await names('country=japan'), ['Beta'])
  t.strictSame(await names('country=Atlantis'), [])
  t.strictSame(await names('owner=OPS'), ['Beta', 'Alpha'])
  t.strictSame(await names('status=Reserved'), ['Gamma alpha'])
  t.strictSame(await names('region_name=ALPHA&status=Active'), ['Alpha'])
  const { json } = await ipam.as('reader', 'GET', '/ipam/regions?page=2&page_size=1')
  t.strictSame(json.results[0].region_name, 'Beta')
  t.strictSame(json.pagination, {
    page: 2,
    page_size: 1,
    total_count: 3,
    total_pages: 3,
    has_next: true,
    has_prev: true,
  })
  t.strictSame(await names('page=9'), [])
})

t.test('what would be next is what is next, and a full country is 409', async t => {
  const ipam = await startIpam(t)
  const path = '/ipam/regions/preview-next?country='
  const narrow = { x_start: 240, x_end: 240, continent: 'Sea', country: 'Nowhere' }
  await ipam.as('admin', 'POST', '/ipam/countries', { country_code: 'XX', ...narrow })
  const next = await ipam.as('reader', 'GET', `${path}xx`)
  t.strictSame(next.json, {
    country: 'Nowhere',
    country_code: 'XX',
    cidr: '10.240.0.0/24',
    x_octet: 240,
    y_octet: 0,
  })
  for (let y = 0; y < 256; y += 1) ipam.region(240, y)
  t.equal(refusal(await ipam.as('reader', 'GET', `${path}Nowhere`)), '409 conflict')
  t.equal(refusal(await ipam.as('reader', 'GET', `${path}Atlantis`)), '404 not_found')
  t.equal(
    refusal(await ipam.as('reader', 'GET', '/ipam/regions/preview-next')),
    '400 validation_error',
  )
  const country = await ipam.as('reader', 'GET', '/ipam/countries/XX')
  t.match(country.json, {
    total_capacity: 256,
    allocated_regions: 256,
    remaining_capacity: 0,
    utilization_percentage: 100,
  })
})

t.test('a region with hosts is retired by cascade only, with a reason', async t => {
  const ipam = await startIpam(t)
  const network = ipam.region(5, 23)
  ipam.hosts(network, 'a', 'b')
  const path = `/ipam/regions/${ipam.uuid('region', network)}`
  const used = await ipam.as('reader', 'GET', `${path}/utilization`)
  t.match(used.json, {
    cidr: '10.5.23.0/24',
    capacity: 254,
    allocated: 2,
    available: 252,
    host_count: 2,
    utilization_percentage: 0.8,
  })
  t.equal(refusal(await ipam.as('manager', 'DELETE', path)), '400 validation_error')
  const kept = await ipam.as('manager', 'DELETE', `${path}?reason=old`)
  t.equal(refusal(kept), '409 conflict')
  t.strictSame(kept.json.details, { allocations: 2, reservations: 0 })
  t.match(kept.json.message, /^The region is in use .* cascade=true\.$/)
  t.equal(refusal(await ipam.as('manager', 'DELETE', `${path}?reason=%20`)), '400 validation_error')
  t.equal(refusal(await ipam.as('reader', 'DELETE', `${path}?reason=old`)), '403 forbidden')
  const key = { 'idempotency-key': 'retire-1' }
  const asked = `${path}?reason=old&cascade=true`
  const gone = await ipam.as('manager', 'DELETE', asked, undefined, key)
  t.strictSame(gone.json, {
    status: 'success',
    message: 'The region was retired.',
    region_id: ipam.uuid('region', network),
    cascade: true,
    hosts_retired: 2,
  })
  const repeated = await ipam.as('manager', 'DELETE', asked, undefined, key)
  t.strictSame([repeated.status, repeated.json], [200, gone.json])
  t.equal(refusal(await ipam.as('reader', 'GET', path)), '404 not_found')
  for (const [method, place, body] of [
    ['DELETE', asked],
    ['PATCH', path, { owner: 'x' }],
    ['POST', `${path}/comments`, { text: 'x' }],
    ['POST', '/ipam/hosts', { region_id: ipam.uuid('region', network), hostname: 'c' }],
    [
      'POST',
      '/ipam/shares',
      { resource_type: 'region', resource_id: ipam.uuid('region', network) },
    ],
  ] as const) {
    const late = await ipam.as('manager', method, place, body)
    t.equal(refusal(late), '404 not_found', place)
    t.equal(late.json.message, `Region not found: ${ipam.uuid('region', network)}.`, place)
  }
})

t.test('what is no region of ours names nothing', async t => {
  const ipam = await startIpam(t)
  const network = ipam.region(5, 23)
  ipam.gateway.apply({
    type: 'network.create',
    vrf: 'default',
    place: { cidr: '10.6.0.0/24' },
    description: null,
    tags: [],
    holdHours: 0,
  })
  for (const id of [
    ipam.uuid('region', network + 1),
    ipam.uuid('host', network),
    ipam.uuid('region', 99),
    `net-${network}`,
    'x'.repeat(300),
  ]) {
    for (const [method, path, body] of [
      ['GET', ''],
      ['GET', '/utilization'],
      ['GET', '/comments'],
      ['POST', '/comments', { text: 'x' }],
      ['PATCH', '', { owner: 'x' }],
      ['DELETE', '?reason=x'],
    ] as const) {
      const answer = await ipam.as('manager', method, `/ipam/regions/${id}${path}`, body)
      t.equal(refusal(answer), '404 not_found', `${method} ${id}${path}`)
      t.match(answer.json.message, /^Region not found: /)
    }
  }
})

t.test('people say things of a region', async t => {
  const ipam = await startIpam(t)
  const path = `/ipam/regions/${ipam.uuid('region', ipam.region(5, 23))}/comments`
  const first = await ipam.as('manager', 'POST', path, { text: 'First\nlines' })
  t.equal(first.status, 201)
  t.match(first.json, {
    text: 'First\nlines',
    created_by: 'manager',
    user_id: `user_${ipam.office.user('manager').id}`,
    created_at: NOW,
  })
  const second = await ipam.as('admin', 'POST', path, { text: 'Second' })
  const { json } = await ipam.as('reader', 'GET', path)
  t.strictSame(json.results, [second.json, first.json])
  t.equal(json.pagination.total_count, 2)
  t.equal(refusal(await ipam.as('reader', 'POST', path, { text: 'x' })), '403 forbidden')
  for (const text of ['', '\u0000', 'x'.repeat(2001)])
    t.equal(refusal(await ipam.as('manager', 'POST', path, { text })), '400 validation_error')
})

t.test('the table of countries is read by everybody and edited by admins', async t => {
  const ipam = await startIpam(t)
  ipam.region(5, 23)
  const { json } = await ipam.as('reader', 'GET', '/ipam/countries')
  t.equal(json.length, 15)
  const us = {
    resource_id: 'US',
    country_code: 'US',
    country: 'United States',
    continent: 'North America',
    x_start: 1,
    x_end: 31,
    total_blocks: 31,
    is_reserved: false,
    total_capacity: 7936,
    allocated_regions: 1,
    remaining_capacity: 7935,
    utilization_percentage: 0,
  }
  t.strictSame(json[0], us)
  for (const name of ['US', 'us', 'United States', 'united%20states']) {
    const read = await ipam.as('reader', 'GET', `/ipam/countries/${name}`)
    t.strictSame(read.json, us, name)
  }
  const asia = await ipam.as('reader', 'GET', '/ipam/countries?continent=asia')
  t.strictSame(
    asia.json.map((country: { country_code: string }) => country.country_code),
    ['IN', 'SG', 'JP', 'KR'],
  )
  const used = await ipam.as('reader', 'GET', '/ipam/countries/US/utilization')
  t.match(used.json, { total_capacity: 7936, allocated: 1, available: 7935 })
  t.equal(used.json.breakdown.length, 31)
  t.strictSame(used.json.breakdown[4], { x_octet: 5, allocated: 1, capacity: 256 })
})

t.test('a country is added, changed and taken out of the table', async t => {
  const ipam = await startIpam(t)
  const body = {
    country_code: 'nz',
    country: 'New Zealand',
    continent: 'Oceania',
    x_start: 230,
    x_end: 231,
  }
  const path = '/ipam/countries'
  t.equal(refusal(await ipam.as('manager', 'POST', path, body)), '403 forbidden')
  const made = await ipam.as('admin', 'POST', path, body)
  t.equal(made.headers.get('location'), `${path}/NZ`)
  t.match(made.json, { ...body, country_code: 'NZ', total_capacity: 512 })
  const etag = { 'if-match': String(made.headers.get('etag')) }
  const rows = [
    [{ ...body }, '409 conflict'],
    [{ ...body, country_code: 'ZZ' }, '409 conflict'],
    [{ ...body, country_code: 'ZZ', country: 'Other' }, '409 conflict'],
    [{ ...body, country_code: 'ZZZ' }, '400 validation_error', 'country_code'],
    [
      { ...body, country_code: 'ZZ', country: 'A<b>', x_start: 250, x_end: 251 },
      '400 validation_error',
      'country',
    ],
    [
      { ...body, country_code: 'ZZ', country: 'Other', x_start: 251, x_end: 250 },
      '400 validation_error',
      'x_end',
    ],
  ] as const
  for (const [wrong, refused, field] of rows) {
    const answer = await ipam.as('admin', 'POST', path, wrong)
    t.equal(refusal(answer), refused, JSON.stringify(wrong))
    if (field !== undefined) t.match(answer.json.details[field], /^Must (be|not)/, field)
    t.notMatch(answer.text, '[A-Za-z]', 'no pattern is shown')
  }
  const changed = await ipam.as('admin', 'PATCH', `${path}/new%20zealand`, { x_end: 235 }, etag)
  t.match(changed.json, { country_code: 'NZ', x_start: 230, x_end: 235 })
  t.equal(
    refusal(await ipam.as('admin', 'DELETE', `${path}/NZ`, undefined, etag)),
    '412 revision_mismatch',
  )
  t.equal((await ipam.as('admin', 'DELETE', `${path}/NZ`)).status, 204)
  t.equal(refusal(await ipam.as('admin', 'GET', `${path}/NZ`)), '404 not_found')
  t.equal(refusal(await ipam.as('admin', 'DELETE', `${path}/NZ`)), '404 not_found')
})

t.test('a region whose X is nobody’s is of no country', async t => {
  const ipam = await startIpam(t)
  const path = `/ipam/regions/${ipam.uuid('region', ipam.region(0, 7))}`
  t.match((await ipam.as('reader', 'GET', path)).json, {
    country: null,
    country_code: null,
    continent: null,
  })
})
