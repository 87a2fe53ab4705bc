// Public links: who makes them, what they show, and how views are counted.
import t, { type Test } from 'tap'
import { GatewayError } from '../../src/gateway/index.js'
import { type Ipam, refusal, startIpam } from './ipam.js'

const DAY_MS = 86_400_000

async function begin(t: Test) {
  const ipam = await startIpam(t)
  const regionId = ipam.region(5, 23, 'Production Network', ['environment=production', 'wan'])
  const [hostId = 0] = ipam.hosts(regionId, 'db-1', 'db-2')
  const region = ipam.uuid('region', regionId)
  const host = ipam.uuid('host', hostId)
  return { ipam, region, host, regionId, hostId }
}

const share = (ipam: Ipam, body: object, name = 'reader', headers = {}) =>
  ipam.as(name, 'POST', '/ipam/shares', body, headers)
const open = (ipam: Ipam, token: string) => ipam.office.h.call('GET', `/ipam/shares/${token}`)

t.test('a share is made by whoever may read, for seven days unless he says', async t => {
  const { ipam, region } = await begin(t)
  const made = await share(ipam, { resource_type: 'region', resource_id: region })
  t.equal(made.status, 201)
  t.match(made.json, {
    share_id: /^[0-9a-f-]{36}$/,
    share_token: /^[a-z0-9]{26}$/,
    share_url: `${ipam.office.h.url}/ipam/shares/${made.json.share_token}`,
    resource_type: 'region',
    resource_id: region,
    description: null,
    view_count: 0,
    last_accessed: null,
    created_at: '2025-11-12T10:00:00Z',
    expires_at: '2025-11-19T10:00:00Z',
    is_active: true,
  })
  t.match(made.headers.get('cache-control'), 'no-store')
  const long = { expires_in_days: 30, description: 'overview' }
  const other = await share(ipam, { resource_type: 'region', resource_id: region, ...long })
  t.match(other.json, { expires_at: '2025-12-12T10:00:00Z', description: 'overview' })
  t.not(other.json.share_token, made.json.share_token)
})

t.test('what is shown keeps ids, owners and comments back', async t => {
  const { ipam, region, host } = await begin(t)
  const shown = async (resource_type: string, resource_id: string) => {
    const { json, text } = await share(ipam, { resource_type, resource_id })
    t.ok(json.share_token, text)
    const seen = await open(ipam, json.share_token)
    t.match(seen.headers.get('cache-control'), 'no-store')
    t.match(seen.json, { resource_type, shared_by: 'reader', created_at: '2025-11-12T10:00:00Z' })
    return seen.json.resource_data
  }
  t.strictSame(await shown('region', region), {
    region_name: 'Production Network',
    cidr: '10.5.23.0/24',
    status: 'Active',
    utilization: 0.8,
    host_count: 2,
    tags: { environment: 'production', wan: '' },
  })
  const country = {
    country_code: 'US',
    country_name: 'United States',
    continent: 'North America',
    region_count: 1,
    host_count: 2,
    utilization: 0.8,
  }
  t.strictSame(await shown('country', 'US'), country)
  t.strictSame(await shown('country', 'united states'), country, 'by its name as well')
  t.strictSame(await shown('host', host), {
    hostname: 'db-1',
    ip_address: '10.5.23.1',
    status: 'Active',
    region_name: 'Production Network',
    device_type: null,
    os_type: null,
    application: null,
    tags: {},
  })
})

t.test('what cannot be shared is refused', async t => {
  const { ipam, region, host } = await begin(t)
  for (const [body, says] of [
    [{ resource_type: 'region', resource_id: host }, '404 not_found'],
    [{ resource_type: 'region', resource_id: ipam.uuid('region', 99) }, '404 not_found'],
    [{ resource_type: 'host', resource_id: 'none' }, '404 not_found'],
    [{ resource_type: 'country', resource_id: 'Atlantis' }, '404 not_found'],
    [{ resource_type: 'continent', resource_id: 'x' }, '400 validation_error'],
    [{ resource_type: 'region' }, '400 validation_error'],
    [{ resource_type: 'region', resource_id: region, expires_in_days: 0 }, '400 validation_error'],
    [{ resource_type: 'region', resource_id: region, expires_in_days: 91 }, '400 validation_error'],
    [
      { resource_type: 'region', resource_id: region, description: 'x'.repeat(501) },
      '400 validation_error',
    ],
  ] as const)
    t.equal(refusal(await share(ipam, body)), says, JSON.stringify(body).slice(0, 100))
  const nobody = await ipam.office.h.call('POST', '/ipam/shares', {})
  t.equal(refusal(nobody), '401 unauthorized')
})

