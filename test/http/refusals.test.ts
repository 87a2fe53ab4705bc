// Bad input by name, and every refusal with its status, its sentence and what a program needs of it.
import t from 'tap'
import { spell } from '../../src/http/ids.js'
import { refusalMessage } from '../../src/http/messages.js'
import { refusalStatuses, statusOf } from '../../src/http/statuses.js'
import type { Refusal } from '../../src/ledger/index.js'
import { begunWith } from './harness.js'

const begun = begunWith('10.0.0.0/29')

t.test('bad input is 400 and names field and value', async t => {
  const h = await begun(t)
  const net = { network_id: 'net-1' }
  const rows: readonly [string, string, object, string, string][] = [
    ['POST', '/networks', { cidr: '300.1.1.1/8' }, 'cidr', '300.1.1.1/8'],
    ['POST', '/networks', { cidr: '10.0.0.0/33' }, 'cidr', '10.0.0.0/33'],
    ['POST', '/networks', { cidr: '::1/129' }, 'cidr', '::1/129'],
    ['POST', '/networks', { cidr: '010.0.0.0/8' }, 'cidr', '010.0.0.0/8'],
    ['POST', '/networks', { cidr: '10.0.0.0/08' }, 'cidr', '10.0.0.0/08'],
    ['POST', '/networks', { cidr: '10.0.0.0' }, 'cidr', '10.0.0.0'],
    ['POST', '/networks', { cidr: 'fe80::%eth0/64' }, 'cidr', 'eth0'],
    ['POST', '/networks', { cidr: '' }, 'cidr', ''],
    ['POST', '/networks', { cidr: 10 }, 'cidr', '10'],
    ['POST', '/networks', {}, 'cidr', ''],
    ['POST', '/networks', { cdir: '10.0.0.0/8' }, 'cdir', 'cidr'],
    ['POST', '/networks', { cidr: '10.9.0.0/16', parent: 'net-1' }, 'parent', 'net-1'],
    ['POST', '/networks', { parent: 'net-1' }, 'prefix_length', ''],
    ['POST', '/networks', { parent: 'net-1', prefix_length: 129 }, 'prefix_length', '129'],
    ['POST', '/networks', { parent: 'net-1', prefix_length: 30, vrf: 'x' }, 'vrf', 'x'],
    ['POST', '/networks', { cidr: '10.9.0.0/16', tags: ['a', ''] }, 'tags[1]', ''],
    ['POST', '/networks', { cidr: '10.9.0.0/16', tags: ['a=1', 'a=2'] }, 'tags', 'a=2'],
    ['POST', '/networks', { cidr: '10.9.0.0/16', tags: Array(65).fill('x') }, 'tags', 'x'],
    ['POST', '/networks', { cidr: '10.9.0.0/16', tags: ['x'.repeat(101)] }, 'tags[0]', 'x'],
    ['POST', '/networks', { cidr: '10.9.0.0/16', hold_hours: -1 }, 'hold_hours', '-1'],
    ['POST', '/networks', { cidr: '10.9.0.0/16', hold_hours: 1.5 }, 'hold_hours', '1.5'],
    ['PATCH', '/networks/net-1', { hold_hours: 87_601 }, 'hold_hours', '87601'],
    [
      'POST',
      '/networks',
      { cidr: '10.9.0.0/16', description: 'x'.repeat(4097) },
      'description',
      'x',
    ],
    ['POST', '/networks', { cidr: '10.9.0.0/16', description: '\ud800' }, 'description', ''],
    ['POST', '/networks', { cidr: '10.9.0.0/16', description: 'a\u0000' }, 'description', 'a'],
    ['PATCH', '/networks/net-1', {}, 'body', '{}'],
    ['PATCH', '/networks/net-1', { cidr: '10.0.0.0/8' }, 'cidr', ''],
    ['POST', '/allocations', {}, 'network_id', ''],
    ['POST', '/allocations', { network_id: 1 }, 'network_id', '1'],
    ['POST', '/allocations', { ...net, count: 0 }, 'count', '0'],
    ['POST', '/allocations', { ...net, count: -1 }, 'count', '-1'],
    ['POST', '/allocations', { ...net, count: 1.5 }, 'count', '1.5'],
    ['POST', '/allocations', { ...net, count: '3' }, 'count', '"3"'],
    ['POST', '/allocations', { ...net, count: null }, 'count', 'null'],
    ['POST', '/allocations', { ...net, count: 1e30 }, 'count', '1e+30'],
    ['POST', '/allocations', { ...net, count: 2, ip: '10.0.0.1' }, 'count', '2'],
    ['POST', '/allocations', { ...net, ip: '10.0.0.999' }, 'ip', '10.0.0.999'],
    ['POST', '/allocations', { ...net, ip: '10.0.0.1/32' }, 'ip', '10.0.0.1/32'],
    ['POST', '/allocations', { ...net, ip: '10.0.0.1', prefix_length: 32 }, 'prefix_length', '32'],
    ['POST', '/allocations', { ...net, count: 2, prefix_length: 30 }, 'count', '2'],
    ['POST', '/allocations', { ...net, prefix_length: -1 }, 'prefix_length', '-1'],
    ['POST', '/allocations', { ...net, hostname: 'has space' }, 'hostname', 'has space'],
    ['POST', '/allocations', { ...net, hostname: '-a' }, 'hostname', '-a'],
    ['POST', '/allocations', { ...net, hostname: 'a..b' }, 'hostname', 'a..b'],
    ['POST', '/allocations', { ...net, hostname: 'a'.repeat(64) }, 'hostname', 'a'],
    ['POST', '/allocations', { ...net, hostname: 'a.'.repeat(128) }, 'hostname', 'a.'],
    ['POST', '/allocations', { ...net, ttl_hours: 0 }, 'ttl_hours', '0'],
    ['POST', '/allocations', { ...net, ttl_hours: -2 }, 'ttl_hours', '-2'],
    ['POST', '/allocations', { ...net, ttl_hours: '24' }, 'ttl_hours', '"24"'],
    ['POST', '/allocations', { ...net, ttl_hours: 1e9 }, 'ttl_hours', '1000000000'],
    ['POST', '/allocations', { ...net, __proto: 1 }, '__proto', ''],
    ['POST', '/allocations', [], 'body', '[]'],
    ['POST', '/allocations/alloc-1/renew', {}, 'ttl_hours', ''],
    ['POST', '/allocations/alloc-1/release', { revision: 0 }, 'revision', '0'],
    ['POST', '/allocations/bulk', { steps: [] }, 'steps', '[]'],
    ['POST', '/allocations/bulk', { steps: [{}] }, 'steps[0]', '{}'],
    [
      'POST',
      '/allocations/bulk',
      { steps: Array(401).fill({ release: { id: 'a' } }) },
      'steps',
      '',
    ],
    [
      'POST',
      '/allocations/bulk',
      { steps: [{ allocate: { ...net, count: 0 } }] },
      'steps[0].allocate.count',
      '0',
    ],
    [
      'POST',
      '/allocations/bulk',
      { steps: [{ allocate: { ...net, ip: 'x' } }] },
      'steps[0].allocate.ip',
      'x',
    ],
    ['POST', '/vrfs', { name: '' }, 'name', ''],
    ['POST', '/vrfs', { name: ' x' }, 'name', ' x'],
    ['GET', '/networks?limit=0', {}, 'limit', '0'],
    ['GET', '/networks?limit=1001', {}, 'limit', '1001'],
    ['GET', '/networks?limit=x', {}, 'limit', 'x'],
    ['GET', '/networks?cursor=!!', {}, 'cursor', '!!'],
    ['GET', '/networks?cursor=abcd', {}, 'cursor', 'abcd'],
    ['GET', '/allocations?all=maybe', {}, 'all', 'maybe'],
    ['GET', '/allocations?netwrok_id=net-1', {}, 'netwrok_id', ''],
  ]
  for (const [method, path, body, field, value] of rows) {
    const answer = await h.call(method, `/api/v1${path}`, method === 'GET' ? undefined : body)
    const row = `${method} ${path} ${JSON.stringify(body).slice(0, 80)}`
    t.equal(answer.status, 400, row)
    t.equal(answer.json.code, 400, row)
    t.equal(answer.json.field, field, row)
    t.ok(answer.json.error.includes(value), `${row}: ${answer.json.error}`)
    t.match(answer.json.error, /\.$/, row)
  }
})

