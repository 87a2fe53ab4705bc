// Subnets on the office surface (document 004, 3): the networks that every other surface has, too.
import t from 'tap'
import { refusal, startOffice } from './office.js'

const PATH = '/api/subnets'
const NOW = '2024-01-15T10:30:00Z'
/** As document 004 writes it. */
const branch = {
  network: '192.168.2.0/24',
  gateway: '192.168.2.1',
  description: '新办公网络',
  vlan_id: 200,
  location: '分部',
  tags: ['office', 'branch'],
}

t.test('a subnet is made, read, changed and deleted as the document has it', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  const made = await office.as(manager, 'POST', PATH, branch)
  t.equal(made.status, 201)
  t.strictSame(made.json, {
    id: 1,
    ...branch,
    netmask: '255.255.255.0',
    total_ips: 254,
    allocated_ips: 1,
    reserved_ips: 0,
    available_ips: 253,
    utilization: 0.39,
    custom_fields: {},
    created_by: office.user('manager').id,
    created_at: NOW,
    updated_at: NOW,
  })
  t.equal(made.headers.get('location'), `${PATH}/1`)
  const read = await office.as(manager, 'GET', `${PATH}/1`)
  t.strictSame(read.json, made.json)
  const etag = String(read.headers.get('etag'))
  t.equal(etag, made.headers.get('etag'))
  const set = { network: '192.168.2.7/24', gateway: null, vlan_id: null, location: '', tags: null }
  const changed = await office.as(manager, 'PUT', `${PATH}/1`, set, { 'if-match': etag })
  t.strictSame(changed.json, {
    ...made.json,
    ...{ gateway: null, vlan_id: null, location: null, tags: [] },
    ...{ allocated_ips: 0, available_ips: 254, utilization: 0 },
  })
  for (const [method, body] of [
    ['PUT', { vlan_id: 7 }],
    ['DELETE', undefined],
  ] as const) {
    const late = await office.as(manager, method, `${PATH}/1`, body, { 'if-match': etag })
    t.equal(refusal(late), '412 REVISION_MISMATCH', method)
  }
  const gone = await office.as(manager, 'DELETE', `${PATH}/1`)
  t.strictSame([gone.status, gone.json], [200, { message: 'The subnet was deleted.' }])
  t.equal(refusal(await office.as(manager, 'GET', `${PATH}/1`)), '404 SUBNET_NOT_FOUND')
})

t.test('a subnet made here is a network there, and the other way round', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', PATH, { ...branch, custom_fields: { floor: 3 } })
  t.match((await office.h.call('GET', '/api/v1/networks/net-1')).json, {
    cidr: '192.168.2.0/24',
    description: '新办公网络',
    tags: ['office', 'branch'],
    gateway: '192.168.2.1',
    vlan_id: 200,
    location: '分部',
    custom_fields: { floor: 3 },
  })
  const bare = await office.h.call('POST', '/api/v1/networks', {
    cidr: '2001:db8::/64',
    description: 'lab',
  })
  t.notOk('gateway' in bare.json)
  t.match((await office.as(manager, 'GET', `${PATH}/2`)).json, {
    network: '2001:db8::/64',
    netmask: null,
    description: 'lab',
    gateway: null,
    created_by: null,
  })
  const read = await office.as(manager, 'GET', `${PATH}/2`)
  t.match(read.text, '"total_ips":18446744073709551615,', 'exact')
  const made = await office.as(manager, 'POST', PATH, {
    network: '2001:db8::/64',
    gateway: '2001:DB8:0:0::1',
  })
  t.equal(made.status, 201, 'the facet is added')
  t.match(made.json, { id: 2, gateway: '2001:db8::1', description: null })
  t.match((await office.h.call('GET', '/api/v1/networks/net-2')).json, { gateway: '2001:db8::1' })
})

