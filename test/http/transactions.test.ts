// POST /api/v1/transactions: many steps of any kind, all or none.
import t from 'tap'
import { begunWith, type Harness } from './harness.js'

const begun = begunWith()
const PATH = '/api/v1/transactions'

const pool = { name: 'p', cidr: '10.0.0.0/24' }
const rt = {
  name: 'rt',
  kind: 'rt',
  format_type: 0,
  admin_value: '65000',
  range_start: 1,
  range_end: 9,
}
const route = { ...rt, name: 'rd', kind: 'rd' }

const transact = (h: Harness, ...steps: object[]) => h.call('POST', PATH, { steps })

t.test('one of each kind, each answered as its own endpoint would', async t => {
  const h = await begun(t)
  const made = await transact(
    h,
    { create_pool: pool },
    { create_number_pool: rt },
    { create_number_pool: route },
    { create_network: { cidr: '10.1.0.0/24', description: 'lan' } },
    { allocate: { network_id: { step: 3 }, hostname: 'web' } },
    { allocate_block: { pool: { step: 0 }, prefix_length: 30, allocated_to: 'r1' } },
    { allocate_number: { pool: { step: 1 }, allocated_to: 'r1' } },
    { allocate_number: { pool: 'rd', value: '65000:5' } },
  )
  t.equal(made.status, 201, made.text)
  t.match(made.json.results, [
    { id: 1, name: 'p', pool_type: 'ipv4', total_addresses: 256 },
    { id: 'numpool-1', name: 'rt', kind: 'rt', total_values: 9 },
    { id: 'numpool-2', name: 'rd' },
    { id: 'net-2', cidr: '10.1.0.0/24', description: 'lan', vrf: 'default' },
    { id: 'alloc-1', network_id: 'net-2', ip: '10.1.0.1', hostname: 'web' },
    { id: 1, allocated_cidr: '10.0.0.0/30', pool_name: 'p', allocated_to: 'r1' },
    { id: 'num-1', value: '65000:1', allocated_to: 'r1' },
    { id: 'num-2', value: '65000:5', pool_name: 'rd' },
  ])
  t.equal(h.gateway.submitsAsked.length, 1, 'one entry of the log')
  t.equal((await h.call('GET', '/api/v1/ip-pools/p/allocations')).json.total_allocations, 1)
  const released = await transact(
    h,
    { release: { id: 'alloc-1' } },
    { release_block: { pool: 'p', allocated_cidr: '10.0.0.0/30' } },
    { release_number: { pool: 'rt', value: '65000:1' } },
  )
  t.equal(released.status, 200, 'nothing was made')
  t.match(
    released.json.results.map((row: { status: string }) => row.status),
    ['released', 'released', 'released'],
  )
})

t.test('a network is made of a block that an earlier step took', async t => {
  const h = await begun(t)
  const made = await transact(
    h,
    { create_pool: { ...pool, pool_type: 'ipv4', strategy: 'first' } },
    { allocate_block: { pool: { step: 0 }, prefix_length: 28 } },
    { create_network: { cidr: { step: 1 } } },
    { allocate: { network_id: { step: 2 } } },
    { release: { id: { step: 3 } } },
    { create_network: { parent: { step: 2 }, prefix_length: 30 } },
    { allocate_block: { pool: 'p', prefix_length: 28 } },
    { create_pool: { name: 'inner', cidr: { step: 6 } } },
  )
  t.equal(made.status, 201, made.text)
  t.match(made.json.results, [
    {},
    { allocated_cidr: '10.0.0.0/28' },
    { cidr: '10.0.0.0/28' },
    { ip: '10.0.0.1' },
    { id: 'alloc-2', status: 'released' },
    { cidr: '10.0.0.0/30' },
    { allocated_cidr: '10.0.0.16/28' },
    { name: 'inner', cidr: '10.0.0.16/28' },
  ])
})

