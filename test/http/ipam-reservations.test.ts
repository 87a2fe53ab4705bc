// Reservations on /ipam, as documents 000 and 001 have them (CONTRACT.md 3.1, D-5, D-6, D-21, D-22).
import t from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const PATH = '/ipam/reservations'
const NOW = '2025-11-12T10:00:00Z'
/** As document 001 writes it. */
const q1 = {
  resource_type: 'region',
  x_octet: 5,
  y_octet: 23,
  z_octet: 100,
  reason: 'Reserved for Q1 2026 expansion',
  expires_in_days: 30,
}
const host = { resource_type: 'host', x_octet: 5, y_octet: 23, z_octet: 100 }

const reserve = (ipam: Ipam, body: object, name = 'manager') => ipam.as(name, 'POST', PATH, body)

t.test('a region is reserved, read, listed and converted as the documents have it', async t => {
  const ipam = await startIpam(t)
  const made = await reserve(ipam, q1)
  t.equal(made.status, 201, made.text)
  const { reservation_id: id, ...shown } = made.json
  t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.strictSame(shown, {
    user_id: `user_${ipam.office.user('manager').id}`,
    resource_type: 'region',
    x_octet: 5,
    y_octet: 23,
    z_octet: null,
    reserved_address: '10.5.23.0/24',
    reason: 'Reserved for Q1 2026 expansion',
    status: 'active',
    expires_at: '2025-12-12T10:00:00Z',
    created_at: NOW,
    created_by: 'manager',
    metadata: {},
    resource_id: null,
  })
  t.equal(made.headers.get('location'), `${PATH}/${id}`)
  const path = `${PATH}/${id}`
  t.strictSame((await ipam.as('manager', 'GET', path)).json, made.json)
  const page = await ipam.as('manager', 'GET', `${PATH}?status=active&resource_type=region`)
  t.strictSame(page.json.results, [made.json])
  t.equal(page.json.pagination.total_count, 1)
  const body = {
    region_name: 'Production Network',
    description: 'Primary production environment',
    owner: 'DevOps Team',
    tags: { environment: 'production', department: 'engineering' },
  }
  const key = { 'idempotency-key': 'convert-1' }
  const converted = await ipam.as('manager', 'POST', `${path}/convert`, body, key)
  t.equal(converted.status, 201, converted.text)
  const { resource_id: regionId, allocation } = converted.json
  t.equal(converted.headers.get('location'), `/ipam/regions/${regionId}`)
  t.match(converted.json, { resource_type: 'region', allocation: { region_id: regionId, ...body } })
  t.match(allocation, { x_octet: 5, y_octet: 23, cidr: '10.5.23.0/24', status: 'Active' })
  t.strictSame((await ipam.as('manager', 'GET', `/ipam/regions/${regionId}`)).json, allocation)
  const retried = await ipam.as('manager', 'POST', `${path}/convert`, body, key)
  t.strictSame([retried.status, retried.json], [201, converted.json])
  const again = await ipam.as('manager', 'POST', `${path}/convert`, body)
  t.equal(refusal(again), '409 conflict')
  t.match((await ipam.as('manager', 'GET', path)).json, {
    status: 'converted',
    resource_id: regionId,
  })
})

t.test('an address is reserved and becomes a host of its region', async t => {
  const ipam = await startIpam(t)
  const network = ipam.region(5, 23, 'Production')
  const made = await reserve(ipam, { ...host, reason: 'Database' })
  t.match(made.json, { z_octet: 100, reserved_address: '10.5.23.100', expires_at: null })
  const path = `${PATH}/${made.json.reservation_id}/convert`
  const body = {
    hostname: 'db-server-01',
    device_type: 'VM',
    os_type: 'Ubuntu 22.04',
    application: 'PostgreSQL',
    owner: 'Database Team',
  }
  for (const [wrong, field] of [
    [{}, 'hostname'],
    [{ ...body, region_name: 'x' }, 'region_name'],
    [{ ...body, device_type: 'toaster' }, 'device_type'],
    [{ ...body, hostname: '_' }, 'hostname'],
  ] as const) {
    const refused = await ipam.as('manager', 'POST', path, wrong)
    t.strictSame(Object.keys(refused.json.details), [field], JSON.stringify(wrong))
  }
  const converted = await ipam.as('manager', 'POST', path, body)
  t.equal(converted.status, 201, converted.text)
  t.match(converted.json, {
    resource_type: 'host',
    allocation: {
      ...body,
      host_id: converted.json.resource_id,
      ip_address: '10.5.23.100',
      region_id: ipam.uuid('region', network),
      status: 'Active',
    },
  })
})