t.test('lists are filtered, sorted and paged', async t => {
  const office = await startOffice(t)
  const reader = await office.token('reader')
  const manager = await office.token('manager')
  for (const body of [
    { network: '10.2.0.0/24', description: 'Printers', vlan_id: 7, tags: ['env=test'] },
    { network: '10.1.0.0/24', location: 'Main hall', tags: ['production'] },
    { network: '10.0.0.0/8', description: 'All' },
    { network: '2001:db8::/64', vlan_id: 7 },
  ])
    t.equal((await office.as(manager, 'POST', PATH, body)).status, 201)
  const idsOf = async (query: string) => {
    const { json } = await office.as(reader, 'GET', `${PATH}${query}`)
    return json.data.map(({ id }: { id: number }) => id)
  }
  for (const [query, ids] of [
    ['', [3, 2, 1, 4]],
    ['?order=desc', [4, 1, 2, 3]],
    ['?sort=id', [1, 2, 3, 4]],
    ['?sort=id&order=desc&page=2&size=3', [1]],
    ['?page=3&size=2', []],
    ['?vlan_id=7', [1, 4]],
    ['?search=printers', [1]],
    ['?search=MAIN%20production', [2]],
    ['?search=10.', [3, 2, 1]],
    ['?search=nothing', []],
    ['?tags=env,production', [2, 1]],
    ['?tags=env=prod', []],
  ] as const)
    t.strictSame(await idsOf(query), ids, query)
  const page = await office.as(reader, 'GET', `${PATH}?page=2&size=3`)
  t.strictSame(page.json.pagination, { page: 2, size: 3, total: 4, pages: 2 })
})

t.test('validate says what could be made and what lies around it', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', PATH, { network: '10.0.0.0/8' })
  await office.as(manager, 'POST', PATH, { network: '10.1.0.0/24' })
  await office.h.call('POST', '/api/v1/networks', { cidr: '10.2.0.0/16' })
  const reader = await office.token('reader')
  const verdict = async (network: string, headers = {}) =>
    (await office.as(reader, 'POST', `${PATH}/validate`, { network }, headers)).json
  t.match(await verdict('10.1.0.0/16'), {
    is_valid: true,
    overlapping_subnets: [
      { id: 1, network: '10.0.0.0/8', relation: 'contains' },
      { id: 2, network: '10.1.0.0/24', relation: 'inside' },
    ],
  })
  t.match(await verdict('10.0.0.1/8'), {
    is_valid: false,
    message: 'This subnet exists already.',
    overlapping_subnets: [
      { id: 1, relation: 'same' },
      { id: 2, relation: 'inside' },
      { id: 3, relation: 'inside' },
    ],
  })
  t.match(await verdict('10.2.0.0/16'), { is_valid: true, message: /can be made a subnet/ })
  t.strictSame(await verdict('10.1.0/24', { 'accept-language': 'zh-CN' }), {
    is_valid: false,
    message: '无效的网段格式，请使用CIDR格式如192.168.1.0/24',
    overlapping_subnets: [],
  })
  t.strictSame(await verdict('192.0.2.0/24', { 'accept-language': 'zh' }), {
    is_valid: true,
    message: '网段验证通过',
    overlapping_subnets: [],
  })
})