t.test('a refused step undoes all, has its own status, and says which it was', async t => {
  const h = await begun(t)
  await transact(h, { create_pool: pool })
  const before = (await h.call('GET', '/api/v1/audit')).text
  const good = { allocate_block: { pool: 'p', prefix_length: 30 } }
  const stale = { pool: 'p', allocated_cidr: '10.0.0.0/30', revision: 1 }
  for (const [step, status, reason] of [
    [{ allocate_block: { pool: 'no', prefix_length: 30 } }, 404, 'pool-not-found'],
    [{ allocate_block: { pool: 'p', prefix_length: 24 } }, 409, 'pool-exhausted'],
    [{ allocate_block: { pool: 'p', prefix_length: 33 } }, 400, 'invalid'],
    [{ create_pool: pool }, 409, 'pool-exists'],
    [{ allocate: { network_id: 'net-9' } }, 404, 'network-not-found'],
    [{ release_block: stale }, 412, 'revision-mismatch'],
    [{ release_number: { pool: 'no', value: '1' } }, 404, 'pool-not-found'],
    [{ allocate: { network_id: { step: 1 } } }, 400, 'invalid'],
    [{ allocate: { network_id: { step: 7 } } }, 400, 'invalid'],
    [{ create_network: { cidr: '10.0.0.0/24' } }, 409, 'network-exists'],
  ] as const) {
    const answer = await transact(h, good, step)
    const row = `${JSON.stringify(step)}: ${answer.text}`
    t.match(answer, { status, json: { code: status, reason: 'step-refused', step: 1 } }, row)
    t.equal(answer.json.step_reason, reason, row)
    t.match(answer.json.error, /^Step 1 was refused, so nothing was done\. /, row)
  }
  t.equal((await transact(h, good, { create_pool: pool })).json.existing_id, 'pool-1')
  t.equal((await h.call('GET', '/api/v1/audit')).text, before)
})

t.test('bad input is refused before it is tried, with its place', async t => {
  const h = await begun(t)
  const rows: readonly [object, number, string | undefined, string][] = [
    [{}, 400, 'steps[0]', '{}'],
    [{ allocate: { network_id: 'net-1' }, release: { id: 'alloc-1' } }, 400, 'steps[0]', ''],
    [{ alocate: {} }, 400, 'steps[0].alocate', 'allocate_block'],
    [{ allocate: {} }, 400, 'steps[0].allocate.network_id', ''],
    [{ allocate: { network_id: 5 } }, 400, 'steps[0].allocate.network_id', '{"step": n}'],
    [{ allocate: { network_id: { step: -1 } } }, 400, 'steps[0].allocate.network_id', '-1'],
    [{ allocate: { network_id: { stp: 1 } } }, 400, 'steps[0].allocate.network_id', 'stp'],
    [{ allocate: { network_id: 'x' } }, 404, undefined, 'x'],
    [{ allocate: { network_id: 'net-1', ip: 'x' } }, 400, 'steps[0].allocate.ip', 'x'],
    [{ release: { id: 'net-1' } }, 404, undefined, 'net-1'],
    [{ create_network: {} }, 400, 'steps[0].create_network.cidr', ''],
    [{ create_network: { cidr: '10.0.0.0/33' } }, 400, 'steps[0].create_network.cidr', '/33'],
    [{ create_pool: { name: 'x', cidr: '10/8' } }, 400, 'steps[0].create_pool.cidr', '10/8'],
    [
      { create_pool: { name: 'x', cidr: '::/8', pool_type: 'ipv4' } },
      400,
      'steps[0].create_pool.pool_type',
      '::/8',
    ],
    [
      { create_pool: { name: 'x', cidr: { step: 0 }, pool_type: 'ipv4' } },
      400,
      'steps[0].create_pool.pool_type',
      'step',
    ],
    [
      { allocate_block: { pool: 'p', prefix_length: '30' } },
      400,
      'steps[0].allocate_block.prefix_length',
      '"30"',
    ],
    [
      { release_block: { pool: { step: 0 }, allocated_cidr: '10.0.0.0/30' } },
      400,
      'steps[0].release_block.pool',
      'string',
    ],
  ]
  for (const [step, status, field, value] of rows) {
    const answer = await transact(h, step)
    const row = `${JSON.stringify(step)}: ${answer.text}`
    t.equal(answer.status, status, row)
    t.equal(answer.json.field, field, row)
    t.ok(answer.json.error.includes(value), row)
  }
  t.equal((await transact(h)).status, 400, 'no steps')
  const many = Array(401).fill({ release: { id: 'alloc-1' } })
  t.equal((await transact(h, ...many)).status, 400)
  t.match(await transact(h, { release: { id: 'x' } }), { json: { step: 0 } })
  t.equal(h.gateway.submitsAsked.length, 0)
})

t.test('a retry with the same key changes nothing more', async t => {
  const h = await begun(t)
  const key = { 'idempotency-key': 'tx' }
  const body = {
    steps: [{ create_pool: pool }, { allocate_block: { pool: 'p', prefix_length: 30 } }],
  }
  const first = await h.call('POST', PATH, body, key)
  const second = await h.call('POST', PATH, body, key)
  t.equal(second.text, first.text)
  t.equal(second.status, 201)
  t.ok(second.headers.get('ipam-original-revision'))
})
