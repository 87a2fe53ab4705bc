// Headers and parameters that hold on every endpoint: revisions, tags, keys, levels, timeouts, methods, authentication.
import t from 'tap'
import { GatewayError } from '../../src/gateway/index.js'
import { begunWith, startHarness } from './harness.js'

const begun = begunWith('10.0.0.0/24')

t.test('every answer names node, leader, revision and request', async t => {
  const h = await begun(t)
  h.leaderIs(3)
  for (const path of ['/api/v1/networks', '/api/v1/networks/net-9', '/nope', '/livez', '/docs']) {
    const { headers } = await h.call('GET', path, undefined, { 'x-request-id': 'mine-7' })
    t.equal(headers.get('ipam-node'), '1', path)
    t.equal(headers.get('ipam-leader'), '3', path)
    t.equal(headers.get('ipam-revision'), '2', path)
    t.equal(headers.get('x-request-id'), 'mine-7', path)
    t.equal(headers.get('x-content-type-options'), 'nosniff', path)
  }
  const made = await h.call('GET', '/livez', undefined, { 'x-request-id': 'has space' })
  t.match(made.headers.get('x-request-id'), /^[0-9a-f]{8}-[0-9a-z]+$/)
  const write = await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  t.equal(write.headers.get('ipam-revision'), '3')
  t.equal(write.headers.get('location'), '/api/v1/allocations/alloc-1')
})

t.test('an ETag makes a second read cheap and a late change harmless', async t => {
  const h = await begun(t)
  await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  await h.call('POST', '/api/v1/vrfs', { name: 'blue' })
  for (const [path, tag] of [
    ['/api/v1/networks/net-1', '"2"'],
    ['/api/v1/allocations/alloc-1', '"3"'],
    ['/api/v1/vrfs/vrf-2', '"4"'],
  ] as const) {
    t.equal((await h.call('GET', path)).headers.get('etag'), tag)
    for (const matching of [tag, `W/${tag}`, `"77", ${tag}`, '*']) {
      const second = await h.call('GET', path, undefined, { 'if-none-match': matching })
      t.equal(second.status, 304, `${path} ${matching}`)
      t.equal(second.text, '')
    }
    t.equal((await h.call('GET', path, undefined, { 'if-none-match': '"77"' })).status, 200)
    const patch = { description: 'new' }
    for (const never of ['"77"', `W/${tag}`, '"abc"'])
      t.equal((await h.call('PATCH', path, patch, { 'if-match': never })).status, 412, never)
    for (const bad of ['2', 'x', `${tag}, "5"`])
      t.equal((await h.call('PATCH', path, patch, { 'if-match': bad })).status, 400, bad)
    const changed = await h.call('PATCH', path, patch, { 'if-match': tag })
    t.equal(changed.status, 200)
    t.not(changed.headers.get('etag'), tag)
    t.equal((await h.call('PATCH', path, patch, { 'if-match': '*' })).status, 200)
  }
  const stale = await h.call('DELETE', '/api/v1/vrfs/vrf-2', undefined, { 'if-match': '"4"' })
  t.match(stale, { status: 412, json: { reason: 'revision-mismatch' } })
})

t.test('a release names the revision in the body or in If-Match, and both must agree', async t => {
  const h = await begun(t)
  const path = '/api/v1/allocations/alloc-1/release'
  await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' })
  t.equal((await h.call('POST', path, { revision: 2 })).status, 412)
  t.equal((await h.call('POST', path, undefined, { 'if-match': '"2"' })).status, 412)
  t.equal((await h.call('POST', path, { revision: 3 }, { 'if-match': '"2"' })).status, 400)
  t.equal((await h.call('POST', path, { revision: 3 }, { 'if-match': '"3"' })).status, 204)
})

