// Allocating, reserving and releasing addresses on the office surface (document 004, 2.2 to 2.4).
import t from 'tap'
import type { Office } from './office.js'
import { refusal, startOffice } from './office.js'

const PATH = '/api/ips'
const NOW = '2024-01-15T10:30:00Z'

async function startWithSubnet(t: Parameters<typeof startOffice>[0]): Promise<Office> {
  const office = await startOffice(t)
  const body = { network: '10.0.0.0/29', gateway: '10.0.0.1' }
  await office.as(await office.token('manager'), 'POST', '/api/subnets', body)
  return office
}

const allocate = (office: Office, token: string, body: object = {}, headers = {}) =>
  office.as(token, 'POST', `${PATH}/allocate`, { subnet_id: 1, ...body }, headers)

t.test('the lowest free address is allocated, or the one that is asked for', async t => {
  const office = await startWithSubnet(t)
  const manager = await office.token('manager')
  const made = await allocate(
    office,
    manager,
    { hostname: 'server01', assigned_to: '张三' },
    { 'accept-language': 'zh' },
  )
  t.equal(made.status, 200)
  t.match(made.json, {
    id: 1,
    ip_address: '10.0.0.2',
    status: 'allocated',
    allocated_at: NOW,
    message: 'IP地址分配成功',
    hostname: 'server01',
    assigned_to: '张三',
    allocated_by: office.user('manager').id,
  })
  t.equal(made.headers.get('location'), `${PATH}/10.0.0.2`)
  t.match((await allocate(office, manager, { ip_address: '10.0.0.6' })).json, {
    ip_address: '10.0.0.6',
    message: 'The IP address was allocated.',
  })
  t.match((await office.h.call('GET', '/api/v1/allocations/alloc-1')).json, {
    ip: '10.0.0.2',
    hostname: 'server01',
    assigned_to: '张三',
    mac_address: null,
    custom_fields: {},
  })
})

t.test(
  'an allocation of the core surface has the same details, and says them only where there are any',
  async t => {
    const office = await startWithSubnet(t)
    const manager = await office.token('manager')
    const path = '/api/v1/allocations'
    const bare = await office.h.call('POST', path, { network_id: 'net-1' })
    t.notOk('mac_address' in bare.json)
    const said = {
      device_type: 'printer',
      location: 'hall',
      assigned_to: 'anna',
      custom_fields: { floor: 3 },
    }
    const made = await office.h.call('POST', path, {
      network_id: 'net-1',
      mac_address: 'AABB.CCDD.EEFF',
      ...said,
    })
    t.match(made.json, { mac_address: 'aa:bb:cc:dd:ee:ff', ...said })
    t.match((await office.as(manager, 'GET', `${PATH}/${made.json.ip}`)).json, {
      mac_address: 'aa:bb:cc:dd:ee:ff',
      allocated_by: null,
      ...said,
    })
    const changed = await office.h.call('PATCH', `${path}/${made.json.id}`, {
      mac_address: '00:00:00:00:00:01',
      location: null,
    })
    t.match(changed.json, {
      mac_address: '00:00:00:00:00:01',
      former_mac_addresses: ['aa:bb:cc:dd:ee:ff'],
      location: null,
      device_type: 'printer',
    })
    for (const [body, field] of [
      [{ mac_address: 'aa:bb' }, 'mac_address'],
      [{ device_type: 'x'.repeat(51) }, 'device_type'],
      [{ assigned_to: 7 }, 'assigned_to'],
      [{ custom_fields: { floor: [] } }, 'custom_fields.floor'],
      [{ custom_fields: { floor: 'x'.repeat(1001) } }, 'custom_fields.floor'],
      [{ serial: 1 }, 'serial'],
    ] as const)
      for (const [method, at] of [
        ['POST', path],
        ['PATCH', `${path}/${made.json.id}`],
      ] as const) {
        const sent = method === 'POST' ? { network_id: 'net-1', ...body } : body
        const answer = await office.h.call(method, at, sent)
        t.match(answer, { status: 400, json: { reason: 'invalid', field } }, `${method} ${field}`)
      }
    const transaction = await office.h.call('POST', '/api/v1/transactions', {
      steps: [{ allocate: { network_id: 'net-1', device_type: 'phone' } }],
    })
    t.match(transaction.json.results[0], { device_type: 'phone' })
  },
)

