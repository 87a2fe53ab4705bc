// /api/v1/number-pools: numbers of every kind, on the core surface.
import t from 'tap'
import { watchEvent } from '../../src/http/surfaces/core/history.js'
import { begunWith } from './harness.js'

const begun = begunWith()
const POOLS = '/api/v1/number-pools'
const vlan = { name: 'office', kind: 'vlan', range_start: 100, range_end: 102 }

t.test('VLAN ids: one by name, the lowest free, and back', async t => {
  const h = await begun(t)
  const made = await h.call('POST', POOLS, { ...vlan, admin_value: 'building 7' })
  t.equal(made.status, 201)
  t.same(made.json, {
    id: 'numpool-1',
    name: 'office',
    description: null,
    kind: 'vlan',
    format_type: null,
    admin_value: 'building 7',
    format_display: '{100-102}',
    range_start: 100,
    range_end: 102,
    total_values: 3,
    allocated_count: 0,
    available_count: 3,
    created_at: '2024-01-15T10:30:00Z',
    updated_at: '2024-01-15T10:30:00Z',
    revision: 2,
  })
  const named = { value: '101', description: 'printers', allocated_to: 'it' }
  const second = await h.call('POST', `${POOLS}/office/allocate`, named)
  t.same(second.json, {
    id: 'num-1',
    value: '101',
    pool_name: 'office',
    kind: 'vlan',
    description: 'printers',
    allocated_to: 'it',
    status: 'allocated',
    allocated_at: '2024-01-15T10:30:00Z',
    released_at: null,
    revision: 3,
  })
  t.equal(second.status, 201)
  t.equal((await h.call('POST', `${POOLS}/office/allocate`)).json.value, '100')
  t.equal((await h.call('POST', `${POOLS}/office/allocate`, {})).json.value, '102')
  t.match(await h.call('POST', `${POOLS}/office/allocate`), {
    status: 409,
    json: { code: 409, reason: 'pool-exhausted', error: /'office'/ },
  })
  t.match(await h.call('POST', `${POOLS}/office/allocate`, { value: '101' }), {
    status: 409,
    json: { reason: 'number-taken', holder: /it/ },
  })
  t.equal((await h.call('GET', `${POOLS}/office/allocations`)).json.length, 3)
  const page = await h.call('GET', `${POOLS}/office/allocations?limit=2`)
  t.equal(page.json.length, 2)
  t.match(page.headers.get('link'), 'rel="next"')
  const path = `${POOLS}/office/release`
  t.equal((await h.call('POST', path, { value: '101', revision: 2 })).status, 412)
  t.equal(
    (await h.call('POST', path, { value: '101', revision: 3 }, { 'if-match': '"2"' })).status,
    400,
  )
  t.equal((await h.call('POST', path, { value: '101', revision: 3 })).status, 204)
  t.match(await h.call('POST', path, { value: '101' }), {
    status: 404,
    json: { reason: 'number-not-found' },
  })
  t.match((await h.call('GET', `${POOLS}/office`)).json, { allocated_count: 2 })
})

t.test('every kind is listed here, or one of them', async t => {
  const h = await begun(t)
  const route = { format_type: 0, admin_value: '65000', range_start: 1, range_end: 9 }
  for (const body of [
    vlan,
    { name: 'as', kind: 'asn', range_start: 4200000000, range_end: 4294967294 },
    { name: 'rt', kind: 'rt', ...route },
    { name: 'rd', kind: 'rd', ...route },
  ])
    t.equal((await h.call('POST', POOLS, body)).status, 201, body.name)
  const namesOf = async (path: string) =>
    (await h.call('GET', path)).json.map(({ name }: { name: string }) => name)
  t.same(await namesOf(POOLS), ['office', 'as', 'rt', 'rd'])
  t.same(await namesOf(`${POOLS}?kind=asn`), ['as'])
  t.same(await namesOf('/api/v1/rtrd-pools'), ['rt', 'rd'])
  t.equal((await h.call('POST', `${POOLS}/rt/allocate`)).json.value, '65000:1')
  t.equal((await h.call('POST', '/api/v1/rtrd-pools/rt/allocate')).json.value, '65000:2')
  t.equal((await h.call('POST', `${POOLS}/as/allocate`)).json.value, '4200000000')
  const changed = await h.call('PATCH', `${POOLS}/as`, { description: 'private' })
  t.match(changed, { status: 200, json: { description: 'private' } })
  t.equal((await h.call('DELETE', `${POOLS}/as`)).status, 204)
  t.match(await h.call('GET', `${POOLS}/as`), { status: 404, json: { code: 404 } })
})