t.test('what cannot be is refused by name, in the language asked for', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', PATH, branch)
  await office.as(manager, 'POST', '/api/custom-fields', {
    entity_type: 'subnet',
    field_name: 'floor',
    field_type: 'number',
    is_required: true,
  })
  const network = '10.0.0.0/24'
  for (const [method, path, body, code, field, zh] of [
    ['POST', PATH, {}, '422 INVALID_REQUEST', 'network', '缺少该字段'],
    [
      'POST',
      PATH,
      { network: '10.0.0.0' },
      '422 INVALID_REQUEST',
      'network',
      '缺少前缀长度，应形如10.0.0.0/8',
    ],
    ['POST', PATH, { network: '10.0.0.300/8' }, '422 INVALID_REQUEST', 'network', '300超过255'],
    ['POST', PATH, { network, vlan_id: 4095 }, '422 INVALID_REQUEST', 'vlan_id', '不能大于4094'],
    ['POST', PATH, { network, vlan_id: 0 }, '422 INVALID_REQUEST', 'vlan_id', '不能小于1'],
    [
      'POST',
      PATH,
      { network, gateway: '10.0.0' },
      '422 INVALID_IP_FORMAT',
      'gateway',
      'IPv4地址应有四段，而不是3段',
    ],
    ['POST', PATH, { network, netmask: '255.0.0.0' }, '422 INVALID_REQUEST', 'netmask', '未知字段'],
    [
      'POST',
      PATH,
      { network, custom_fields: { floor: 'x' } },
      '422 INVALID_REQUEST',
      'custom_fields.floor',
      '必须是数字',
    ],
    [
      'POST',
      PATH,
      { network, custom_fields: { floor: null } },
      '422 INVALID_REQUEST',
      'custom_fields.floor',
      '必须是文本、数字或布尔值',
    ],
    [
      'POST',
      PATH,
      { network, custom_fields: { a: 1 } },
      '422 INVALID_REQUEST',
      'custom_fields.floor',
      '必填',
    ],
    [
      'PUT',
      `${PATH}/1`,
      { network: '192.168.2.0/25' },
      '422 INVALID_REQUEST',
      'network',
      '网段的范围不能更改，请删除后重新创建',
    ],
    ['PUT', `${PATH}/1`, {}, '422 INVALID_REQUEST', 'body', '不能为空'],
    ['PUT', `${PATH}/1`, { total_ips: 1 }, '422 INVALID_REQUEST', 'total_ips', '未知字段'],
    ['GET', `${PATH}?vlan_id=x`, undefined, '422 INVALID_REQUEST', 'vlan_id', '必须是整数'],
    ['GET', `${PATH}?size=1001`, undefined, '422 INVALID_REQUEST', 'size', '不能大于1000'],
    ['GET', `${PATH}?page=0`, undefined, '422 INVALID_REQUEST', 'page', '不能小于1'],
  ] as const) {
    const answer = await office.as(manager, method, path, body, { 'accept-language': 'zh' })
    const row = `${method} ${path} ${JSON.stringify(body)}`
    t.equal(refusal(answer), code, row)
    t.strictSame(answer.json.error.details, { field, reason: zh }, row)
  }
  for (const [method, path, body, code, message] of [
    ['POST', PATH, branch, '422 SUBNET_EXISTS', '网段已存在'],
    ['POST', PATH, { network, gateway: '10.0.1.1' }, '422 IP_OUTSIDE_SUBNET', 'IP地址不在该网段内'],
    ['POST', PATH, { network, gateway: '::1' }, '422 IP_OUTSIDE_SUBNET', 'IP地址不在该网段内'],
    ['POST', PATH, { network, gateway: '10.0.0.255' }, '422 IP_NOT_USABLE', '该IP地址不可分配'],
    [
      'POST',
      PATH,
      { network: '192.168.2.0/25' },
      '409 GATEWAY_IN_THE_WAY',
      '上级网段的网关位于该网段内，新网段必须使用相同的网关',
    ],
    ['GET', `${PATH}/9`, undefined, '404 SUBNET_NOT_FOUND', '网段不存在'],
    ['GET', `${PATH}/x`, undefined, '404 SUBNET_NOT_FOUND', '网段不存在'],
    ['GET', `${PATH}/9/ips`, undefined, '404 SUBNET_NOT_FOUND', '网段不存在'],
    ['PUT', `${PATH}/9`, { vlan_id: 1 }, '404 SUBNET_NOT_FOUND', '网段不存在'],
    ['DELETE', `${PATH}/9`, undefined, '404 SUBNET_NOT_FOUND', '网段不存在'],
  ] as const) {
    const with_floor =
      body !== undefined && 'network' in body ? { custom_fields: { floor: 1 } } : {}
    const sent = body === undefined ? undefined : { ...body, ...with_floor }
    const answer = await office.as(manager, method, path, sent, { 'accept-language': 'zh' })
    const row = `${method} ${path} ${JSON.stringify(body)}`
    t.equal(refusal(answer), code, row)
    t.equal(answer.json.error.message, message, row)
    const english = await office.as(manager, method, path, sent)
    t.match(english.json.error.message, /^[A-Z0-9].*\.$/, row)
  }
  const twice = await office.as(manager, 'POST', PATH, { ...branch, custom_fields: { floor: 1 } })
  t.match(twice.json.error, {
    details: { existing_id: 1 },
    message: /^Subnet 192\.168\.2\.0\/24 already exists: 1\.$/,
  })
})

t.test('a subnet with allocations or reservations stays', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', PATH, branch)
  await office.as(manager, 'POST', '/api/ips/allocate', { subnet_id: 1 })
  await office.as(manager, 'PUT', '/api/ips/192.168.2.9/reserve')
  const answer = await office.as(manager, 'DELETE', `${PATH}/1`, undefined, {
    'accept-language': 'zh',
  })
  t.equal(refusal(answer), '409 SUBNET_NOT_EMPTY')
  t.equal(answer.json.error.message, '网段中仍有已分配或保留的IP地址')
  const english = await office.as(manager, 'DELETE', `${PATH}/1`)
  t.match(english.json.error, {
    message: 'Network 1 has 1 active allocation and 1 active reservation; release them first.',
    details: { allocations: 1, reservations: 1 },
  })
})

