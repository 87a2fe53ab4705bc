// Pools of route targets and distinguishers as document 003 has them.
import t from 'tap'
import { begunWith } from './harness.js'

const begun = begunWith()
const RTRD = '/api/v1/rtrd-pools'
const rt = {
  name: 'customers',
  description: 'VPNs',
  pool_type: 'rt',
  format_type: 0,
  admin_value: '65000',
  range_start: 1000,
  range_end: 1999,
}

t.test('a pool hands out the lowest free value, and shows the fields of the document', async t => {
  const h = await begun(t)
  const made = await h.call('POST', RTRD, rt)
  t.equal(made.status, 201)
  t.equal(made.headers.get('location'), `${RTRD}/customers`)
  t.equal(
    made.text,
    '{"id":1,"name":"customers","description":"VPNs","pool_type":"rt","format_type":0,"admin_value":"65000","format_display":"65000:{1000-1999}","range_start":1000,"range_end":1999,"total_values":1000,"allocated_count":0,"available_count":1000,"created_at":"2024-01-15T10:30:00Z"}',
  )
  const path = `${RTRD}/customers`
  const facts = { description: 'ABC', allocated_to: 'customer-abc' }
  const first = await h.call('POST', `${path}/allocate`, facts)
  t.equal(first.status, 200)
  t.equal(
    first.text,
    '{"id":1,"value":"65000:1000","pool_name":"customers","pool_type":"rt","description":"ABC","allocated_to":"customer-abc","status":"allocated","allocated_at":"2024-01-15T10:30:00Z"}',
  )
  const second = await h.call('POST', `${path}/allocate`)
  t.match(second.json, { id: 2, value: '65000:1001', description: null, allocated_to: null })
  t.equal(
    (await h.call('GET', `${path}/allocations`)).text,
    `{"pool_name":"customers","total_allocations":2,"allocations":[${first.text},${second.text}]}`,
  )
  const detail = await h.call('GET', path)
  t.match(detail.json, { allocated_count: 2, available_count: 998 })
  t.same(Object.keys(detail.json), [...Object.keys(made.json), 'allocations'])
  t.match((await h.call('GET', RTRD)).json, [{ id: 1, allocated_count: 2 }])
  const freed = await h.call('POST', `${path}/release`, { value: '65000:1000' })
  t.same(freed.json, { message: "Value '65000:1000' released successfully" })
  t.equal((await h.call('POST', `${path}/allocate`, {})).json.value, '65000:1000', 'lowest free')
  t.equal((await h.call('DELETE', path)).status, 204)
  t.equal((await h.call('GET', RTRD)).text, '[]')
})

t.test('the three formats', async t => {
  const h = await begun(t)
  for (const [format, admin, start, end, first] of [
    [0, '65535', 4294967295, 4294967295, '65535:4294967295'],
    [1, '10.0.0.1', 1, 65535, '10.0.0.1:1'],
    [2, '4294967295', 0, 65535, '4294967295:0'],
  ] as const) {
    const body = { name: `f${format}`, pool_type: 'rd', format_type: format, admin_value: admin }
    const made = await h.call('POST', RTRD, { ...body, range_start: start, range_end: end })
    t.equal(made.status, 201, made.text)
    t.equal(made.json.format_display, `${admin}:{${start}-${end}}`)
    t.equal(made.json.total_values, end - start + 1)
    t.equal((await h.call('POST', `${RTRD}/f${format}/allocate`)).json.value, first)
  }
})

t.test('pools of one space share their numbers', async t => {
  const h = await begun(t)
  await h.call('POST', RTRD, rt)
  await h.call('POST', RTRD, { ...rt, name: 'overlapping', range_start: 900, range_end: 1000 })
  await h.call('POST', RTRD, { ...rt, name: 'rd', pool_type: 'rd' })
  await h.call('POST', `${RTRD}/customers/allocate`)
  t.match((await h.call('GET', `${RTRD}/overlapping`)).json, {
    total_values: 101,
    allocated_count: 0,
    available_count: 100,
    allocations: [],
  })
  t.equal((await h.call('POST', `${RTRD}/rd/allocate`)).json.value, '65000:1000', 'another kind')
  const foreign = await h.call('POST', `${RTRD}/overlapping/release`, { value: '65000:1000' })
  t.match(foreign, { status: 404, json: { reason: 'number-not-found' } })
})

t.test('number pools of other kinds have no place here', async t => {
  const h = await begun(t)
  const vlan = { name: 'vlans', kind: 'vlan', range_start: 100, range_end: 199 }
  t.equal((await h.call('POST', '/api/v1/number-pools', vlan)).status, 201)
  t.same((await h.call('GET', RTRD)).json, [])
  const writes = h.gateway.submitsAsked.length
  for (const [method, path, body] of [
    ['GET', `${RTRD}/vlans`],
    ['GET', `${RTRD}/vlans/allocations`],
    ['PATCH', `${RTRD}/vlans`, { description: 'x' }],
    ['DELETE', `${RTRD}/vlans`],
    ['POST', `${RTRD}/vlans/allocate`],
    ['POST', `${RTRD}/vlans/release`, { value: '100' }],
  ] as const) {
    const answer = await h.call(method, path, body)
    t.match(answer, { status: 404, json: { reason: 'pool-not-found' } }, `${method} ${path}`)
  }
  t.equal(h.gateway.submitsAsked.length, writes, 'none of it reached the log')
  t.equal((await h.call('POST', RTRD, { ...rt, name: 'vlans' })).status, 409, 'one space of names')
})

t.test('a retry is answered as before, also when the pool is gone', async t => {
  const h = await begun(t)
  await h.call('POST', RTRD, rt)
  const key = { 'idempotency-key': 'k' }
  const first = await h.call('POST', `${RTRD}/customers/allocate`, {}, key)
  await h.call('DELETE', `${RTRD}/customers`)
  const again = await h.call('POST', `${RTRD}/customers/allocate`, {}, key)
  t.equal(again.status, 200)
  t.equal(again.text, first.text)
})
