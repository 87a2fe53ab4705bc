// Addresses on the office surface (document 004, 2): lists, search, single ones, history, conflicts.
import t from 'tap'
import { FinderBusyError } from '../../src/store/index.js'
import { type Office, refusal, startOffice } from './office.js'

const PATH = '/api/ips'
const NOW = '2024-01-15T10:30:00Z'

/** Of 10.0.0.0/29: the gateway .1, web .2 in conflict, .3 reserved, .4 kept back, .5 and .6 a run. */
async function startWithAddresses(t: Parameters<typeof startOffice>[0]): Promise<Office> {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', '/api/subnets', { network: '10.0.0.0/28', gateway: '10.0.0.1' })
  await office.h.call('PATCH', '/api/v1/networks/net-1', { hold_hours: 24 })
  const web = {
    subnet_id: 1,
    ip_address: '10.0.0.2',
    hostname: 'Web01',
    mac_address: '00-11-22-33-44-55',
    description: 'Front page',
    tags: ['env=prod'],
  }
  await office.as(manager, 'POST', `${PATH}/allocate`, web)
  await office.h.call('PATCH', '/api/v1/allocations/alloc-1', { mac_address: '001122334466' })
  await office.as(manager, 'PUT', `${PATH}/10.0.0.3/reserve`, { reason: 'for the printer' })
  await office.as(manager, 'POST', `${PATH}/allocate`, { subnet_id: 1, ip_address: '10.0.0.4' })
  await office.as(manager, 'PUT', `${PATH}/10.0.0.4/release`)
  await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1', count: 2 })
  return office
}

type Row = { ip_address: string; status: string; id: number | null }
const told = (rows: readonly Row[]) =>
  rows.map(({ ip_address, status, id }) => `${ip_address.split('.').at(-1)} ${status} ${id}`)

t.test('an address is shown with all that is known of it', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', '/api/subnets', { network: '10.0.0.0/29' })
  const said = {
    mac_address: '00:11:22:33:44:55',
    hostname: 'server01',
    device_type: 'server',
    location: '机房A',
    assigned_to: '张三',
    description: 'Web服务器',
    tags: ['production', 'web'],
    custom_fields: { department: 'IT部门' },
  }
  await office.as(manager, 'POST', `${PATH}/allocate`, { subnet_id: 1, ...said })
  const read = await office.as(manager, 'GET', `${PATH}/10.0.0.1`)
  t.strictSame(read.json, {
    id: 1,
    ip_address: '10.0.0.1',
    subnet_id: 1,
    status: 'allocated',
    ...said,
    allocated_at: NOW,
    allocated_by: office.user('manager').id,
    created_at: NOW,
    updated_at: NOW,
  })
  const known = { 'if-none-match': String(read.headers.get('etag')) }
  t.equal((await office.as(manager, 'GET', `${PATH}/10.0.0.1`, undefined, known)).status, 304)
  const free = await office.as(manager, 'GET', `${PATH}/10.0.0.2`)
  t.match(free.json, { id: null, status: 'available', hostname: null, tags: [], created_at: NOW })
  t.equal(free.headers.get('etag'), null)
})

