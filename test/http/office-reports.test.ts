// What reports of the office surface say, and to whom.
import t from 'tap'
import { defaultHttpOptions } from '../../src/http/index.js'
import { FinderBusyError } from '../../src/store/index.js'
import { type Office, refusal, startOffice } from './office.js'
import { apply, fill } from './office-reports-samples.js'

const DASHBOARD = '/api/reports/dashboard'
const UTILIZATION = '/api/reports/utilization'
const INVENTORY = '/api/reports/inventory'
const EXPORT = '/api/reports/export'

const sums = {
  total_subnets: 2,
  total_ips: 254,
  allocated_ips: 7,
  reserved_ips: 1,
  available_ips: 246,
  utilization: 2.76,
}

t.test('the dashboard has the sums, the fullest subnets, and what happened last', async t => {
  const office = await startOffice(t)
  await fill(office)
  const { json } = await office.as(await office.token('reader'), 'GET', DASHBOARD)
  t.strictSame(json.summary, sums, 'addresses of IPv4, subnets of both')
  t.match(json.subnet_utilization[0], {
    subnet_id: 1,
    network: '192.168.1.0/24',
    utilization: 2.76,
    total_ips: 254,
    allocated_ips: 7,
  })
  t.equal(json.subnet_utilization.length, 2)
  t.strictSame(
    json.recent_activities.map(({ action, ip_address, user }: Record<string, string>) =>
      [action, ip_address, user].join(' '),
    ),
    [
      'reserve 192.168.1.50 system',
      'release 192.168.1.7 system',
      'allocate 192.168.1.8 system',
      'allocate 192.168.1.7 manager',
      'allocate 192.168.1.3 system',
      'allocate 192.168.1.2 system',
    ],
  )
  t.equal(json.recent_activities[0].timestamp, '2024-01-16T10:30:00Z')
})

t.test('a dashboard is worked out once for a state, and a write is seen at once', async t => {
  const office = await startOffice(t)
  await fill(office)
  const reader = await office.token('reader')
  let asked = 0
  const { reads } = office.h.gateway.store
  const inTreeOrder = reads.networksInTreeOrder.bind(reads)
  reads.networksInTreeOrder = vrfId => {
    asked += 1
    return inTreeOrder(vrfId)
  }
  const before = await office.as(reader, 'GET', DASHBOARD)
  t.equal((await office.as(reader, 'GET', DASHBOARD)).text, before.text)
  t.equal(asked, 1)
  apply(office, { type: 'allocation.release', id: 4, ifRevision: null })
  t.equal((await office.as(reader, 'GET', DASHBOARD)).json.summary.allocated_ips, 6)
  t.equal(asked, 2)
})

t.test('utilization: every subnet, the sums, and each day of the period', async t => {
  const office = await startOffice(t)
  await fill(office)
  const reader = await office.token('reader')
  const { json } = await office.as(reader, 'GET', UTILIZATION)
  t.strictSame(json.subnet_details[0], {
    subnet_id: 1,
    network: '192.168.1.0/24',
    total_ips: 254,
    allocated_ips: 7,
    reserved_ips: 1,
    available_ips: 246,
    utilization_rate: 2.76,
    allocated_in_period: 4,
    released_in_period: 1,
  })
  const { total_subnets: _, ...addresses } = sums
  t.match(json.summary, addresses)
  t.match(json.summary, { start_date: '2023-12-18', end_date: '2024-01-16' })
  t.equal(json.allocation_trends.length, 30, 'days with nothing, too')
  t.strictSame(json.allocation_trends.slice(-3), [
    { date: '2024-01-14', allocated: 0, released: 0 },
    { date: '2024-01-15', allocated: 3, released: 0 },
    { date: '2024-01-16', allocated: 1, released: 1 },
  ])
  const { text } = await office.as(reader, 'GET', UTILIZATION)
  t.match(text, /"total_ips":18446744073709551615,/, 'exact to the last digit')
  const day = '?subnet_id=1&start_date=2024-01-15&end_date=2024-01-15'
  const one = (await office.as(reader, 'GET', UTILIZATION + day)).json
  t.match(one.summary, { total_subnets: 1, allocated_in_period: 3, released_in_period: 0 })
  t.equal(one.subnet_details.length, 1)
  t.strictSame(one.allocation_trends, [{ date: '2024-01-15', allocated: 3, released: 0 }])
})

