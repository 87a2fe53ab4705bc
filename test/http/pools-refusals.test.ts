// The pools surface says no: bad input by name, in {detail}, with field and value for programs.
import t from 'tap'
import { begunWith, type Harness } from './harness.js'

const begun = begunWith()
const IP = '/api/v1/ip-pools'
const RTRD = '/api/v1/rtrd-pools'

const ip = { name: 'p', pool_type: 'ipv4', cidr: '10.0.0.0/24' }
const rt = {
  name: 'rt',
  pool_type: 'rt',
  format_type: 0,
  admin_value: '65000',
  range_start: 1,
  range_end: 9,
}

async function withPools(h: Harness): Promise<Harness> {
  await h.call('POST', IP, ip)
  await h.call('POST', IP, { name: 'six', pool_type: 'ipv6', cidr: '2001:db8::/48' })
  await h.call('POST', RTRD, rt)
  return h
}

t.test('bad input is 400 and names field and value', async t => {
  const h = await withPools(await begun(t))
  const rows: readonly [string, object, string, string][] = [
    [IP, { ...ip, cidr: '10.0.0.0/33' }, 'cidr', '10.0.0.0/33'],
    [IP, { ...ip, cidr: '300.0.0.0/8' }, 'cidr', '300.0.0.0/8'],
    [IP, { ...ip, cidr: '10.0.0.0' }, 'cidr', '10.0.0.0'],
    [IP, { ...ip, cidr: '' }, 'cidr', ''],
    [IP, { ...ip, pool_type: 'ipv6' }, 'pool_type', 'ipv6'],
    [IP, { ...ip, pool_type: 'ipv4', cidr: '2001:db8::/32' }, 'pool_type', '2001:db8::/32'],
    [IP, { ...ip, pool_type: 'IPv4' }, 'pool_type', 'IPv4'],
    [IP, { name: 'q', cidr: '10.1.0.0/24' }, 'pool_type', ''],
    [IP, { ...ip, name: '' }, 'name', ''],
    [IP, { ...ip, name: 'x'.repeat(101) }, 'name', 'x'],
    [IP, { ...ip, name: 'a\nb' }, 'name', 'control'],
    [IP, { ...ip, name: '..' }, 'name', '..'],
    [IP, { ...ip, name: '\ud800' }, 'name', ''],
    [IP, { ...ip, name: null }, 'name', 'null'],
    [IP, { ...ip, description: 7 }, 'description', '7'],
    [IP, { ...ip, strategy: 'worst' }, 'strategy', 'worst'],
    [IP, { ...ip, cidr: '10.9.0.0/24', strategy: 'sparse' }, 'strategy', 'sparse'],
    [IP, { ...ip, vrf: 'x' }, 'vrf', 'vrf'],
    [`${IP}/p/allocate`, {}, 'prefix_length', ''],
    [`${IP}/p/allocate`, { prefix_length: 23 }, 'prefix_length', '23'],
    [`${IP}/p/allocate`, { prefix_length: 33 }, 'prefix_length', '33'],
    [`${IP}/p/allocate`, { prefix_length: 129 }, 'prefix_length', '129'],
    [`${IP}/p/allocate`, { prefix_length: -1 }, 'prefix_length', '-1'],
    [`${IP}/p/allocate`, { prefix_length: 24.5 }, 'prefix_length', '24.5'],
    [`${IP}/p/allocate`, { prefix_length: '24' }, 'prefix_length', '"24"'],
    [`${IP}/p/allocate`, { prefix_length: null }, 'prefix_length', 'null'],
    [`${IP}/p/allocate`, { prefix_length: 1e30 }, 'prefix_length', '1e+30'],
    [`${IP}/six/allocate`, { prefix_length: 47 }, 'prefix_length', '47'],
    [`${IP}/six/allocate`, { prefix_length: 129 }, 'prefix_length', '129'],
    [`${IP}/p/release`, {}, 'allocated_cidr', ''],
    [`${IP}/p/release`, { allocated_cidr: 'x' }, 'allocated_cidr', 'x'],
    [`${IP}/p/release`, { allocated_cidr: 5 }, 'allocated_cidr', '5'],
    [RTRD, { ...rt, name: 'q', admin_value: '0' }, 'admin_value', '0'],
    [RTRD, { ...rt, name: 'q', admin_value: '65536' }, 'admin_value', '65536'],
    [RTRD, { ...rt, name: 'q', admin_value: '065000' }, 'admin_value', '065000'],
    [RTRD, { ...rt, name: 'q', admin_value: '10.0.0.1' }, 'admin_value', '10.0.0.1'],
    [RTRD, { ...rt, name: 'q', admin_value: 65000 }, 'admin_value', '65000'],
    [RTRD, { ...rt, name: 'q', format_type: 1, admin_value: '::1' }, 'admin_value', '::1'],
    [RTRD, { ...rt, name: 'q', format_type: 1, admin_value: '1.2.3' }, 'admin_value', '1.2.3'],
    [RTRD, { ...rt, name: 'q', format_type: 2, admin_value: '4294967296' }, 'admin_value', '42'],
    [RTRD, { ...rt, name: 'q', format_type: 3 }, 'format_type', '3'],
    [RTRD, { ...rt, name: 'q', format_type: '0' }, 'format_type', '"0"'],
    [RTRD, { ...rt, name: 'q', pool_type: 'vlan' }, 'pool_type', 'vlan'],
    [RTRD, { ...rt, name: 'q', range_start: 10 }, 'range_end', '9'],
    [RTRD, { ...rt, name: 'q', range_start: -1 }, 'range_start', '-1'],
    [RTRD, { ...rt, name: 'q', range_start: 1.5 }, 'range_start', '1.5'],
    [RTRD, { ...rt, name: 'q', range_end: 4294967296 }, 'range_end', '4294967296'],
    [RTRD, { ...rt, name: 'q', range_end: 1e300 }, 'range_end', '1e+300'],
    [RTRD, { ...rt, name: 'q', format_type: 2, range_end: 65536 }, 'range_end', '65536'],
    [
      RTRD,
      { ...rt, name: 'q', format_type: 1, admin_value: '10.0.0.1', range_end: 65536 },
      'range_end',
      '65536',
    ],
    [`${RTRD}/rt/release`, {}, 'value', ''],
    [`${RTRD}/rt/release`, { value: 65000 }, 'value', '65000'],
    [`${RTRD}/rt/allocate`, { value: '65000:5' }, 'value', 'value'],
  ]
  for (const [path, body, field, value] of rows) {
    const answer = await h.call('POST', path, body)
    const row = `${path} ${JSON.stringify(body).slice(0, 120)}`
    t.equal(answer.status, 400, row)
    t.equal(answer.json.field, field, `${row}: ${answer.text}`)
    t.ok(answer.json.detail.includes(value), `${row}: ${answer.json.detail}`)
    t.same(Object.keys(answer.json).slice(0, 2), ['detail', 'reason'], row)
  }
  for (const [path, body] of [
    [`${IP}/p`, {}],
    [`${IP}/p`, { name: 'new' }],
    [`${RTRD}/rt`, {}],
    [`${RTRD}/rt`, { strategy: 'last' }],
  ] as const)
    t.equal((await h.call('PATCH', path, body)).status, 400, `${path} ${JSON.stringify(body)}`)
})

