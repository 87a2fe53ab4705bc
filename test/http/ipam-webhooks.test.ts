// Webhooks: made with a secret that is shown once, changed, deleted, and what was sent to them.
import t from 'tap'
import { WEBHOOK_SECRET } from '../../src/auth/index.js'
import { type Ipam, refusal, startIpam } from './ipam.js'

const PATH = '/ipam/webhooks'
const order = {
  webhook_url: 'https://app.example.com/hooks/ipam',
  events: ['region.created', 'host.allocated'],
  description: 'Production monitoring',
}

const make = (ipam: Ipam, more = {}, headers = {}) =>
  ipam.as('manager', 'POST', PATH, { ...order, ...more }, headers)
const listed = async (ipam: Ipam, name = 'manager') =>
  (await ipam.as(name, 'GET', PATH)).json.webhooks

t.test('the secret is in the answer that makes it, and sealed everywhere else', async t => {
  const ipam = await startIpam(t)
  const { sealer } = ipam.office.h
  const made = await make(ipam)
  t.equal(made.status, 201)
  t.match(made.json, {
    ...order,
    webhook_id: /^[0-9a-f-]{36}$/,
    secret_key: /^whsec_[\w-]{43}$/,
    is_active: true,
    last_delivery: null,
    failure_count: 0,
    created_at: '2025-11-12T10:00:00Z',
  })
  t.match(made.headers.get('cache-control'), 'no-store')
  const { command } = ipam.gateway.submitsAsked.at(-1) ?? {}
  if (command?.type !== 'webhook.create') throw new Error('no webhook was submitted')
  t.notMatch(command.secret, made.json.secret_key)
  t.equal(sealer.open(command.secret, WEBHOOK_SECRET), made.json.secret_key)
  const { secret_key: _, ...rest } = made.json
  t.strictSame(await listed(ipam), [rest])
  t.strictSame(await listed(ipam, 'reader'), [])
  t.not((await make(ipam)).json.secret_key, made.json.secret_key)
})

t.test('with the same Idempotency-Key it is the same webhook with its secret', async t => {
  const ipam = await startIpam(t)
  const key = { 'idempotency-key': 'once' }
  const first = await make(ipam, {}, key)
  const again = await make(ipam, {}, key)
  t.equal(again.status, 201)
  t.strictSame(again.json, first.json)
  t.equal((await listed(ipam)).length, 1)
  await ipam.as('manager', 'DELETE', `${PATH}/${first.json.webhook_id}`)
  t.equal(refusal(await make(ipam, {}, key)), '409 conflict', 'it is gone, and its secret with it')
})

t.test('what cannot be told, or where, is refused', async t => {
  const ipam = await startIpam(t)
  const many = Array.from({ length: 11 }, () => 'region.created')
  for (const more of [
    { webhook_url: 'ftp://app.example.com' },
    { webhook_url: 'app.example.com' },
    { webhook_url: '/hooks' },
    { webhook_url: 'https://user:pass@app.example.com/' },
    { webhook_url: 'http://' },
    { webhook_url: `https://app.example.com/${'x'.repeat(500)}` },
    { events: [] },
    { events: many },
    { events: ['region.exploded'] },
    { events: ['region.created', 'region.created'] },
    { secret_key: 'mine' },
  ])
    t.equal(refusal(await make(ipam, more)), '400 validation_error', JSON.stringify(more))
  t.equal(refusal(await ipam.as('reader', 'POST', PATH, order)), '403 forbidden')
  t.equal(refusal(await ipam.office.h.call('POST', PATH, order)), '401 unauthorized')
})

t.test('it is changed in part, and switched on again', async t => {
  const ipam = await startIpam(t)
  const { json } = await make(ipam)
  const path = `${PATH}/${json.webhook_id}`
  const change = (body: object, name = 'manager') => ipam.as(name, 'PATCH', path, body)
  const off = await change({ is_active: false })
  t.match(off.json, { webhook_id: json.webhook_id, is_active: false, events: order.events })
  t.notOk('secret_key' in off.json)
  const other = { webhook_url: 'http://other.example.com/', events: ['capacity.warning'] }
  t.match((await change({ ...other, description: null, is_active: true })).json, {
    ...other,
    description: null,
    is_active: true,
  })
  t.equal(refusal(await change({})), '400 validation_error')
  t.equal(refusal(await change({ webhook_url: 'gopher://x' })), '400 validation_error')
  t.equal(refusal(await change({ is_active: false }, 'reader')), '403 forbidden')
  t.equal((await change({ is_active: false }, 'admin')).status, 200)
  const nowhere = `${PATH}/${ipam.uuid('webhook', 99)}`
  t.equal(refusal(await ipam.as('manager', 'PATCH', nowhere, { is_active: true })), '404 not_found')
})