t.test('what does not exist is 404 and named, however malformed its id', async t => {
  const h = await begun(t)
  for (const id of [
    'net-99',
    'net-0',
    'net-01',
    'net-',
    'net-1x',
    '1',
    'alloc-1',
    'net-99999999999999999999',
  ]) {
    const answer = await h.call('GET', `/api/v1/networks/${id}`)
    t.match(answer, { status: 404, json: { code: 404 } }, id)
    t.ok(answer.json.error.includes(`${id} not found`), answer.json.error)
  }
  for (const [method, path, body] of [
    ['GET', '/networks/net-9/stats'],
    ['DELETE', '/networks/net-9'],
    ['DELETE', '/networks/x'],
    ['PATCH', '/networks/net-9', { description: 'x' }],
    ['GET', '/allocations/alloc-9'],
    ['GET', '/allocations/bulk'],
    ['PATCH', '/allocations/alloc-9', { description: 'x' }],
    ['POST', '/allocations/alloc-9/release'],
    ['POST', '/allocations/x/release'],
    ['POST', '/allocations/alloc-9/renew', { ttl_hours: 1 }],
    ['POST', '/allocations', { network_id: 'net-9' }],
    ['POST', '/allocations', { network_id: 'x' }],
    ['POST', '/networks', { parent: 'net-9', prefix_length: 30 }],
    ['POST', '/networks', { cidr: '10.9.0.0/16', vrf: 'red' }],
    ['GET', '/vrfs/vrf-9'],
    ['DELETE', '/vrfs/vrf-9'],
  ] as const)
    t.equal((await h.call(method, `/api/v1${path}`, body)).status, 404, `${method} ${path}`)
  for (const id of ['net-9', 'x', ''])
    t.same((await h.call('GET', `/api/v1/allocations?network_id=${id}`)).json, [], id)
})