t.test('what is not there is 404, in the words of the document', async t => {
  const h = await withPools(await begun(t))
  await h.call('POST', `${IP}/p/allocate`, { prefix_length: 28 })
  await h.call('POST', `${RTRD}/rt/allocate`, {})
  const rows: readonly [string, string, object | undefined, string, RegExp][] = [
    ['GET', `${IP}/no`, undefined, 'pool-not-found', /^Pool not found: .*'no'/],
    ['GET', `${IP}/no/allocations`, undefined, 'pool-not-found', /^Pool not found/],
    ['DELETE', `${IP}/no`, undefined, 'pool-not-found', /^Pool not found/],
    ['PATCH', `${IP}/no`, { description: 'x' }, 'pool-not-found', /^Pool not found/],
    ['POST', `${IP}/no/allocate`, { prefix_length: 30 }, 'pool-not-found', /^Pool not found/],
    [
      'POST',
      `${IP}/no/release`,
      { allocated_cidr: '10.0.0.0/30' },
      'pool-not-found',
      /^Pool not found/,
    ],
    ['GET', `${IP}/${'x'.repeat(101)}`, undefined, 'pool-not-found', /^Pool not found/],
    ['GET', `${RTRD}/p`, undefined, 'pool-not-found', /^Pool not found: .*'p'/],
    ['GET', `${RTRD}/no/allocations`, undefined, 'pool-not-found', /^Pool not found/],
    ['DELETE', `${RTRD}/no`, undefined, 'pool-not-found', /^Pool not found/],
    ['POST', `${RTRD}/no/allocate`, undefined, 'pool-not-found', /^Pool not found/],
    ['POST', `${RTRD}/no/release`, { value: '65000:1' }, 'pool-not-found', /^Pool not found/],
    [
      'POST',
      `${IP}/p/release`,
      { allocated_cidr: '10.0.0.0/29' },
      'block-not-found',
      /^Block not found: .*'10\.0\.0\.0\/29'/,
    ],
    [
      'POST',
      `${IP}/p/release`,
      { allocated_cidr: '10.0.0.4/30' },
      'block-not-found',
      /^Block not found/,
    ],
    [
      'POST',
      `${IP}/p/release`,
      { allocated_cidr: '10.0.0.1/28' },
      'block-not-found',
      /^Block not found/,
    ],
    [
      'POST',
      `${RTRD}/rt/release`,
      { value: '65001:1' },
      'number-not-found',
      /^Value not found: .*'65001:1'/,
    ],
    ['POST', `${RTRD}/rt/release`, { value: '1' }, 'number-not-found', /^Value not found/],
    ['POST', `${RTRD}/rt/release`, { value: '65000:01' }, 'number-not-found', /^Value not found/],
    ['POST', `${RTRD}/rt/release`, { value: '65000:2' }, 'number-not-found', /^Value not found/],
  ]
  for (const [method, path, body, reason, detail] of rows) {
    const answer = await h.call(method, path, body)
    t.match(answer, { status: 404, json: { reason, detail } }, `${method} ${path}`)
  }
  const cidr = { allocated_cidr: '10.0.0.0/28' }
  t.equal((await h.call('POST', `${IP}/p/release`, cidr)).status, 200)
  t.equal((await h.call('POST', `${IP}/p/release`, cidr)).status, 404, 'released twice')
  t.equal((await h.call('POST', `${RTRD}/rt/release`, { value: '65000:1' })).status, 200)
  t.equal((await h.call('POST', `${RTRD}/rt/release`, { value: '65000:1' })).status, 404)
})

