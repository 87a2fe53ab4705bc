// The audit log and alerts of the office surface.
import t from 'tap'
import { FinderBusyError } from '../../src/store/index.js'
import { type Office, PASSWORD, refusal, startOffice } from './office.js'
import { apply, DAY_MS, fill } from './office-reports-samples.js'

const LOGS = '/api/audit-logs'
const ALERTS = '/api/reports/alerts'

type Entry = { readonly [field: string]: unknown }

async function entries(office: Office, token: string, query: string): Promise<Entry[]> {
  const { status, json, text } = await office.as(token, 'GET', LOGS + query)
  if (status !== 200) throw new Error(text)
  return json.data
}

t.test('the audit log says who did what from where, and what it was before', async t => {
  const office = await startOffice(t)
  await fill(office)
  const manager = await office.token('manager')
  const [release, ...more] = await entries(office, manager, '?entity_type=ip&action=release')
  t.strictSame(more, [])
  t.match(release, {
    user_id: null,
    user_name: 'system',
    action: 'RELEASE',
    entity_type: 'ip',
    entity_id: 3,
    old_values: { ip_address: '192.168.1.7', subnet_id: 1, status: 'allocated' },
    new_values: { ip_address: '192.168.1.7', status: 'released' },
    created_at: '2024-01-16T10:30:00Z',
  })
  const id = office.user('manager').id
  const [mine] = await entries(office, manager, `?user_id=${id}&action=ALLOCATE`)
  t.match(mine, { user_id: id, user_name: 'manager', old_values: null, ip_address: '127.0.0.1' })
  t.match(mine?.new_values, { hostname: 'mine', allocated_at: '2024-01-15T10:30:00Z' })
  t.match(mine?.user_agent, /./)
  const [subnet] = await entries(office, manager, '?entity_type=subnet&size=1&page=2')
  t.match(subnet, { action: 'CREATE', new_values: { network: '192.168.1.0/24', vlan_id: 100 } })
  const [reserved] = await entries(office, manager, '?action=reserve')
  t.match(reserved, { entity_type: 'ip', entity_id: 'uid-1' }, 'a reservation is about an address')
})

t.test('ids are of one line each, and later for what came later', async t => {
  const office = await startOffice(t)
  await fill(office)
  const ids = (await entries(office, await office.token('admin'), '?size=1000')).map(({ id }) =>
    Number(id),
  )
  t.ok(ids.length > 10)
  t.strictSame(
    ids,
    [...new Set(ids)].sort((one, other) => other - one),
  )
})

t.test('days are included, and so are times to the second', async t => {
  const office = await startOffice(t)
  await fill(office)
  const manager = await office.token('manager')
  const countOf = async (query: string) =>
    (await entries(office, manager, `?entity_type=ip&${query}`)).length
  t.equal(await countOf(''), 6)
  t.equal(await countOf('start_date=2024-01-16'), 3)
  t.equal(await countOf('end_date=2024-01-15'), 3)
  t.equal(await countOf('start_date=2024-01-15&end_date=2024-01-16'), 6)
  t.equal(await countOf('end_date=2024-01-15T10:30:00Z'), 3)
  t.equal(await countOf('end_date=2024-01-15T10:29:59Z'), 0)
  t.equal(await countOf(`start_date=${encodeURIComponent('2024-01-16T11:30:00+01:00')}`), 3)
  t.equal(await countOf('start_date=2024-01-17'), 0)
})

t.test('the audit log goes by pages', async t => {
  const office = await startOffice(t)
  await fill(office)
  const manager = await office.token('manager')
  const { json } = await office.as(manager, 'GET', `${LOGS}?entity_type=ip&size=4&page=2`)
  t.equal(json.data.length, 2)
  t.strictSame(json.pagination, { page: 2, size: 4, total: 6, pages: 2 })
})

t.test('the audit log is for who may change things, and is strict', async t => {
  const office = await startOffice(t)
  t.equal(refusal(await office.h.call('GET', LOGS)), '401 UNAUTHORIZED')
  const reader = await office.token('reader')
  t.equal(refusal(await office.as(reader, 'GET', LOGS)), '403 INSUFFICIENT_PERMISSIONS')
  t.equal((await office.as(await office.token('admin'), 'GET', LOGS)).status, 200)
  const manager = await office.token('manager')
  for (const [query, field, reason] of [
    ['action=destroy', 'action', /^it must be one of CREATE, /],
    ['entity_type=host', 'entity_type', /^it must be one of .*ip/],
    ['start_date=2024-02-30', 'start_date', /or a time like/],
    ['end_date=2024-01-01T25:00:00Z', 'end_date', /or a time like/],
    ['user_id=0', 'user_id', /must be >= 1/],
  ] as const) {
    const answer = await office.as(manager, 'GET', `${LOGS}?${query}`)
    t.equal(refusal(answer), '422 INVALID_REQUEST', query)
    t.match(answer.json.error.details, { field, reason }, query)
  }
  office.h.gateway.finder.failure = new FinderBusyError(40)
  t.equal((await office.as(manager, 'GET', LOGS)).status, 503)
})