t.test('what is not valid is said for every field', async t => {
  const ipam = await startIpam(t)
  const rows = [
    [
      { ...q1, x_octet: 256, expires_in_days: 91 },
      { x_octet: 'Must be between 0 and 255', expires_in_days: 'Must be between 1 and 90' },
    ],
    [{ ...q1, expires_in_days: 0 }, { expires_in_days: 'Must be between 1 and 90' }],
    [{ ...q1, y_octet: undefined }, { y_octet: 'It is missing' }],
    [{ ...q1, resource_type: 'country' }, { resource_type: 'Must be one of region, host' }],
    [{ ...host, z_octet: undefined }, { z_octet: 'It is missing: a host has one' }],
    [{ ...host, z_octet: null }, { z_octet: 'It is missing: a host has one' }],
    [{ ...host, z_octet: 0 }, { z_octet: 'Must be between 1 and 254' }],
    [{ ...host, z_octet: 255 }, { z_octet: 'Must be between 1 and 254' }],
  ] as const
  for (const [body, details] of rows) {
    const answer = await reserve(ipam, body)
    t.equal(refusal(answer), '400 validation_error', JSON.stringify(body))
    t.strictSame(answer.json.details, details, JSON.stringify(body))
  }
  t.equal(
    refusal(await ipam.as('manager', 'GET', `${PATH}?status=cancelled`)),
    '400 validation_error',
  )
})

t.test('what is somebody’s is not reserved', async t => {
  const ipam = await startIpam(t)
  ipam.hosts(ipam.region(5, 23), 'a')
  for (const body of [q1, { ...host, z_octet: 1 }]) {
    const answer = await reserve(ipam, body)
    t.equal(refusal(answer), '409 conflict', answer.text)
  }
  t.equal((await reserve(ipam, { ...q1, y_octet: 24 })).status, 201)
  t.equal(refusal(await reserve(ipam, { ...q1, y_octet: 24 }, 'admin')), '409 conflict')
  t.equal((await reserve(ipam, { ...host, y_octet: 24 })).status, 201, 'within one’s own')
  const others = await reserve(ipam, { ...host, y_octet: 24, z_octet: 7 }, 'admin')
  t.equal(refusal(others), '409 conflict')
  t.match(others.json.details.holder, {
    ...{ kind: 'reservation', hostname: null, reserved_by: 'manager' },
    until: '2025-12-12T10:00:00Z',
  })
  t.equal(refusal(await reserve(ipam, q1, 'reader')), '403 forbidden')
})

t.test('a conversion names the step that is missing', async t => {
  const ipam = await startIpam(t)
  const region = (await reserve(ipam, q1)).json.reservation_id
  const address = (await reserve(ipam, host)).json.reservation_id
  const path = `${PATH}/${address}/convert`
  const covered = await ipam.as('manager', 'POST', path, { hostname: 'a' })
  t.equal(refusal(covered), '409 conflict')
  t.equal(covered.json.details.reservation_id, region)
  const body = { region_name: 'Production' }
  for (const [wrong, field, says] of [
    [{}, 'region_name', /^Missing field region_name/],
    [{ ...body, hostname: 'a' }, 'hostname', /^Invalid value "a" for hostname/],
    [{ ...body, notes: 'b' }, 'notes', /^Invalid value "b" for notes/],
  ] as const) {
    const refused = await ipam.as('manager', 'POST', `${PATH}/${region}/convert`, wrong)
    t.strictSame(Object.keys(refused.json.details), [field], JSON.stringify(wrong))
    t.match(refused.json.message, says)
  }
  t.equal((await ipam.as('manager', 'POST', `${PATH}/${region}/convert`, body)).status, 201)
  const nameless = await ipam.as('manager', 'POST', path, {})
  t.match(nameless.json.message, /^Missing field hostname/)
  const made = await ipam.as('manager', 'POST', path, { hostname: 'a' })
  t.equal(made.status, 201)
  t.equal(made.headers.get('location'), `/ipam/hosts/${made.json.resource_id}`)
})