t.test('bad input is 400 and names field and value', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, vlan)
  const asn = { name: 'q', kind: 'asn', range_start: 1, range_end: 9 }
  for (const [path, body, field, value] of [
    [POOLS, { ...vlan, name: 'q', kind: 'mac' }, 'kind', 'mac'],
    [POOLS, { ...vlan, name: 'q', range_start: 0 }, 'range_start', '0'],
    [POOLS, { ...vlan, name: 'q', range_end: 4095 }, 'range_end', '4095'],
    [POOLS, { ...vlan, name: 'q', format_type: 0 }, 'format_type', '0'],
    [POOLS, { ...vlan, name: 'q', admin_value: '' }, 'admin_value', ''],
    [POOLS, { ...asn, range_start: 0 }, 'range_start', '0'],
    [POOLS, { ...asn, admin_value: 'x' }, 'admin_value', 'x'],
    [POOLS, { ...asn, kind: 'rt' }, 'format_type', 'null'],
    [POOLS, { ...asn, pool_type: 'asn' }, 'pool_type', 'kind'],
    [`${POOLS}/office/allocate`, { value: '103' }, 'value', '103'],
    [`${POOLS}/office/allocate`, { value: '0100' }, 'value', '0100'],
    [`${POOLS}/office/allocate`, { value: 100 }, 'value', '100'],
    [`${POOLS}/office/release`, {}, 'value', ''],
  ] as const) {
    const answer = await h.call('POST', path, body)
    const row = `${path} ${JSON.stringify(body)}: ${answer.text}`
    t.match(answer, { status: 400, json: { code: 400, field } }, row)
    t.ok(answer.json.error.includes(value), row)
  }
  t.equal((await h.call('GET', `${POOLS}?kind=mac`)).status, 400)
})

t.test('the audit log and the watch tell of numbers', async t => {
  const h = await begun(t)
  await h.call('POST', POOLS, vlan)
  await h.call('PATCH', `${POOLS}/office`, { description: 'x' })
  await h.call('POST', `${POOLS}/office/allocate`, { allocated_to: 'it' })
  await h.call('POST', `${POOLS}/office/release`, { value: '100' })
  await h.call('DELETE', `${POOLS}/office`)
  const lines = (await h.call('GET', '/api/v1/audit')).json.map(
    (entry: { action: string; resource: string; details: string }) =>
      `${entry.action} ${entry.resource} ${entry.details}`,
  )
  t.same(lines.reverse().slice(2), [
    'number_pool_created numpool-1 Created number pool office',
    'number_pool_updated numpool-1 Updated number pool office',
    'number_allocated num-1 Allocated 100 of office to it',
    'number_released num-1 Released 100 of office from it',
    'number_pool_deleted numpool-1 Deleted number pool office',
  ])
  const changes = h.gateway.store.reads.changesAfter({ revision: 3, n: 0 }, 1)
  t.match(
    changes.map(change => JSON.parse(watchEvent(change)?.json ?? '')),
    [
      {
        action: 'number_allocated',
        resource: 'num-1',
        before: null,
        after: { id: 'num-1', pool_id: 'numpool-1', value: '100', allocated_to: 'it' },
      },
    ],
  )
})