t.test('a link opens until it is over, revoked, or its resource or user are gone', async t => {
  const { ipam, region, regionId, host, hostId } = await begin(t)
  const make = async (resource_type: string, resource_id: string, name = 'reader') =>
    (await share(ipam, { resource_type, resource_id }, name)).json
  const [revoked, other] = [await make('region', region), await make('region', region, 'other')]
  const ofHost = await make('host', host)
  t.equal(refusal(await open(ipam, 'nothing')), '404 not_found')
  for (const { share_token } of [revoked, other, ofHost])
    t.equal((await open(ipam, share_token)).status, 200)

  const path = `/ipam/shares/${revoked.share_id}`
  t.equal(refusal(await ipam.as('other', 'DELETE', path)), '404 not_found', 'not his')
  t.equal((await ipam.as('reader', 'DELETE', path)).status, 204)
  t.equal(refusal(await ipam.as('reader', 'DELETE', path)), '404 not_found', 'twice')
  t.equal(refusal(await open(ipam, revoked.share_token)), '404 not_found', 'revoked')

  ipam.gateway.apply({ type: 'allocation.release', id: hostId, ifRevision: null })
  t.equal(refusal(await open(ipam, ofHost.share_token)), '404 not_found', 'the host is gone')

  const set = { isActive: false }
  const { id } = ipam.office.user('other')
  ipam.gateway.apply({ type: 'user.update', id, ifRevision: null, set })
  t.equal(refusal(await open(ipam, other.share_token)), '404 not_found', 'a user who is off')
  ipam.gateway.apply({ type: 'user.update', id, ifRevision: null, set: { isActive: true } })
  t.equal((await open(ipam, other.share_token)).status, 200)

  const retire = { ifRevision: null, cascade: true, reason: null }
  const last = await make('region', region)
  ipam.gateway.timeMs += 8 * DAY_MS
  t.equal(refusal(await open(ipam, last.share_token)), '404 not_found', 'over')
  const fresh = await make('region', region, 'admin')
  ipam.gateway.apply({ type: 'region.retire', id: regionId, ...retire })
  t.equal(refusal(await open(ipam, fresh.share_token)), '404 not_found', 'the region is gone')
})

t.test('an admin may revoke what somebody else shares', async t => {
  const { ipam, region } = await begin(t)
  const { json } = await share(ipam, { resource_type: 'region', resource_id: region })
  t.equal((await ipam.as('admin', 'DELETE', `/ipam/shares/${json.share_id}`)).status, 204)
  t.equal(refusal(await open(ipam, json.share_token)), '404 not_found')
})

t.test('one lists one’s own shares, the newest first, with their views', async t => {
  const { ipam, region } = await begin(t)
  const body = { resource_type: 'region', resource_id: region }
  const first = (await share(ipam, body)).json
  await share(ipam, body, 'other')
  ipam.gateway.timeMs += 1000
  const second = (await share(ipam, body)).json
  await open(ipam, first.share_token)
  ipam.gateway.timeMs += 1000
  await open(ipam, first.share_token)
  await ipam.office.h.call('HEAD', `/ipam/shares/${first.share_token}`)
  const { json, headers } = await ipam.as('reader', 'GET', '/ipam/shares')
  t.match(json.shares, [
    { share_id: second.share_id, view_count: 0, last_accessed: null, is_active: true },
    { share_id: first.share_id, view_count: 2, last_accessed: '2025-11-12T10:00:02Z' },
  ])
  t.equal(json.shares.length, 2)
  t.equal(json.shares[0].share_url, second.share_url)
  t.match(headers.get('cache-control'), 'no-store')
})

t.test('views that come while others are counted are counted together', async t => {
  const { ipam, region } = await begin(t)
  const { json } = await share(ipam, { resource_type: 'region', resource_id: region })
  const doors: (() => void)[] = []
  ipam.gateway.beforeSubmit = () => new Promise(resolve => doors.push(() => resolve()))
  const before = ipam.gateway.submitsAsked.length
  const seen = Array.from({ length: 6 }, () => open(ipam, json.share_token))
  const commands = () => ipam.gateway.submitsAsked.slice(before).map(({ command }) => command)
  while (doors.length === 0) await new Promise(setImmediate)
  // All have asked by then: the first one's command still waits.
  await new Promise(resolve => setTimeout(resolve, 100))
  t.equal(commands().length, 1, 'one at a time')
  doors.shift()?.()
  while (doors.length === 0) await new Promise(setImmediate)
  doors.shift()?.()
  for (const reply of await Promise.all(seen)) t.equal(reply.status, 200)
  ipam.gateway.beforeSubmit = () => Promise.resolve()
  const counts = commands().map(command =>
    command.type === 'shares.viewed' ? command.views.map(({ count }) => count) : command.type,
  )
  t.strictSame(counts, [[1], [5]])
  const { shares } = (await ipam.as('reader', 'GET', '/ipam/shares')).json
  t.equal(shares[0].view_count, 6)
})