t.test('what is taken is not given again, whoever has it', async t => {
  const office = await startWithSubnet(t)
  const [manager, admin] = [await office.token('manager'), await office.token('admin')]
  await allocate(office, manager, { hostname: 'web' })
  await office.as(admin, 'PUT', `${PATH}/10.0.0.3/reserve`)
  for (const [ip_address, holder] of [
    ['10.0.0.1', { kind: 'gateway', id: 1 }],
    ['10.0.0.2', { kind: 'allocation', id: 1, hostname: 'web' }],
    ['10.0.0.3', { kind: 'reservation', id: 1, hostname: null, reserved_by: 'admin' }],
  ] as const) {
    const answer = await allocate(office, manager, { ip_address }, { 'accept-language': 'zh' })
    t.equal(refusal(answer), '422 IP_ALREADY_ALLOCATED', ip_address)
    t.equal(answer.json.error.message, 'IP地址已被分配')
    t.match(answer.json.error.details, { holder }, ip_address)
    const reserved = await office.as(manager, 'PUT', `${PATH}/${ip_address}/reserve`)
    t.equal(refusal(reserved), '422 IP_ALREADY_ALLOCATED', ip_address)
  }
  t.match((await allocate(office, manager)).json, { ip_address: '10.0.0.4' })
  const own = await allocate(office, admin, { ip_address: '10.0.0.3' })
  t.match(own.json, { status: 'allocated', ip_address: '10.0.0.3' }, 'the own reservation')
  for (const expected of ['10.0.0.5', '10.0.0.6'])
    t.equal((await allocate(office, manager)).json.ip_address, expected)
  const full = await allocate(office, manager, {}, { 'accept-language': 'zh' })
  t.equal(refusal(full), '409 NO_FREE_IP')
  t.equal(full.json.error.message, '网段中没有可用的IP地址')
})

t.test('what cannot be allocated or reserved is refused by name', async t => {
  const office = await startWithSubnet(t)
  const manager = await office.token('manager')
  await office.as(manager, 'POST', '/api/subnets', { network: '10.0.0.4/31' })
  const zh = { 'accept-language': 'zh' }
  for (const [body, code, field, reason] of [
    [{ ip_address: '10.0.0.256' }, '422 INVALID_IP_FORMAT', 'ip_address', '256超过255'],
    [{ subnet_id: undefined }, '422 INVALID_REQUEST', 'subnet_id', '缺少该字段'],
    [{ subnet_id: 'a' }, '422 INVALID_REQUEST', 'subnet_id', '必须是整数'],
    [
      { mac_address: '00:11' },
      '422 INVALID_REQUEST',
      'mac_address',
      'MAC地址必须是12位十六进制数字',
    ],
    [
      { hostname: 'a b' },
      '422 INVALID_REQUEST',
      'hostname',
      '必须是主机名，由字母、数字、-、_和点组成',
    ],
    [{ device_type: 'a\n' }, '422 INVALID_REQUEST', 'device_type', '不能包含控制字符'],
    [{ location: 'x'.repeat(201) }, '422 INVALID_REQUEST', 'location', '不能超过200个字符'],
    [{ assigned_to: 'x'.repeat(101) }, '422 INVALID_REQUEST', 'assigned_to', '不能超过100个字符'],
    [{ tags: ['a=1', 'a=2'] }, '422 INVALID_REQUEST', 'tags', '键a有两个值'],
    [{ custom_fields: [] }, '422 INVALID_REQUEST', 'custom_fields', '必须是对象'],
    [{ owner: 'x' }, '422 INVALID_REQUEST', 'owner', '未知字段'],
  ] as const) {
    const answer = await allocate(office, manager, body, zh)
    const row = JSON.stringify(body)
    t.equal(refusal(answer), code, row)
    t.strictSame(answer.json.error.details, { field, reason }, row)
  }
  for (const [body, code] of [
    [{ subnet_id: 9 }, '404 SUBNET_NOT_FOUND'],
    [{ ip_address: '10.0.1.1' }, '422 IP_OUTSIDE_SUBNET'],
    [{ ip_address: '::1' }, '422 IP_OUTSIDE_SUBNET'],
    [{ ip_address: '10.0.0.0' }, '422 IP_NOT_USABLE'],
    [{ ip_address: '10.0.0.4' }, '422 IP_IN_CHILD_SUBNET'],
  ] as const)
    t.equal(refusal(await allocate(office, manager, body)), code, JSON.stringify(body))
  const reserve = (ip: string, body: object = {}, headers = zh) =>
    office.as(manager, 'PUT', `${PATH}/${ip}/reserve`, body, headers)
  t.equal(refusal(await reserve('10.0.0')), '422 INVALID_IP_FORMAT')
  t.equal(refusal(await reserve('192.0.2.1')), '404 RESOURCE_NOT_FOUND')
  t.equal(refusal(await reserve('10.0.0.7')), '422 IP_NOT_USABLE')
  t.match(
    (await reserve('10.0.0.2', { reserved_until: '2024-13-01T00:00:00Z' })).json.error.details,
    {
      field: 'reserved_until',
      reason: '必须是形如2026-12-31T23:59:59Z的时间',
    },
  )
  const tagged = await office.as(
    manager,
    'PUT',
    `${PATH}/10.0.0.2/reserve`,
    {},
    { 'if-match': '"1"' },
  )
  t.equal(refusal(tagged), '412 REVISION_MISMATCH', 'a free address has no entity tag')
})