t.test('what takes up addresses is listed without a subnet, every address with one', async t => {
  const office = await startWithAddresses(t)
  const reader = await office.token('reader')
  const rows = async (query: string) => (await office.as(reader, 'GET', `${PATH}${query}`)).json
  const taken = [
    '1 allocated null',
    '2 conflict 1',
    '3 reserved null',
    '4 reserved null',
    '5 allocated 3',
  ]
  const free = [7, 8, 9, 10, 11, 12, 13, 14].map(last => `${last} available null`)
  const all = [...taken, '6 allocated 3', ...free]
  for (const [query, expected] of [
    ['', taken],
    ['?order=desc', taken.toReversed()],
    ['?status=allocated', [taken[0], taken[1], taken[4]]],
    ['?status=reserved&subnet_id=1', [taken[2], taken[3]]],
    ['?status=conflict', [taken[1]]],
    ['?status=conflict&subnet_id=1', [taken[1]]],
    ['?status=available', free],
    ['?status=available&order=desc&size=2', free.toReversed().slice(0, 2)],
    ['?status=available&subnet_id=1&page=2&size=3', free.slice(3, 6)],
    ['?subnet_id=1', all],
    ['?subnet_id=1&order=desc&size=3', all.toReversed().slice(0, 3)],
    ['?subnet_id=1&order=desc&size=5&page=3', all.toReversed().slice(10)],
    ['?subnet_id=1&page=2&size=4', all.slice(4, 8)],
    ['?subnet_id=1&page=9', []],
    [
      '?subnet_id=1&sort=hostname&order=desc&size=6',
      ['2 conflict 1', ...taken.toReversed().filter(row => row !== taken[1]), free[0]],
    ],
    ['?subnet_id=1&sort=hostname&size=3&page=3', [free[1], free[2], free[3]]],
    ['?search=WEB', [taken[1]]],
    ['?search=front%20web', [taken[1]]],
    ['?search=10.0.0.3', [taken[2]]],
    ['?search=printer&subnet_id=1', [taken[2]]],
    ['?search=nobody', []],
  ] as const)
    t.strictSame(told((await rows(query)).data), expected, query)
  t.strictSame((await rows('?subnet_id=1&size=5')).pagination, {
    page: 1,
    size: 5,
    total: 14,
    pages: 3,
  })
  t.strictSame((await rows('?status=available&size=5')).pagination, {
    page: 1,
    size: 5,
    total: 8,
    pages: 2,
  })
  t.match((await rows('')).data[4], { ip_address: '10.0.0.5', end_ip_address: '10.0.0.6' })
  t.match((await rows('?subnet_id=1')).data[4], {
    ip_address: '10.0.0.5',
    end_ip_address: undefined,
  })
  const of_subnet = await office.as(reader, 'GET', '/api/subnets/1/ips?order=desc&size=3')
  t.strictSame(told(of_subnet.json.data), all.toReversed().slice(0, 3))
})

t.test('the first page of a huge subnet is as quick as any, and counts are exact', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', '/api/subnets', {
    network: '2001:db8::/64',
    gateway: '2001:db8::1',
  })
  const page = await office.as(manager, 'GET', `${PATH}?subnet_id=1&size=2`)
  t.match(page.text, '"total":18446744073709551615,"pages":9223372036854775808}')
  t.match(page.json.data, [
    { ip_address: '2001:db8::1', status: 'allocated', is_gateway: true, id: null },
    { ip_address: '2001:db8::2', status: 'available' },
  ])
  const last = await office.as(manager, 'GET', '/api/subnets/1/ips?order=desc&size=1')
  t.match(last.json.data, [{ ip_address: '2001:db8::ffff:ffff:ffff:ffff' }])
  const taken = await office.as(manager, 'POST', `${PATH}/allocate`, {
    subnet_id: 1,
    ip_address: '2001:DB8::A',
  })
  t.match(taken.json, { ip_address: '2001:db8::a', status: 'allocated' })
  t.match((await office.as(manager, 'GET', `${PATH}/2001:db8:0::a`)).json, { id: 1 })
})

t.test('search looks into the fields that are named', async t => {
  const office = await startWithAddresses(t)
  const reader = await office.token('reader')
  const rows = async (query: string) =>
    told((await office.as(reader, 'GET', `${PATH}/search${query}`)).json.data)
  const web = ['2 conflict 1']
  for (const [query, expected] of [
    ['?q=web', web],
    ['?q=web&fields=hostname', web],
    ['?q=web&fields=description,mac_address', []],
    ['?q=00:11:22&fields=mac_address', web],
    ['?tags=env', web],
    ['?tags=other,env=prod', web],
    ['?tags=env=test', []],
    ['?q=10.0.0&status=reserved', ['3 reserved null', '4 reserved null']],
    ['?q=10.0.0&subnet_id=1&page=2&size=2', ['3 reserved null', '4 reserved null']],
    ['?status=available&size=1', ['7 available null']],
  ] as const)
    t.strictSame(await rows(query), expected, query)
})

