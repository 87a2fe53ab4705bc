// Pages of other sites: which of them may use this server from browsers, and what they are told.
import t from 'tap'
import { WebSocket } from 'ws'
import { begunWith } from './harness.js'
import { refusal, startOffice } from './office.js'

const start = begunWith()
const PAGE = 'https://ipam.example.com'
const ELSEWHERE = 'https://elsewhere.example'
const NETWORKS = '/api/v1/networks'
const CIDR = { cidr: '10.0.0.0/24' }

const allowOrigin = ({ headers }: { headers: Headers }) =>
  headers.get('access-control-allow-origin')
const asking = (origin: string, method = 'POST') => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': 'authorization,content-type',
})

t.test('by default no page of another site reads or writes', async t => {
  const h = await start(t)
  const preflight = await h.call('OPTIONS', NETWORKS, undefined, asking(PAGE))
  t.equal(preflight.status, 204)
  for (const [name] of preflight.headers) t.notMatch(name, /^access-control/)
  const read = await h.call('GET', NETWORKS, undefined, { origin: PAGE })
  t.match([read.status, allowOrigin(read), read.headers.get('vary')], [200, null, null])
  t.equal((await h.call('POST', NETWORKS, CIDR, { origin: PAGE })).status, 403)
})

t.test('an allowed page asks before, and is told what it may send', async t => {
  const h = await start(t, { corsOrigins: ['https://other.example', PAGE] })
  const { status, headers } = await h.call('OPTIONS', NETWORKS, undefined, asking(PAGE))
  t.equal(status, 204)
  t.equal(headers.get('access-control-allow-origin'), PAGE)
  t.equal(headers.get('access-control-allow-methods'), headers.get('allow'))
  t.match(headers.get('access-control-allow-methods'), /POST/)
  const taken = headers.get('access-control-allow-headers')?.split(', ') ?? []
  for (const name of [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'Request-Timeout',
    'X-Request-Id',
  ])
    t.ok(taken.includes(name), name)
  t.match(headers.get('access-control-max-age'), /^\d+$/)
  t.equal(headers.get('access-control-allow-credentials'), null)
  t.equal(headers.get('vary'), 'Origin')
  const plain = await h.call('OPTIONS', NETWORKS, undefined, { origin: PAGE })
  t.equal(plain.headers.get('access-control-allow-methods'), null, 'it is no preflight')
})

t.test('another page is told nothing, and refused as ever', async t => {
  const h = await start(t, { corsOrigins: [PAGE] })
  for (const origin of [ELSEWHERE, `${PAGE}.evil.example`, 'http://ipam.example.com', 'null']) {
    const preflight = await h.call('OPTIONS', NETWORKS, undefined, asking(origin))
    t.match([preflight.status, allowOrigin(preflight)], [204, null], origin)
    t.equal(preflight.headers.get('access-control-allow-methods'), null, origin)
    const read = await h.call('GET', NETWORKS, undefined, { origin })
    t.match(
      [allowOrigin(read), read.headers.get('vary')],
      [null, 'Origin'],
      'caches keep them apart',
    )
    t.match(await h.call('POST', NETWORKS, CIDR, { origin }), { status: 403 }, origin)
  }
})

t.test('an allowed page reads every answer, refusals too, and may write', async t => {
  const h = await start(t, { corsOrigins: [PAGE] })
  const page = { origin: PAGE, 'sec-fetch-site': 'cross-site' }
  const made = await h.call('POST', NETWORKS, CIDR, page)
  t.match([made.status, allowOrigin(made)], [201, PAGE])
  const exposed = made.headers.get('access-control-expose-headers')?.split(', ') ?? []
  for (const name of ['ETag', 'IPAM-Revision', 'Link', 'Retry-After', 'X-Request-Id'])
    t.ok(exposed.includes(name), name)
  for (const rest of ['Limit', 'Remaining', 'Reset']) t.ok(exposed.includes(`X-RateLimit-${rest}`))
  for (const [method, path] of [
    ['GET', NETWORKS],
    ['GET', `${NETWORKS}/999`],
    ['GET', '/nothing/here'],
    ['DELETE', NETWORKS],
    ['GET', '/api/auth/profile'],
    ['GET', '/api/v1/watch?level=bad'],
  ] as const)
    t.equal(allowOrigin(await h.call(method, path, undefined, page)), PAGE, `${method} ${path}`)
  const none = await h.call('GET', NETWORKS)
  t.match([allowOrigin(none), none.headers.get('vary')], [null, 'Origin'], 'no page asks')
})

t.test('an allowed page signs in and uses its token', async t => {
  const office = await startOffice(t, { corsOrigins: [PAGE] })
  const login = await office.login('admin', undefined, { origin: PAGE })
  t.match([login.status, allowOrigin(login)], [200, PAGE])
  t.equal(login.headers.get('vary'), 'Origin, Accept-Language')
  const elsewhere = await office.login('admin', undefined, { origin: ELSEWHERE })
  t.equal(refusal(elsewhere), '403 FOREIGN_PAGE')
  const token = login.json.access_token
  const profile = await office.as(token, 'GET', '/api/auth/profile', undefined, { origin: PAGE })
  t.match([profile.status, allowOrigin(profile)], [200, PAGE])
})

t.test('an allowed page watches, as events and by WebSocket', async t => {
  const h = await start(t, { corsOrigins: [PAGE] })
  const events = await fetch(`${h.url}/api/v1/watch`, {
    headers: { accept: 'text/event-stream', origin: PAGE },
  })
  t.match([events.status, allowOrigin(events)], [200, PAGE])
  await events.body?.cancel()
  const outcome = (origin: string) =>
    new Promise<string>(resolve => {
      const socket = new WebSocket(`${h.url.replace('http', 'ws')}/api/v1/watch`, { origin })
      socket.on('open', () => {
        socket.close()
        resolve('open')
      })
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(String(statusCode)))
      socket.on('error', () => undefined)
    })
  t.equal(await outcome(PAGE), 'open')
  t.equal(await outcome(ELSEWHERE), '403')
})

t.test('* is for every page', async t => {
  const h = await start(t, { corsOrigins: ['*'] })
  const preflight = await h.call('OPTIONS', NETWORKS, undefined, asking(ELSEWHERE))
  t.equal(allowOrigin(preflight), '*')
  const made = await h.call('POST', NETWORKS, CIDR, { origin: 'null' })
  t.match([made.status, allowOrigin(made)], [201, '*'])
  t.equal(made.headers.get('access-control-allow-credentials'), null)
})