t.test('conflicts are 409 and say what is in the way', async t => {
  const h = await begun(t)
  const path = '/api/v1/allocations'
  await h.call('POST', path, { network_id: 'net-1', ip: '10.0.0.2', hostname: 'web' })
  t.match(await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.3/29' }), {
    status: 409,
    json: { reason: 'network-exists', existing_id: 'net-1', error: /10\.0\.0\.0\/29.*net-1/ },
  })
  t.match(await h.call('POST', path, { network_id: 'net-1', ip: '10.0.0.2' }), {
    status: 409,
    json: {
      reason: 'address-taken',
      holder: { kind: 'allocation', id: 'alloc-1', hostname: 'web' },
    },
  })
  for (const [body, reason] of [
    [{ ip: '10.0.0.0' }, 'address-not-usable'],
    [{ ip: '10.0.1.1' }, 'address-outside-network'],
    [{ ip: '::1' }, 'address-outside-network'],
    [{ count: 5 }, 'no-space'],
    [{ count: 7 }, 'larger-than-network'],
    [{ prefix_length: 28 }, 'larger-than-network'],
  ] as const)
    t.match(await h.call('POST', path, { network_id: 'net-1', ...body }), {
      status: 409,
      json: { code: 409, reason },
    })
  t.match(await h.call('DELETE', '/api/v1/vrfs/vrf-1'), {
    status: 409,
    json: { reason: 'vrf-fixed' },
  })
  t.match(await h.call('POST', '/api/v1/vrfs', { name: 'default' }), {
    status: 409,
    json: { reason: 'vrf-exists', existing_id: 'vrf-1' },
  })
})

const holder = { kind: 'hold', id: 7, hostname: 'web', until: '2024-01-15T10:30:00.250Z' } as const