t.test('its attempts are listed, the latest first, for its user and admins', async t => {
  const ipam = await startIpam(t)
  const { json } = await make(ipam)
  ipam.region(5, 1)
  const position = { revision: ipam.gateway.store.appliedIndex(), n: 0 }
  const attempt = { position, event: 'region.created', responseMs: 145, retryMs: 2000 } as const
  const failed = { ...attempt, attempt: 1, statusCode: 500, error: 'HTTP 500' }
  const taken = { ...attempt, attempt: 2, statusCode: 200, error: null }
  for (const reported of [failed, taken]) {
    ipam.gateway.timeMs += 1000
    ipam.gateway.apply({
      type: 'deliveries.record',
      reports: [{ webhookId: 1, seen: position, attempts: [reported] }],
    })
  }
  const path = `${PATH}/${json.webhook_id}/deliveries`
  const page = (await ipam.as('manager', 'GET', path)).json
  t.match(page.deliveries, [
    {
      event_type: 'region.created',
      status_code: 200,
      response_time_ms: 145,
      attempt_number: 2,
      delivered_at: '2025-11-12T10:00:02Z',
      error_message: null,
    },
    { status_code: 500, attempt_number: 1, error_message: 'HTTP 500' },
  ])
  const [{ delivery_id: id }, { delivery_id: same }] = page.deliveries
  t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.equal(id, same, 'of one event')
  t.match(page.pagination, { total_count: 2, total_pages: 1 })
  t.match((await ipam.as('admin', 'GET', `${path}?page=2&page_size=1`)).json, {
    deliveries: [{ attempt_number: 1 }],
    pagination: { page: 2, has_prev: true },
  })
  t.match(await listed(ipam), [{ last_delivery: '2025-11-12T10:00:02Z', failure_count: 0 }])
  t.equal(refusal(await ipam.as('reader', 'GET', path)), '404 not_found', 'not his')
  t.equal(refusal(await ipam.as('manager', 'GET', `${PATH}/x/deliveries`)), '404 not_found')
})

t.test('deleted it is gone', async t => {
  const ipam = await startIpam(t)
  const path = `${PATH}/${(await make(ipam)).json.webhook_id}`
  t.equal(refusal(await ipam.as('reader', 'DELETE', path)), '403 forbidden')
  t.equal((await ipam.as('manager', 'DELETE', path)).status, 204)
  t.equal(refusal(await ipam.as('manager', 'DELETE', path)), '404 not_found')
  t.equal(refusal(await ipam.as('manager', 'GET', `${path}/deliveries`)), '404 not_found')
  t.strictSame(await listed(ipam), [])
})

t.test('an admin sees the webhooks of everybody, by pages and without their secrets', async t => {
  const ipam = await startIpam(t)
  const { secret_key: _, ...first } = (await make(ipam)).json
  ipam.gateway.timeMs += 1000
  const own = await ipam.as('admin', 'POST', PATH, order)
  const path = `${PATH}?all=true`
  const { json } = await ipam.as('admin', 'GET', `${path}&page=2&page_size=1`)
  t.strictSame(json.webhooks, [first])
  t.equal(first.created_by, 'manager')
  t.match(json.pagination, { page: 2, page_size: 1, total_count: 2, has_next: false })
  t.strictSame(
    (await listed(ipam, 'admin')).map(({ webhook_id }: { webhook_id: string }) => webhook_id),
    [own.json.webhook_id],
  )
  t.equal(refusal(await ipam.as('manager', 'GET', path)), '403 forbidden')
  const paged = await ipam.as('manager', 'GET', `${PATH}?page_size=10`)
  t.strictSame(paged.json.details, { page_size: 'It goes with all=true only' })
})