t.test('everybody reads, who may update writes, networks of other VRFs are none of it', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  const reader = await office.token('reader')
  await office.h.call('POST', '/api/v1/vrfs', { name: 'red' })
  await office.h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/24', vrf: 'red' })
  await office.as(manager, 'POST', PATH, branch)
  t.match(office.h.gateway.submitsAsked.at(-1)?.context.principal, { permission: 'update' })
  for (const [method, path, body] of [
    ['GET', PATH, undefined],
    ['GET', `${PATH}/2`, undefined],
    ['GET', `${PATH}/2/ips`, undefined],
    ['POST', `${PATH}/validate`, { network: '10.0.0.0/8' }],
  ] as const) {
    t.equal((await office.as(reader, method, path, body)).status, 200, path)
    t.equal(refusal(await office.h.call(method, path, body)), '401 UNAUTHORIZED', path)
  }
  for (const [method, path, body] of [
    ['POST', PATH, branch],
    ['PUT', `${PATH}/2`, { vlan_id: 1 }],
    ['DELETE', `${PATH}/2`, undefined],
  ] as const) {
    const answer = await office.as(reader, method, path, body)
    t.equal(refusal(answer), '403 INSUFFICIENT_PERMISSIONS', `${method} ${path}`)
    t.equal(refusal(await office.h.call(method, path, body)), '401 UNAUTHORIZED')
  }
  t.equal((await office.as(reader, 'GET', PATH)).json.pagination.total, 1)
  for (const [method, path, body] of [
    ['GET', `${PATH}/1`, undefined],
    ['GET', '/api/ips?subnet_id=1', undefined],
    ['PUT', `${PATH}/1`, { vlan_id: 1 }],
    ['DELETE', `${PATH}/1`, undefined],
    ['POST', '/api/ips/allocate', { subnet_id: 1 }],
  ] as const)
    t.equal(refusal(await office.as(manager, method, path, body)), '404 SUBNET_NOT_FOUND', path)
})

t.test('a retry with the same key is answered as the first try was', async t => {
  const office = await startOffice(t)
  const manager = await office.token('manager')
  const key = { 'idempotency-key': 'k-1' }
  const first = await office.as(manager, 'POST', PATH, branch, key)
  const again = await office.as(manager, 'POST', PATH, branch, key)
  t.strictSame([again.status, again.text], [201, first.text])
  for (const [method, body] of [
    ['PUT', { vlan_id: 5 }],
    ['DELETE', undefined],
  ] as const) {
    const one = await office.as(manager, method, `${PATH}/1`, body, key)
    const two = await office.as(manager, method, `${PATH}/1`, body, key)
    t.strictSame([two.status, two.text], [200, one.text], method)
  }
})

t.test('thousands of subnets hold nobody up', async t => {
  const office = await startOffice(t)
  const reader = await office.token('reader')
  const { gateway } = office.h
  const facts = { vrf: 'default', description: null, tags: [], holdHours: 0 }
  for (let index = 0; index < 5000; index += 1) {
    const cidr = `10.${index >> 8}.${index & 255}.0/24`
    gateway.apply({ type: 'network.create', place: { cidr }, ...facts })
  }
  const [{ json }, quick] = await Promise.all([
    office.as(reader, 'GET', `${PATH}?search=10.19.13&size=2`),
    office.h.call('GET', '/livez'),
  ])
  t.equal(quick.status, 200)
  t.strictSame(json.pagination, { page: 1, size: 2, total: 7, pages: 4 })
  t.equal(json.data[0].network, '10.19.13.0/24')
})

t.test('a gateway that is refused with its subnet is said of the new one', async t => {
  const office = await startOffice(t)
  const token = await office.token('admin')
  const body = { network: '192.168.9.0/24', gateway: '192.168.1.1' }
  const answer = await office.as(token, 'POST', '/api/subnets', body)
  t.match(answer, {
    status: 422,
    json: { error: { message: 'Address 192.168.1.1 is not in the new network.' } },
  })
})