t.test('a reservation is its holder’s until it is released', async t => {
  const office = await startWithSubnet(t)
  await office.add('other', 'manager')
  const [manager, other, admin] = [
    await office.token('manager'),
    await office.token('other'),
    await office.token('admin'),
  ]
  const body = { reason: '为新服务器预留', reserved_until: '2024-12-31T23:59:59Z' }
  const made = await office.as(manager, 'PUT', `${PATH}/10.0.0.2/reserve`, body, {
    'accept-language': 'zh',
  })
  t.match(made.json, {
    id: null,
    ip_address: '10.0.0.2',
    subnet_id: 1,
    status: 'reserved',
    description: '为新服务器预留',
    reserved_by: 'manager',
    reserved_until: '2024-12-31T23:59:59Z',
    message: 'IP地址保留成功',
  })
  const { message: _message, ...shown } = made.json
  t.strictSame((await office.as(manager, 'GET', `${PATH}/10.0.0.2`)).json, shown)
  const theirs = await office.as(
    other,
    'PUT',
    `${PATH}/10.0.0.2/release`,
    {},
    { 'accept-language': 'zh' },
  )
  t.equal(refusal(theirs), '422 IP_RESERVED_BY_OTHER')
  t.equal(theirs.json.error.message, '该IP地址由其他用户保留，不能释放')
  const freed = await office.as(manager, 'PUT', `${PATH}/10.0.0.2/release`, { reason: 'no need' })
  t.match(freed.json, {
    status: 'available',
    ip_address: '10.0.0.2',
    message: 'The IP address was released.',
  })
  await office.as(other, 'PUT', `${PATH}/10.0.0.2/reserve`)
  t.equal((await office.as(admin, 'PUT', `${PATH}/10.0.0.2/release`)).status, 200, 'an admin may')
  t.match(await office.h.call('GET', '/api/v1/audit?limit=1'), {
    json: [{ action: 'reservation_cancelled', resource: 'reservation-2', user: 'admin' }],
  })
  const past = { reserved_until: '1969-01-01T00:00:00+01:00' }
  t.equal((await office.as(manager, 'PUT', `${PATH}/10.0.0.3/reserve`, past)).status, 200)
  office.h.gateway.apply({ type: 'expire', rowsMax: 10 })
  t.match((await office.as(manager, 'GET', `${PATH}/10.0.0.3`)).json, { status: 'available' })
})