t.test('nothing that is secret is in the audit log', async t => {
  const office = await startOffice(t)
  const admin = await office.token('admin')
  const secret = 'a password of the mail server'
  const config = { smtp_host: 'mail.example.com', smtp_password: secret }
  await office.as(admin, 'PUT', '/api/system/config', config)
  const { token } = await office.permanentToken(admin)
  const password = 'another long password'
  const change = { old_password: PASSWORD, new_password: password }
  await office.as(admin, 'PUT', '/api/auth/password', change)
  await office.login('reader', 'a wrong password')
  const manager = await office.token('manager')
  const { text } = await office.as(manager, 'GET', `${LOGS}?size=1000`)
  for (const action of ['CREATE', 'LOGIN', 'LOGIN_FAILED', 'UPDATE', 'CHANGE_PASSWORD'])
    t.ok(text.includes(`"${action}"`), `${action} is there`)
  for (const hidden of [secret, token, PASSWORD, password, 'a wrong password', manager, '$argon2'])
    t.notOk(text.includes(hidden), hidden)
})

/** A network that is full, and a lease of which a day is left. */
async function withAlerts(office: Office): Promise<void> {
  await office.h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/30' })
  await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1', ttl_hours: 24 * 30 })
  await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  office.h.gateway.timeMs += 29 * DAY_MS
  review(office)
}

function review(office: Office): void {
  const subjects = { networkIds: [1], allocationIds: [1], forgetBeforeMs: 0 }
  apply(office, { type: 'alerts.review', ...subjects })
}

t.test('alerts that are open, the latest first, in the reader’s language', async t => {
  const office = await startOffice(t)
  await withAlerts(office)
  const reader = await office.token('reader')
  const { json } = await office.as(reader, 'GET', ALERTS)
  t.strictSame(json.pagination, { page: 1, size: 50, total: 2, pages: 1 })
  const byType = new Map(json.data.map((alert: Entry) => [alert.type, alert]))
  t.strictSame(byType.get('utilization'), {
    id: 1,
    type: 'utilization',
    severity: 'critical',
    alert_message: 'Subnet 10.0.0.0/30 is allocated to 100.00 %.',
    subnet_id: 1,
    network: '10.0.0.0/30',
    ip_address: null,
    value: 100,
    is_resolved: false,
    resolved_at: null,
    created_at: '2024-02-13T10:30:00Z',
  })
  t.match(byType.get('expiry'), {
    severity: 'high',
    ip_address: '10.0.0.1',
    value: 1,
    alert_message: 'The allocation of 10.0.0.1 ends at 2024-02-14T10:30:00Z.',
  })
  const zh = await office.as(reader, 'GET', ALERTS, undefined, { 'accept-language': 'zh' })
  t.strictSame(
    zh.json.data.map((alert: Entry) => alert.alert_message).sort(),
    ['10.0.0.1的分配将于2024-02-14T10:30:00Z到期', '网段10.0.0.0/30的使用率已达100.00%'].sort(),
  )
})

t.test('resolved alerts, all of them, those of one severity, page by page', async t => {
  const office = await startOffice(t)
  await withAlerts(office)
  apply(office, { type: 'allocation.release', id: 2, ifRevision: null })
  office.h.gateway.timeMs += 60_000
  review(office)
  const reader = await office.token('reader')
  const typesOf = async (query: string) => {
    const { json } = await office.as(reader, 'GET', ALERTS + query)
    return [json.pagination.total, ...json.data.map((alert: Entry) => alert.type)]
  }
  t.strictSame(await typesOf(''), [1, 'expiry'])
  t.strictSame(await typesOf('?status=resolved'), [1, 'utilization'])
  t.strictSame(await typesOf('?status=all'), [2, 'expiry', 'utilization'])
  t.strictSame(await typesOf('?status=all&size=1&page=2'), [2, 'utilization'])
  t.strictSame(await typesOf('?status=all&size=1&page=3'), [2])
  t.strictSame(await typesOf('?status=all&severity=critical'), [1, 'utilization'])
  t.strictSame(await typesOf('?severity=low'), [0])
  const { json } = await office.as(reader, 'GET', `${ALERTS}?status=resolved`)
  t.match(json.data[0], { is_resolved: true, resolved_at: '2024-02-13T10:31:00Z' })
})