t.test('a total that was not counted to its end is said to be a minimum', async t => {
  const office = await startWithAddresses(t)
  const reader = await office.token('reader')
  office.h.gateway.finder.countedMax = 2
  const { json } = await office.as(reader, 'GET', `${PATH}?size=1`)
  t.match(json, { pagination: { total: 2, pages: 2 }, total_is_minimum: true })
  office.h.gateway.finder.failure = new FinderBusyError(40)
  const busy = await office.as(reader, 'GET', PATH, undefined, { 'accept-language': 'zh' })
  t.equal(refusal(busy), '503 SEARCH_NOT_READY')
  t.equal(busy.json.error.message, '搜索索引正在建立，请稍后再试')
  t.equal(busy.headers.get('retry-after'), '2')
  t.equal((await office.as(reader, 'GET', `${PATH}?subnet_id=1`)).status, 200, 'it needs no finder')
})

t.test('history tells the newest first, in the words of the document', async t => {
  const office = await startWithAddresses(t)
  const manager = await office.token('manager')
  await office.as(manager, 'PUT', `${PATH}/10.0.0.2/release`, { reason: '设备下线' })
  const { json } = await office.as(manager, 'GET', `${PATH}/10.0.0.2/history`)
  const user = { user_id: office.user('manager').id, user_name: 'manager', created_at: NOW }
  t.match(json.data, [
    {
      action: 'release',
      old_values: { status: 'conflict' },
      new_values: { status: 'reserved', release_reason: '设备下线' },
      ...user,
    },
    {
      action: 'update',
      old_values: { mac_address: '00:11:22:33:44:55', status: 'allocated' },
      new_values: { mac_address: '00:11:22:33:44:66', status: 'conflict' },
      user_id: null,
      user_name: 'system',
    },
    {
      action: 'allocate',
      old_values: {},
      new_values: {
        ip_address: '10.0.0.2',
        subnet_id: 1,
        status: 'allocated',
        hostname: 'Web01',
        mac_address: '00:11:22:33:44:55',
        tags: ['env=prod'],
        allocated_at: NOW,
        allocated_by: office.user('manager').id,
      },
      ...user,
    },
  ])
  t.equal(new Set(json.data.map(({ id }: { id: number }) => id)).size, 3)
  t.match(json.pagination, { page: 1, size: 50, total: 3, pages: 1 })
  const second = await office.as(manager, 'GET', `${PATH}/10.0.0.2/history?page=2&size=2`)
  t.strictSame(second.json.data, [json.data[2]])
  const reserved = await office.as(manager, 'GET', `${PATH}/10.0.0.3/history`)
  t.match(reserved.json.data, [
    {
      action: 'reserve',
      new_values: { status: 'reserved', reason: 'for the printer', reserved_by: 'manager' },
    },
  ])
  t.match((await office.as(manager, 'GET', `${PATH}/10.0.0.6/history`)).json.data, [
    { action: 'allocate', new_values: { ip_address: '10.0.0.5', end_ip_address: '10.0.0.6' } },
  ])
  t.strictSame((await office.as(manager, 'GET', `${PATH}/10.0.0.9/history`)).json.data, [])
})

t.test('a conflict check tells of each address who has it', async t => {
  const office = await startWithAddresses(t)
  const reader = await office.token('reader')
  const ip_addresses = [2, 1, 3, 4, 6, 7, 0].map(last => `10.0.0.${last}`)
  const { json } = await office.as(reader, 'POST', `${PATH}/conflict-check`, {
    ip_addresses: [...ip_addresses, '192.0.2.1', '::1'],
  })
  t.match(
    json.data.map(({ status }: Row) => status),
    [
      'conflict',
      'allocated',
      'reserved',
      'reserved',
      'allocated',
      'free',
      'unusable',
      'outside',
      'outside',
    ],
  )
  t.match(json.conflicts, [
    {
      ip_address: '10.0.0.2',
      conflict: true,
      subnet_id: 1,
      network: '10.0.0.0/28',
      allocation_id: 1,
      hostname: 'Web01',
      mac_addresses: ['00:11:22:33:44:66', '00:11:22:33:44:55'],
    },
  ])
  t.equal(json.conflicts.length, 1)
  t.match(json.data[1], { is_gateway: true, conflict: false, allocation_id: null })
  t.match(json.data[2], { reservation_id: 1, reserved_by: 'manager' })
  await office.h.call('PATCH', '/api/v1/allocations/alloc-1', { mac_address: '00:11:22:33:44:66' })
  const settled = await office.as(reader, 'POST', `${PATH}/conflict-check`, { ip_addresses })
  t.strictSame(settled.json.conflicts, [], 'said once more')
})