t.test('the same Idempotency-Key gives the same answer, and says so', async t => {
  const h = await begun(t)
  const key = { 'idempotency-key': 'order-66' }
  const body = { network_id: 'net-1', hostname: 'a' }
  const first = await h.call('POST', '/api/v1/allocations', body, key)
  t.equal(first.headers.get('ipam-original-revision'), null)
  const reordered = '{"hostname":"a",  "network_id":"net-1"}'
  const second = await h.call('POST', '/api/v1/allocations', reordered, key)
  t.equal(second.status, 201)
  t.equal(second.text, first.text)
  t.equal(second.headers.get('ipam-original-revision'), '3')
  t.equal(second.headers.get('ipam-revision'), '4')
  const other = await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' }, key)
  t.match(other, { status: 422, json: { reason: 'idempotency-key-reused' } })
  const elsewhere = await h.call('POST', '/api/v1/networks', { cidr: '10.1.0.0/24' }, key)
  t.equal(elsewhere.status, 201, 'another path is another scope')
  for (const bad of ['', 'x'.repeat(256), 'a b', 'é'])
    t.equal(
      (await h.call('POST', '/api/v1/allocations', body, { 'idempotency-key': bad })).status,
      400,
      bad,
    )
})

t.test('a replayed refusal says when it was first refused', async t => {
  const h = await begun(t)
  const key = { 'idempotency-key': 'k' }
  await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/24' }, key)
  const again = await h.call('POST', '/api/v1/networks', { cidr: '10.0.0.0/24' }, key)
  t.match(again, { status: 409, json: { existing_id: 'net-1' } })
  t.equal(again.headers.get('ipam-original-revision'), '3')
})