t.test('one address is released; a run, a block, a gateway and what is free are not', async t => {
  const office = await startWithSubnet(t)
  const manager = await office.token('manager')
  const release = (ip: string, headers = {}) =>
    office.as(manager, 'PUT', `${PATH}/${ip}/release`, { reason: '设备下线' }, headers)
  const made = await allocate(office, manager)
  const late = await release('10.0.0.2', { 'if-match': '"1"' })
  t.equal(refusal(late), '412 REVISION_MISMATCH')
  const freed = await release('10.0.0.2', { 'if-match': String(made.headers.get('etag')) })
  t.match(freed.json, { id: null, status: 'available', hostname: null, subnet_id: 1 })
  t.match((await office.h.call('GET', '/api/v1/allocations/alloc-1')).json, {
    status: 'released',
    release_reason: '设备下线',
  })
  await office.h.call('POST', '/api/v1/allocations', { network_id: 'net-1', count: 2 })
  await office.h.call('POST', '/api/v1/ip-pools', {
    name: 'p',
    cidr: '10.9.0.0/24',
    pool_type: 'ipv4',
  })
  await office.h.call('POST', '/api/v1/ip-pools/p/allocate', { prefix_length: 32 })
  await office.h.call('PATCH', '/api/v1/networks/net-1', { hold_hours: 1 })
  await allocate(office, manager, { ip_address: '10.0.0.6' })
  t.match((await release('10.0.0.6')).json, {
    status: 'reserved',
    reserved_until: '2024-01-15T11:30:00Z',
  })
  for (const [ip, code, message] of [
    ['10.0.0.1', '422 IP_IS_GATEWAY', '该IP地址是网段的网关，不能释放'],
    ['10.0.0.3', '422 IP_IN_RANGE', '该IP地址属于一段地址的分配，请释放整段'],
    ['10.9.0.0', '422 IP_IN_RANGE', '该IP地址属于一段地址的分配，请释放整段'],
    ['10.0.0.4', '422 IP_NOT_ALLOCATED', 'IP地址未被分配或保留'],
    ['10.0.0.6', '422 IP_HELD', 'IP地址已释放，仍在保留期内'],
    ['192.0.2.1', '404 RESOURCE_NOT_FOUND', 'IP地址不属于任何网段'],
    ['10.0.0', '422 INVALID_IP_FORMAT', 'IP地址格式无效'],
  ] as const) {
    const answer = await release(ip, { 'accept-language': 'zh' })
    t.equal(refusal(answer), code, ip)
    t.equal(answer.json.error.message, message, ip)
  }
  t.match((await release('10.0.0.3')).json.error.details, {
    allocation_id: 2,
    ip_address: '10.0.0.2',
    end_ip_address: '10.0.0.3',
  })
})

t.test('readers read, and what a write needs is its own permission', async t => {
  const office = await startWithSubnet(t)
  const [manager, reader] = [await office.token('manager'), await office.token('reader')]
  const writes = [
    ['POST', `${PATH}/allocate`, { subnet_id: 1 }, 'allocate'],
    ['PUT', `${PATH}/10.0.0.3/reserve`, {}, 'allocate'],
    ['PUT', `${PATH}/10.0.0.3/release`, {}, 'release'],
  ] as const
  for (const [method, path, body, permission] of writes) {
    t.equal(
      refusal(await office.as(reader, method, path, body)),
      '403 INSUFFICIENT_PERMISSIONS',
      path,
    )
    t.equal(refusal(await office.h.call(method, path, body)), '401 UNAUTHORIZED', path)
    t.equal((await office.as(manager, method, path, body)).status, 200, path)
    t.match(office.h.gateway.submitsAsked.at(-1)?.context.principal, { permission }, path)
  }
})

t.test('a retry with the same key is answered as the first try was', async t => {
  const office = await startWithSubnet(t)
  const manager = await office.token('manager')
  const key = { 'idempotency-key': 'k-1' }
  for (const [method, path, body] of [
    ['POST', `${PATH}/allocate`, { subnet_id: 1, hostname: 'a' }],
    ['PUT', `${PATH}/10.0.0.3/reserve`, { reason: 'r' }],
    ['PUT', `${PATH}/10.0.0.2/release`, { reason: 'r' }],
    ['PUT', `${PATH}/10.0.0.3/release`, undefined],
  ] as const) {
    const first = await office.as(manager, method, path, body, key)
    const again = await office.as(manager, method, path, body, key)
    t.strictSame([again.status, again.text], [200, first.text], path)
  }
  const other = { 'idempotency-key': 'k-2' }
  const free = () => office.as(manager, 'PUT', `${PATH}/10.0.0.2/release`, {}, other)
  t.equal(refusal(await free()), '422 IP_NOT_ALLOCATED')
  await allocate(office, manager, { ip_address: '10.0.0.2' })
  t.equal(refusal(await free()), '422 IP_NOT_ALLOCATED', 'refusals are kept, too')
  t.match((await office.as(manager, 'GET', `${PATH}/10.0.0.2`)).json, { status: 'allocated' })
})

t.test('a release ends what the newest state has, not what this node knew', async t => {
  const office = await startWithSubnet(t)
  const manager = await office.token('manager')
  await allocate(office, manager)
  const { gateway } = office.h
  gateway.unheard.push({ type: 'allocation.release', id: 1, ifRevision: null })
  const answer = await office.as(manager, 'PUT', `${PATH}/10.0.0.2/release`)
  t.equal(refusal(answer), '422 IP_NOT_ALLOCATED')
})