t.test('nobody but an admin knows of another one’s reservation', async t => {
  const ipam = await startIpam(t)
  const mine = (await reserve(ipam, q1)).json
  const his = (await reserve(ipam, { ...q1, y_octet: 24 }, 'admin')).json
  const path = `${PATH}/${his.reservation_id}`
  t.equal(refusal(await ipam.as('manager', 'GET', path)), '404 not_found')
  t.equal(refusal(await ipam.as('manager', 'DELETE', path)), '404 not_found')
  const convert = await ipam.as('manager', 'POST', `${path}/convert`, { region_name: 'x' })
  t.equal(refusal(convert), '404 not_found')
  t.strictSame((await ipam.as('manager', 'GET', PATH)).json.results, [mine])
  t.strictSame((await ipam.as('admin', 'GET', PATH)).json.results, [his])
  t.strictSame((await ipam.as('admin', 'GET', `${PATH}?all=true`)).json.results, [his, mine])
  t.equal(refusal(await ipam.as('manager', 'GET', `${PATH}?all=true`)), '403 forbidden')
  const my = `${PATH}/${mine.reservation_id}`
  t.strictSame((await ipam.as('admin', 'GET', my)).json, mine)
  const taken = await ipam.as('admin', 'POST', `${my}/convert`, { region_name: 'x' })
  t.equal(refusal(taken), '404 not_found', 'an admin converts only his own')
  t.equal((await ipam.as('admin', 'DELETE', my)).status, 204)
})

t.test('a reservation is cancelled, and one that is over only hidden', async t => {
  const ipam = await startIpam(t)
  const { json: first } = await reserve(ipam, q1)
  const path = `${PATH}/${first.reservation_id}`
  t.equal(refusal(await ipam.as('reader', 'DELETE', path)), '403 forbidden')
  const key = { 'idempotency-key': 'cancel-1' }
  t.equal((await ipam.as('manager', 'DELETE', path, undefined, key)).status, 204)
  t.equal((await ipam.as('manager', 'DELETE', path, undefined, key)).status, 204, 'a retry')
  t.equal(refusal(await ipam.as('manager', 'GET', path)), '404 not_found')
  t.equal(refusal(await ipam.as('manager', 'DELETE', path)), '404 not_found')
  const { json: second } = await reserve(ipam, q1)
  const over = `${PATH}/${second.reservation_id}`
  await ipam.as('manager', 'POST', `${over}/convert`, { region_name: 'Production' })
  t.equal((await ipam.as('manager', 'DELETE', over)).status, 204)
  t.equal(refusal(await ipam.as('manager', 'GET', over)), '404 not_found')
  t.strictSame((await ipam.as('manager', 'GET', PATH)).json.results, [])
  t.equal((await ipam.as('manager', 'GET', '/ipam/regions')).json.pagination.total_count, 1)
  for (const id of ['x', ipam.uuid('region', 1), '550e8400-e29b-41d4-a716-446655440000'])
    t.equal(refusal(await ipam.as('manager', 'GET', `${PATH}/${id}`)), '404 not_found', id)
})

t.test('a reservation of another surface is shown only inside 10.0.0.0/8', async t => {
  const ipam = await startIpam(t)
  for (const network of ['192.168.1.0/24', '10.5.0.0/16'])
    await ipam.as('manager', 'POST', '/api/subnets', { network })
  for (const ip of ['192.168.1.7', '10.5.23.7'])
    t.equal((await ipam.as('manager', 'PUT', `/api/ips/${ip}/reserve`, {})).status, 200)
  const { json } = await ipam.as('manager', 'GET', PATH)
  t.match(json.results, [{ reserved_address: '10.5.23.7', resource_type: 'host' }])
  t.equal(json.pagination.total_count, 1)
})