t.test('a view that cannot be counted is answered all the same', async t => {
  const { ipam, region } = await begin(t)
  const { json } = await share(ipam, { resource_type: 'region', resource_id: region })
  ipam.gateway.beforeSubmit = () => Promise.reject(new GatewayError('timeout', 'unknown', 'late'))
  t.equal((await open(ipam, json.share_token)).status, 200)
  ipam.gateway.beforeSubmit = () => new Promise(() => undefined)
  const startedMs = Date.now()
  t.equal((await open(ipam, json.share_token)).status, 200, 'it waits a second at most')
  t.ok(Date.now() - startedMs < 5000)
})

t.test('a link that cannot be opened by a bug stands in no log', async t => {
  const { ipam, region } = await begin(t)
  const { json } = await share(ipam, { resource_type: 'region', resource_id: region })
  ipam.gateway.failure = new Error('a bug')
  t.equal((await open(ipam, json.share_token)).status, 500)
  const { logged } = ipam.office.h
  t.match(logged.at(-1), { level: 'error', fields: { url: '/ipam/shares/:share' } })
  t.notMatch(JSON.stringify(logged), json.share_token)
})

t.test('with the same Idempotency-Key it is the same link', async t => {
  const { ipam, region } = await begin(t)
  const body = { resource_type: 'region', resource_id: region }
  const key = { 'idempotency-key': 'once' }
  const first = await share(ipam, body, 'reader', key)
  const again = await share(ipam, body, 'reader', key)
  t.equal(again.status, 201)
  t.equal(again.json.share_token, first.json.share_token)
  t.ok(again.headers.get('ipam-original-revision'))
  await ipam.as('reader', 'DELETE', `/ipam/shares/${first.json.share_id}`)
  t.equal(refusal(await share(ipam, body, 'reader', key)), '404 not_found', 'revoked meanwhile')
})

t.test('links lead to where people reach the server', async t => {
  const outside = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'ipam.example.com' }
  for (const [options, headers, base] of [
    [{ publicUrl: 'https://ipam.example.com/' }, {}, 'https://ipam.example.com'],
    [{ trustedProxies: ['127.0.0.1'] }, outside, 'https://ipam.example.com'],
    [
      { trustedProxies: ['127.0.0.1'] },
      { 'x-forwarded-host': 'evil.example, ipam.example.com:8443' },
      'http://ipam.example.com:8443',
    ],
    [{ trustedProxies: ['127.0.0.1'] }, { 'x-forwarded-host': 'a/b?c' }, null],
    [{}, outside, null],
  ] as const) {
    const ipam = await startIpam(t, options)
    const body = { resource_type: 'country', resource_id: 'US' }
    const { json } = await share(ipam, body, 'reader', headers)
    const expected = `${base ?? ipam.office.h.url}/ipam/shares/${json.share_token}`
    t.equal(json.share_url, expected, JSON.stringify([options, headers]))
  }
})

t.test('how long a share may hold is said as document 001 says it', async t => {
  const { ipam, region } = await begin(t)
  for (const expires_in_days of [0, 91]) {
    const body = { resource_type: 'region', resource_id: region, expires_in_days }
    const { json } = await share(ipam, body)
    t.strictSame(json.details, { expires_in_days: 'Must be between 1 and 90' })
  }
})

t.test('an admin sees the shares of everybody, by pages', async t => {
  const { ipam, region } = await begin(t)
  const made: string[] = []
  for (const name of ['reader', 'other', 'manager']) {
    ipam.gateway.timeMs += 1000
    const body = { resource_type: 'region', resource_id: region }
    made.unshift((await share(ipam, body, name)).json.share_id)
  }
  const path = '/ipam/shares?all=true'
  const { json } = await ipam.as('admin', 'GET', `${path}&page_size=2`)
  t.match(json.shares, [
    { share_id: made[0], created_by: 'manager' },
    { share_id: made[1], created_by: 'other' },
  ])
  t.equal(json.shares.length, 2)
  t.match(json.pagination, { page: 1, total_count: 3, total_pages: 2, has_next: true })
  const second = (await ipam.as('admin', 'GET', `${path}&page_size=2&page=2`)).json
  t.match(second.shares, [{ share_id: made[2], created_by: 'reader' }])
  t.equal(second.shares.length, 1)
  t.equal(refusal(await ipam.as('manager', 'GET', path)), '403 forbidden')
  const own = (await ipam.as('admin', 'GET', '/ipam/shares?all=false')).json
  t.strictSame(own, { shares: [] }, 'one’s own list is whole')
  const paged = await ipam.as('reader', 'GET', '/ipam/shares?page=1')
  t.strictSame(paged.json.details, { page: 'It goes with all=true only' })
})