t.test('inventory: whatever has addresses, one entry each', async t => {
  const office = await startOffice(t)
  await fill(office)
  const reader = await office.token('reader')
  const { json } = await office.as(reader, 'GET', INVENTORY)
  t.equal(json.total_count, 5)
  t.strictSame(
    json.ip_addresses.map((entry: Record<string, string>) => [
      entry.ip_address,
      entry.end_ip_address,
      entry.status,
    ]),
    [
      ['192.168.1.1', null, 'allocated'],
      ['192.168.1.2', null, 'allocated'],
      ['192.168.1.3', '192.168.1.6', 'allocated'],
      ['192.168.1.8', null, 'allocated'],
      ['192.168.1.50', null, 'reserved'],
    ],
  )
  t.strictSame(json.ip_addresses[1], {
    ip_address: '192.168.1.2',
    end_ip_address: null,
    subnet_id: 1,
    subnet_network: '192.168.1.0/24',
    status: 'allocated',
    mac_address: 'aa:bb:cc:dd:ee:ff',
    hostname: 'server01',
    device_type: 'server',
    location: '机房A',
    assigned_to: '张三',
    description: '=1+1',
    tags: ['production'],
    custom_fields: { department: 'IT部门' },
    allocated_at: '2024-01-15T10:30:00Z',
    created_at: '2024-01-15T10:30:00Z',
  })
  t.equal(json.ip_addresses[0].device_type, 'gateway')
  t.match(json.ip_addresses[4], { assigned_to: 'system', description: 'for later' })
  const countOf = async (query: string) =>
    (await office.as(reader, 'GET', INVENTORY + query)).json.total_count
  t.equal(await countOf('?status=reserved'), 1)
  t.equal(await countOf('?status=allocated&subnet_id=1'), 4)
  t.equal(await countOf('?subnet_id=2'), 0)
})

t.test('an inventory longer than a page is complete, each entry once', async t => {
  const office = await startOffice(t)
  await office.h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/23' })
  for (let count = 0; count < 300; count++)
    await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  const { json } = await office.as(await office.token('reader'), 'GET', INVENTORY)
  t.equal(json.total_count, 300)
  const addresses = json.ip_addresses.map((entry: Record<string, string>) => entry.ip_address)
  t.equal(new Set(addresses).size, 300)
  t.equal(addresses.at(-1), '10.0.1.44')
})

t.test('an empty ledger has empty reports', async t => {
  const office = await startOffice(t)
  const reader = await office.token('reader')
  t.match((await office.as(reader, 'GET', INVENTORY)).json, { ip_addresses: [], total_count: 0 })
  const { json } = await office.as(reader, 'GET', UTILIZATION)
  t.match(json, { subnet_details: [], summary: { total_subnets: 0, utilization: 0 } })
  t.match((await office.as(reader, 'GET', DASHBOARD)).json, { recent_activities: [] })
})

const order = { report_type: 'inventory', format: 'csv' }

t.test('everybody reads reports; who may change things exports them', async t => {
  const office = await startOffice(t)
  const reader = await office.token('reader')
  for (const path of [DASHBOARD, UTILIZATION, INVENTORY, '/api/reports/alerts']) {
    t.equal((await office.as(reader, 'GET', path)).status, 200, path)
    t.equal(refusal(await office.h.call('GET', path)), '401 UNAUTHORIZED', path)
  }
  t.equal(refusal(await office.as(reader, 'POST', EXPORT, order)), '403 INSUFFICIENT_PERMISSIONS')
  for (const name of ['manager', 'admin'])
    t.equal((await office.as(await office.token(name), 'POST', EXPORT, order)).status, 200, name)
})