/** One of each: a new code must be added here too (the record is exhaustive). */
const samples: { readonly [Code in Refusal['code']]: Extract<Refusal, { code: Code }> } = {
  invalid: { code: 'invalid', field: 'tags', value: 'a', reason: 'two values' },
  'vrf-not-found': { code: 'vrf-not-found', vrf: 'red' },
  'vrf-exists': { code: 'vrf-exists', name: 'red', id: 2 },
  'vrf-in-use': { code: 'vrf-in-use', id: 2, networks: 1 },
  'vrf-fixed': { code: 'vrf-fixed', id: 1 },
  'network-not-found': { code: 'network-not-found', id: 3 },
  'network-exists': { code: 'network-exists', id: 3, cidr: '10.0.0.0/8' },
  'network-in-use': { code: 'network-in-use', id: 3, allocations: 2 },
  'subnet-exists': { code: 'subnet-exists', id: 3, cidr: '10.0.0.0/8' },
  'gateway-in-the-way': {
    code: 'gateway-in-the-way',
    cidr: '10.0.0.0/24',
    networkId: 3,
    gateway: '10.0.0.1',
  },
  'reservation-not-found': { code: 'reservation-not-found', id: 9 },
  'reservation-ended': { code: 'reservation-ended', id: 9, status: 'expired' },
  'reservation-not-yours': { code: 'reservation-not-yours', id: 9, holder: 'anna' },
  'address-in-no-network': { code: 'address-in-no-network', ip: '10.0.0.1' },
  'reservation-in-the-way': {
    code: 'reservation-in-the-way',
    cidr: '10.0.0.0/24',
    reservationId: 9,
    ip: '10.0.0.1',
  },
  'reservation-active': { code: 'reservation-active', id: 9 },
  'reservation-covered': {
    code: 'reservation-covered',
    id: 9,
    coveringId: 8,
    cidr: '10.5.23.0/24',
  },
  'network-in-the-way': {
    code: 'network-in-the-way',
    cidr: '10.5.23.0/24',
    networkId: 3,
    network: '10.5.23.0/25',
  },
  'range-taken': { code: 'range-taken', cidr: '10.5.23.0/24', taken: '10.5.23.7', holder },
  'country-not-found': { code: 'country-not-found', country: 'Atlantis' },
  'country-exists': { code: 'country-exists', country: 'US' },
  'country-range-taken': { code: 'country-range-taken', country: 'US', xFirst: 1, xLast: 31 },
  'too-many-countries': { code: 'too-many-countries', max: 256 },
  'region-not-found': { code: 'region-not-found', id: 3 },
  'region-exists': { code: 'region-exists', id: 3, cidr: '10.5.23.0/24' },
  'region-name-taken': { code: 'region-name-taken', name: 'prod', country: 'US', id: 3 },
  'country-exhausted': { code: 'country-exhausted', country: 'US', regions: 7936 },
  'region-reserved': { code: 'region-reserved', id: 3, name: 'prod' },
  'host-not-found': { code: 'host-not-found', id: 4 },
  'hostname-taken': { code: 'hostname-taken', hostname: 'web', regionId: 3, allocationId: 4 },
  'too-many-comments': { code: 'too-many-comments', max: 1000 },
  'personal-not-found': { code: 'personal-not-found', noun: 'share', id: 9 },
  'resource-not-found': { code: 'resource-not-found', resourceType: 'region', id: 3 },
  'too-many-personal': { code: 'too-many-personal', noun: 'shares', max: 1000 },
  'claim-in-the-way': {
    code: 'claim-in-the-way',
    cidr: '10.0.0.0/8',
    allocationId: 4,
    claim: '10.0.0.0-10.0.0.9',
  },
  'too-many-rows': { code: 'too-many-rows', rows: 2000, rowsMax: 1000 },
  'user-not-found': { code: 'user-not-found', id: 5 },
  'user-exists': { code: 'user-exists', username: 'anna', id: 5 },
  'last-admin': { code: 'last-admin', id: 5 },
  'too-many-users': { code: 'too-many-users', max: 10_000 },
  'api-token-not-found': { code: 'api-token-not-found', id: 6 },
  'too-many-api-tokens': { code: 'too-many-api-tokens', userId: 5, max: 50 },
  'too-many-revocations': { code: 'too-many-revocations', max: 100_000 },
  'tag-not-found': { code: 'tag-not-found', id: 7 },
  'tag-exists': { code: 'tag-exists', name: 'production', id: 7 },
  'too-many-tags': { code: 'too-many-tags', max: 10_000 },
  'custom-field-not-found': { code: 'custom-field-not-found', id: 8 },
  'custom-field-exists': {
    code: 'custom-field-exists',
    entityType: 'ip',
    fieldName: 'department',
    id: 8,
  },
  'too-many-custom-fields': { code: 'too-many-custom-fields', max: 500 },
  'not-signed-in': { code: 'not-signed-in' },
  'not-permitted': { code: 'not-permitted', permission: 'admin', userId: 5 },
  'allocation-not-found': { code: 'allocation-not-found', id: 4 },
  'allocation-ended': { code: 'allocation-ended', id: 4, status: 'expired' },
  'block-in-use': { code: 'block-in-use', id: 4, networkIds: [5, 6] },
  'larger-than-network': { code: 'larger-than-network', wanted: '9', size: '8' },
  'no-space': { code: 'no-space', networkId: 3, wanted: '9', free: '8' },
  'address-taken': { code: 'address-taken', ip: '10.0.0.1', holder },
  'address-not-usable': { code: 'address-not-usable', ip: '10.0.0.1', networkId: 3, reason: 'r' },
  'address-outside-network': { code: 'address-outside-network', ip: '10.0.0.1', networkId: 3 },
  'address-in-child': { code: 'address-in-child', ip: '10.0.0.1', childId: 5, cidr: '10.0.0.0/9' },
  'pool-not-found': { code: 'pool-not-found', kind: 'ip', pool: 'p' },
  'pool-exists': { code: 'pool-exists', kind: 'number', pool: 'p', id: 4 },
  'network-has-pool': {
    code: 'network-has-pool',
    networkId: 3,
    cidr: '10.0.0.0/8',
    pool: 'p',
  },
  'pool-in-use': { code: 'pool-in-use', pool: 'p', allocations: 2 },
  'pool-exhausted': {
    code: 'pool-exhausted',
    kind: 'ip',
    pool: 'p',
    wanted: '/30',
    free: '3',
  },
  'block-not-found': { code: 'block-not-found', pool: 'p', cidr: '10.0.0.0/30' },
  'number-taken': { code: 'number-taken', pool: 'p', value: '65000:1', holder: 'web' },
  'number-not-found': { code: 'number-not-found', pool: 'p', value: '65000:1' },
  'member-exists': { code: 'member-exists', nodeId: 4, raftAddress: 'n4:5004' },
  'member-not-found': { code: 'member-not-found', nodeId: 4 },
  'member-id-used': { code: 'member-id-used', nodeId: 4 },
  'member-address-taken': { code: 'member-address-taken', raftAddress: 'n4:5004', nodeId: 4 },
  'member-change-under-way': { code: 'member-change-under-way', nodeId: 4 },
  'member-not-leaving': { code: 'member-not-leaving', nodeId: 4 },
  'member-other-data': { code: 'member-other-data', nodeId: 4 },
  'last-member': { code: 'last-member', nodeId: 4 },
  'too-many-members': { code: 'too-many-members', what: 'removed', max: 1000 },
  'revision-mismatch': { code: 'revision-mismatch', expected: 1, actual: 2 },
  'idempotency-key-reused': { code: 'idempotency-key-reused' },
  'step-refused': {
    code: 'step-refused',
    step: 3,
    refusal: { code: 'revision-mismatch', expected: 1, actual: 2 },
  },
  'stale-request': { code: 'stale-request' },
}