t.test('what cannot be asked is refused by name, in the language asked for', async t => {
  const office = await startWithAddresses(t)
  const reader = await office.token('reader')
  const check = `${PATH}/conflict-check`
  for (const [method, path, body, code, field, zh] of [
    [
      'GET',
      `${PATH}?status=gone`,
      undefined,
      '422 INVALID_REQUEST',
      'status',
      '必须是以下之一：available, allocated, reserved, conflict',
    ],
    [
      'GET',
      `${PATH}?sort=id`,
      undefined,
      '422 INVALID_REQUEST',
      'sort',
      '必须是以下之一：ip_address, hostname, mac_address, status, allocated_at',
    ],
    [
      'GET',
      `${PATH}?order=up`,
      undefined,
      '422 INVALID_REQUEST',
      'order',
      '必须是以下之一：asc, desc',
    ],
    ['GET', `${PATH}?size=1001`, undefined, '422 INVALID_REQUEST', 'size', '不能大于1000'],
    ['GET', `${PATH}?subnet=1`, undefined, '422 INVALID_REQUEST', 'subnet', undefined],
    [
      'GET',
      `${PATH}?status=available&search=x`,
      undefined,
      '422 INVALID_REQUEST',
      'search',
      '不能与状态available同时使用',
    ],
    [
      'GET',
      `${PATH}/search?status=conflict&q=x`,
      undefined,
      '422 INVALID_REQUEST',
      'q',
      '不能与状态conflict同时使用',
    ],
    [
      'GET',
      `${PATH}/search?fields=hostname,owner`,
      undefined,
      '422 INVALID_REQUEST',
      'fields',
      '必须是以下之一：ip_address, hostname, mac_address, description',
    ],
    [
      'GET',
      `${PATH}/10.0.0`,
      undefined,
      '422 INVALID_IP_FORMAT',
      'ip_address',
      'IPv4地址应有四段，而不是3段',
    ],
    [
      'GET',
      `${PATH}/10.0.0.300/history`,
      undefined,
      '422 INVALID_IP_FORMAT',
      'ip_address',
      '300超过255',
    ],
    ['POST', check, {}, '422 INVALID_REQUEST', 'ip_addresses', '缺少该字段'],
    ['POST', check, { ip_addresses: [] }, '422 INVALID_REQUEST', 'ip_addresses', '不能为空'],
    [
      'POST',
      check,
      { ip_addresses: ['10.0.0.1', 'x'] },
      '422 INVALID_IP_FORMAT',
      'ip_addresses[1]',
      'IP地址格式不正确',
    ],
  ] as const) {
    const answer = await office.as(reader, method, path, body, { 'accept-language': 'zh' })
    const row = `${method} ${path} ${JSON.stringify(body)}`
    t.equal(refusal(answer), code, row)
    t.match(answer.json.error.details, { field, ...(zh === undefined ? {} : { reason: zh }) }, row)
  }
  for (const [path, code, message] of [
    [`${PATH}?subnet_id=9`, '404 SUBNET_NOT_FOUND', '网段不存在'],
    [`${PATH}/search?subnet_id=9`, '404 SUBNET_NOT_FOUND', '网段不存在'],
    [`${PATH}/192.0.2.1`, '404 RESOURCE_NOT_FOUND', 'IP地址不属于任何网段'],
    [`${PATH}/192.0.2.1/history`, '404 RESOURCE_NOT_FOUND', 'IP地址不属于任何网段'],
    [`${PATH}/10.0.0.15`, '404 IP_NOT_USABLE', '该IP地址不可分配'],
  ] as const) {
    const answer = await office.as(reader, 'GET', path, undefined, { 'accept-language': 'zh' })
    t.equal(refusal(answer), code, path)
    t.equal(answer.json.error.message, message, path)
    t.equal(refusal(await office.h.call('GET', path)), '401 UNAUTHORIZED', path)
  }
})