t.test('two exports a minute', async t => {
  const window = { points: 100, windowMs: 1000 }
  const { ipam } = defaultHttpOptions.limits
  const limits = { enabled: true, waitMs: 0, waitersMax: 10, keysMax: 10, ipam }
  const download = { points: 2, windowMs: 60_000 }
  const office = await startOffice(t, {
    limits: { ...limits, api: window, search: window, download },
  })
  const manager = await office.token('manager')
  const statuses: number[] = []
  for (let count = 0; count < 3; count++)
    statuses.push((await office.as(manager, 'POST', EXPORT, order)).status)
  t.strictSame(statuses, [200, 200, 429])
  t.equal((await office.as(manager, 'GET', INVENTORY)).status, 200, 'which is no export')
})

type Row = readonly [path: string, field: string, english: RegExp, chinese: string]
const refused: readonly Row[] = [
  [`${UTILIZATION}?start_date=2024-1-1`, 'start_date', /a day like/, '必须是形如2024-01-31的日期'],
  [`${UTILIZATION}?end_date=2024-02-30`, 'end_date', /a day like/, '必须是形如2024-01-31的日期'],
  [
    `${UTILIZATION}?start_date=2024-01-02&end_date=2024-01-01`,
    'start_date',
    /after end_date/,
    '不能晚于end_date',
  ],
  [
    `${UTILIZATION}?start_date=1990-01-02&end_date=2024-01-01`,
    'start_date',
    /less than 3653 days/,
    '与end_date之间不能超过3653天',
  ],
  [
    `${UTILIZATION}?format=excel`,
    'format',
    /one of json, csv, pdf/,
    '必须是以下之一：json, csv, pdf',
  ],
  [
    `${INVENTORY}?status=available`,
    'status',
    /one of allocated, reserved/,
    '必须是以下之一：allocated, reserved',
  ],
  ['/api/reports/alerts?status=closed', 'status', /one of/, '必须是以下之一：open, resolved, all'],
]

t.test('what cannot be asked is refused by name, in both languages', async t => {
  const office = await startOffice(t)
  const reader = await office.token('reader')
  for (const [path, field, english, chinese] of refused) {
    const answer = await office.as(reader, 'GET', path)
    t.equal(refusal(answer), '422 INVALID_REQUEST', path)
    t.match(answer.json.error.details, { field, reason: english }, path)
    const zh = await office.as(reader, 'GET', path, undefined, { 'accept-language': 'zh' })
    t.strictSame(zh.json.error.details, { field, reason: chinese }, path)
  }
  for (const path of [UTILIZATION, INVENTORY])
    for (const format of ['json', 'csv', 'pdf']) {
      const answer = await office.as(reader, 'GET', `${path}?subnet_id=7&format=${format}`)
      t.equal(refusal(answer), '404 SUBNET_NOT_FOUND', `${path} ${format}`)
    }
  const manager = await office.token('manager')
  const filters = { start_date: '2024-01-01' }
  const answer = await office.as(manager, 'POST', EXPORT, { ...order, filters })
  t.match(answer.json.error.details, { field: 'filters.start_date' }, 'it is of another report')
})

t.test('while the finder is made anew, what needs it may come again', async t => {
  const office: Office = await startOffice(t)
  office.h.gateway.finder.failure = new FinderBusyError(40)
  const reader = await office.token('reader')
  for (const format of ['json', 'csv', 'pdf']) {
    const answer = await office.as(reader, 'GET', `${UTILIZATION}?format=${format}`)
    t.equal(answer.status, 503, format)
    t.ok(answer.headers.get('retry-after'))
  }
  for (const path of [DASHBOARD, INVENTORY])
    t.equal((await office.as(reader, 'GET', path)).status, 200, path)
})