t.test('what is in the way is 409, in the words of the document', async t => {
  const h = await withPools(await begun(t))
  t.match(await h.call('POST', IP, { ...ip, cidr: '10.9.0.0/24' }), {
    status: 409,
    json: { reason: 'pool-exists', existing_id: 1, detail: /^Pool name already exists: .*'p'/ },
  })
  t.match(await h.call('POST', IP, { ...ip, name: 'twin' }), {
    status: 409,
    json: { reason: 'network-has-pool', pool: 'p', network_id: 'net-1', detail: /10\.0\.0\.0\/24/ },
  })
  t.match(await h.call('POST', RTRD, rt), {
    status: 409,
    json: { reason: 'pool-exists', existing_id: 1, detail: /^Pool name already exists: .*'rt'/ },
  })
  t.equal((await h.call('POST', RTRD, { ...rt, name: 'p' })).status, 201, 'names of two kinds')
  await h.call('POST', `${IP}/p/allocate`, { prefix_length: 25 })
  t.match(await h.call('POST', `${IP}/p/allocate`, { prefix_length: 24 }), {
    status: 409,
    json: {
      reason: 'pool-exhausted',
      wanted: '/24',
      free: '128',
      detail: /^Pool exhausted - no available blocks: .*\/24/,
    },
  })
  for (let made = 0; made < 9; made++) await h.call('POST', `${RTRD}/rt/allocate`)
  t.match(await h.call('POST', `${RTRD}/rt/allocate`), {
    status: 409,
    json: { reason: 'pool-exhausted', detail: /^Pool exhausted - no available values: .*'rt'/ },
  })
})

t.test('every failure below its paths is {detail}: methods, paths, bodies, names', async t => {
  const h = await withPools(await begun(t))
  for (const [method, path, status, body] of [
    ['PUT', `${IP}/p`, 405, {}],
    ['GET', `${IP}/p/allocate`, 405, undefined],
    ['GET', `${IP}/p/nothing`, 404, undefined],
    ['GET', `${IP}/%zz`, 400, undefined],
    ['GET', `${IP}/%ff`, 400, undefined],
    ['POST', `${IP}/%zz/allocate`, 400, {}],
    ['DELETE', `${RTRD}/%`, 400, undefined],
    ['POST', IP, 400, '{"name":'],
    ['POST', IP, 400, undefined],
    ['POST', `${IP}/p/allocate`, 400, undefined],
    ['GET', `${IP}?limit=0`, 400, undefined],
    ['POST', '/', 405, {}],
    ['POST', '/health', 405, {}],
  ] as const) {
    const response = await fetch(h.url + path, {
      method,
      ...(body === undefined
        ? {}
        : {
            body: typeof body === 'string' ? body : JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
    })
    t.equal(response.status, status, `${method} ${path}`)
    t.match(await response.json(), { detail: /\w.*\.$/, reason: /^[a-z-]+$/ }, `${method} ${path}`)
  }
})

t.test('closed to strangers, health and the front page stay open', async t => {
  const h = await begun(t, { auth: 'required' })
  for (const [method, path] of [
    ['GET', IP],
    ['POST', `${RTRD}/x/allocate`],
    ['DELETE', `${IP}/x`],
  ] as const)
    t.match(await h.call(method, path), { status: 401, json: { detail: /token/ } }, path)
  t.equal((await h.call('GET', '/')).status, 200)
  t.equal((await h.call('GET', '/health')).status, 200)
})