/** Only the office surface says these, with ids as it writes them. */
const officeOnly: ReadonlySet<Refusal['code']> = new Set<Refusal['code']>([
  'user-exists',
  'tag-exists',
  'custom-field-exists',
])

t.test('every refusal has a status, a sentence and, for programs, its kind', async t => {
  const h = await begun(t)
  const { documented } = h
  for (const refusal of Object.values(samples)) {
    const message = refusalMessage(refusal, spell)
    t.match(message, /^[A-Z1-9].*\.$/s, refusal.code)
    h.documented = officeOnly.has(refusal.code) ? null : documented
    h.gateway.submit = async () => ({ revision: 9, originalRevision: 9, ok: false, refusal })
    const answer = await h.call('PATCH', '/api/v1/allocations/alloc-1', { description: 'x' })
    t.equal(answer.status, statusOf(refusal, {}), refusal.code)
    t.equal(answer.headers.get('ipam-revision'), '9')
    t.match(answer.json, { error: message, code: answer.status, reason: refusal.code })
  }
  t.equal(statusOf(samples['step-refused'], {}), 412, 'a step has the status of its refusal')
  t.equal(statusOf(samples['address-taken'], { 'address-taken': 422 }), 422)
  t.same(Object.keys(refusalStatuses).sort(), Object.keys(samples).sort())
})