t.test('reads carry the level, age and revision that were asked for', async t => {
  const h = await begun(t)
  const asked = () => h.gateway.readsAsked.at(-1)
  const path = '/api/v1/networks'
  await h.call('GET', path)
  t.same(asked(), { level: 'linearizable', freshnessMs: null, minRevision: 0, timeoutMs: 10_000 })
  await h.call('GET', `${path}?level=weak&min_revision=2`, undefined, { 'request-timeout': '0.5' })
  t.same(asked(), { level: 'weak', freshnessMs: null, minRevision: 2, timeoutMs: 500 })
  for (const [text, freshnessMs] of [
    ['5s', 5000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ] as const) {
    await h.call('GET', `${path}/net-1?level=none&freshness=${text}`)
    t.match(asked(), { level: 'none', freshnessMs })
  }
  for (const bad of [
    'level=strong',
    'level=',
    'freshness=5s',
    'level=weak&freshness=5s',
    'level=none&freshness=5',
    'level=none&freshness=-1s',
    'min_revision=-1',
    'min_revision=x',
    'min_revision=1e3',
    'min_revision=1&min_revision=2',
    'levl=none',
  ])
    t.match(await h.call('GET', `${path}?${bad}`), { status: 400, json: { field: /\w/ } }, bad)
})

t.test('Request-Timeout bounds the wait for an outcome', async t => {
  const h = await begun(t)
  const body = { network_id: 'net-1' }
  const path = '/api/v1/allocations'
  await h.call('POST', path, body)
  t.equal(h.gateway.submitsAsked.at(-1)?.context.timeoutMs, 10_000)
  await h.call('POST', path, body, { 'request-timeout': '300' })
  t.equal(h.gateway.submitsAsked.at(-1)?.context.timeoutMs, 300_000)
  for (const bad of ['0', '0.05', '301', 'soon', '-1', '1e2', ''])
    t.equal((await h.call('POST', path, body, { 'request-timeout': bad })).status, 400, bad)
})

t.test('a missing outcome is 503, says what is known, and when to come back', async t => {
  const h = await begun(t)
  for (const code of [
    'no-leader',
    'timeout',
    'overloaded',
    'not-understood',
    'stopping',
    'too-stale',
    'waiting',
    'removed',
  ] as const)
    for (const outcome of ['known', 'unknown'] as const) {
      h.gateway.failure = new GatewayError(code, outcome, 'no leader within 10 s')
      for (const answer of [
        await h.call('GET', '/api/v1/networks'),
        await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' }),
      ]) {
        t.match(answer, { status: 503, json: { code: 503, reason: code, outcome } })
        t.match(answer.headers.get('retry-after'), /^\d+$/)
        t.match(answer.json.error, outcome === 'known' ? 'Nothing was changed' : 'is unknown')
      }
    }
})

t.test('a bug is a 500 that tells nothing but the request id, and is logged', async t => {
  const h = await begun(t)
  h.gateway.failure = new Error('secret detail')
  const answer = await h.call('GET', '/api/v1/networks', undefined, { 'x-request-id': 'r-1' })
  t.match(answer, { status: 500, json: { code: 500, reason: 'internal', error: /r-1/ } })
  t.notMatch(answer.text, /secret/)
  t.match(h.logged.at(-1), { level: 'error', fields: { requestId: 'r-1' } })
})

t.test('unknown paths and methods are answered in the envelope', async t => {
  const h = await begun(t)
  for (const path of ['/api/v1/nope', '/api/v1', '/nope', '/cluster/x', '/api/v1/networks/a/b'])
    t.match(await h.call('GET', path), { status: 404, json: { code: 404, error: /\w/ } }, path)
  const wrong = await h.call('PUT', '/api/v1/networks/net-1', {})
  t.match(wrong, { status: 405, json: { code: 405 } })
  t.equal(wrong.headers.get('allow'), 'GET, PATCH, DELETE, HEAD, OPTIONS')
  t.equal((await h.call('POST', '/livez')).headers.get('allow'), 'GET, HEAD, OPTIONS')
  const options = await h.call('OPTIONS', '/api/v1/allocations')
  t.equal(options.status, 204)
  t.equal(options.headers.get('allow'), 'POST, GET, HEAD, OPTIONS')
  t.equal((await h.call('OPTIONS', '/nope')).status, 404)
  t.match(await h.call('GET', '/api/v1/networks/%zz'), { status: 400, json: { code: 400 } })
  t.equal((await h.call('GET', '/api/v1/networks/net-1/')).status, 200)
  t.equal((await h.call('GET', '/API/v1/networks')).status, 404)
})

t.test('HEAD is a GET without the body', async t => {
  const h = await begun(t)
  const get = await h.call('GET', '/api/v1/networks/net-1')
  const head = await h.call('HEAD', '/api/v1/networks/net-1')
  t.equal(head.status, 200)
  t.equal(head.text, '')
  t.equal(head.headers.get('content-length'), get.headers.get('content-length'))
})

t.test('writes carry who asked, and from where', async t => {
  const h = await begun(t)
  const headers = { 'user-agent': 'x'.repeat(300) }
  await h.call('POST', '/api/v1/allocations', { network_id: 'net-1' }, headers)
  t.same(h.gateway.submitsAsked.at(-1)?.context.origin, {
    actor: 'system',
    clientAddress: '127.0.0.1',
    userAgent: 'x'.repeat(256),
  })
})

t.test('a page of another site cannot write, its own pages can', async t => {
  const h = await begun(t)
  const body = { network_id: 'net-1' }
  for (const [headers, status] of [
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: h.url }, 201],
  ] as const)
    t.equal((await h.call('POST', '/api/v1/allocations', body, headers)).status, status)
  t.equal(
    (await h.call('GET', '/api/v1/networks', undefined, { origin: 'http://evil.example' })).status,
    200,
  )
})

t.test('when a token is required, only health and documentation are open', async t => {
  const h = await startHarness(t, { auth: 'required' })
  for (const path of [
    '/livez',
    '/readyz',
    '/api/v1/health',
    '/docs',
    '/redoc',
    '/openapi.json',
    '/version',
  ])
    t.equal((await h.call('GET', path)).status, 200, path)
  for (const [method, path] of [
    ['GET', '/api/v1/networks'],
    ['POST', '/api/v1/allocations'],
    ['GET', '/api/v1/watch'],
    ['GET', '/metrics'],
    ['POST', '/api/v1/cluster/nodes'],
  ] as const) {
    const answer = await h.call(method, path, method === 'POST' ? {} : undefined)
    t.match(answer, { status: 401, json: { code: 401, reason: 'unauthorized' } }, path)
    t.equal(answer.headers.get('www-authenticate'), 'Bearer realm="ipam"')
  }
})
