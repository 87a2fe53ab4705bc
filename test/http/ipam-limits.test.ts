// The limits of documents 000 and 001 as clients of /ipam meet them.
import t, { type Test } from 'tap'
import { defaultHttpOptions, type IpamLimits } from '../../src/http/index.js'
import { limitTable } from '../../src/http/surfaces/ipam/limits.js'
import { ipamSurface } from '../../src/http/surfaces/ipam/surface.js'
import type { Reply } from './harness.js'
import { refusal, startIpam } from './ipam.js'

const { limits } = defaultHttpOptions

function begin(t: Test, ipam: Partial<IpamLimits> = {}) {
  return startIpam(t, { limits: { ...limits, ipam: { ...limits.ipam, ...ipam } } })
}

/** What of the most constrained limit there is, and is left. */
const standing = ({ headers }: Reply) =>
  `${headers.get('x-ratelimit-remaining')} of ${headers.get('x-ratelimit-limit')}`

t.test('each limit holds on the routes that its line of the documents is about', async t => {
  const routesOf = (wanted: string) => {
    const limit = limitTable(limits).find(({ name }) => name === wanted)
    if (typeof limit?.routes !== 'function') throw new Error(`${wanted} goes by no routes`)
    const { routes } = limit
    return ipamSurface.routes
      .filter(route => routes(route))
      .map(({ method, paths }) => `${method} ${paths[0]}`)
  }
  t.strictSame(routesOf('ipam-dashboard'), ['GET /ipam/statistics/dashboard'])
  t.strictSame(routesOf('ipam-reservations'), ['POST /ipam/reservations'])
  t.strictSame(routesOf('ipam-shares'), ['POST /ipam/shares'])
  t.strictSame(routesOf('ipam-rules'), ['POST /ipam/notifications/rules'])
  t.strictSame(routesOf('ipam-webhooks'), ['POST /ipam/webhooks'])
  t.strictSame(routesOf('ipam-bulk'), ['POST /ipam/bulk/tags'])
  const queries = routesOf('ipam-queries')
  t.ok(queries.every(line => line.startsWith('GET ')))
  t.ok(queries.includes('GET /ipam/webhooks'))
  t.notOk(queries.includes('GET /ipam/shares/:share'), 'what is public counts a minute only')
})

t.test('every answer says how its caller stands, whatever it says besides', async t => {
  const ipam = await begin(t)
  const { h } = ipam.office
  const nowSeconds = ipam.gateway.timeMs / 1000
  for (const [reply, status, left] of [
    [await ipam.as('reader', 'GET', '/ipam/quotas/me'), 200, '99 of 100'],
    [await ipam.as('reader', 'GET', '/ipam/quotas/me?colour=red'), 400, '98 of 100'],
    [await ipam.as('reader', 'POST', '/ipam/webhooks', {}), 403, '19 of 20'],
    [await ipam.as('manager', 'POST', '/ipam/webhooks', {}), 400, '19 of 20'],
    [await ipam.as('reader', 'DELETE', '/api/v1/ipam/shares/none'), 404, '96 of 100'],
    [await h.call('GET', '/ipam/quotas/me'), 401, '99 of 100'],
    [await h.call('GET', '/ipam/nowhere'), 404, '98 of 100'],
    [await h.call('PUT', '/ipam/quotas/me', {}), 405, '97 of 100'],
    [await h.call('GET', '/ipam/shares/%zz'), 400, '96 of 100'],
    [await h.call('GET', '/ipam/shares/none'), 404, '95 of 100'],
  ] as const) {
    t.equal(reply.status, status, reply.text)
    t.equal(standing(reply), left, reply.text)
    const reset = Number(reply.headers.get('x-ratelimit-reset'))
    t.ok(reset > nowSeconds && reset <= nowSeconds + 3600, `epoch seconds: ${reset}`)
  }
  ipam.gateway.failure = new Error('no leader')
  const failed = await ipam.as('other', 'GET', '/ipam/quotas/me')
  t.match([failed.status, standing(failed)], [500, '99 of 100'])
})

t.test('beyond the limit of an hour the answer says which, and when to come again', async t => {
  const ipam = await begin(t, { webhooksPerHour: 1 })
  const ask = () => ipam.as('manager', 'POST', '/ipam/webhooks', {})
  t.match(standing(await ask()), '0 of 1')
  const over = await ask()
  t.equal(refusal(over), '429 rate_limit_exceeded')
  t.equal(over.json.message, 'Too many requests. Please try again later.')
  const { retry_after, limit } = over.json.details
  t.equal(limit, '1 requests per hour')
  t.ok(retry_after > 3590 && retry_after <= 3600, `${retry_after}`)
  t.equal(over.headers.get('retry-after'), String(retry_after))
  t.equal(standing(over), '0 of 1')
  t.equal((await ipam.as('manager', 'GET', '/ipam/webhooks')).status, 200, 'another operation')
  t.not((await ipam.as('admin', 'POST', '/ipam/webhooks', {})).status, 429, 'another user')
  const { text } = await ipam.office.h.call('GET', '/metrics')
  t.match(text, /http_rate_limited_total\{rule="ipam-webhooks"\} 1\n/)
})

t.test('beyond the limit of a minute nobody waits in line', async t => {
  const ipam = await begin(t, { perMinute: 2 })
  const ask = () => ipam.as('reader', 'GET', '/ipam/quotas/me')
  for (let n = 0; n < 2; n++) t.equal((await ask()).status, 200)
  const over = await ask()
  t.match(over.json, { error: 'rate_limit_exceeded', details: { limit: '2 requests per minute' } })
  const { h } = ipam.office
  for (let n = 0; n < 2; n++) t.equal((await h.call('GET', '/ipam/nowhere')).status, 404)
  t.equal(refusal(await h.call('GET', '/ipam/nowhere')), '429 rate_limit_exceeded')
  t.equal(refusal(await h.call('GET', '/ipam/shares/x')), '429 rate_limit_exceeded')
  t.equal((await ipam.as('manager', 'GET', '/ipam/quotas/me')).status, 200, 'who is signed in')
})

t.test('what only reads counts an hour as well', async t => {
  const ipam = await begin(t, { queriesPerHour: 2 })
  for (const path of ['/ipam/webhooks', '/ipam/preferences'])
    t.equal((await ipam.as('reader', 'GET', path)).status, 200)
  const over = await ipam.as('reader', 'GET', '/ipam/notifications')
  t.match(over.json, { details: { limit: '2 requests per hour' } })
  t.equal((await ipam.as('reader', 'PUT', '/ipam/preferences', {})).status, 200)
})

t.test('switched off, nothing is limited and nothing said', async t => {
  const ipam = await startIpam(t, { limits: { ...limits, enabled: false } })
  for (let n = 0; n < 120; n++) {
    const reply = await ipam.as('reader', 'GET', '/ipam/nowhere')
    t.match([reply.status, standing(reply)], [404, 'null of null'])
  }
  t.strictSame((await ipam.as('reader', 'GET', '/ipam/quotas/me')).json.rate_limits, [])
})

t.test('other surfaces are not concerned, but for unknown paths of /api', async t => {
  const ipam = await begin(t, { perMinute: 1 })
  const { h } = ipam.office
  for (const path of ['/api/v1/networks', '/nowhere', '/api/v1/nowhere'])
    for (let n = 0; n < 2; n++)
      t.equal((await h.call('GET', path)).headers.get('x-ratelimit-limit'), null, path)
  const { headers } = await h.call('GET', '/api/nowhere')
  t.equal(headers.get('x-ratelimit-limit'), '10', 'the office surface has its own')
})

t.test('one is told what one has, and may have and ask', async t => {
  const ipam = await begin(t, { sharesPerHour: 7 })
  const { json } = await ipam.as('reader', 'GET', '/api/v1/ipam/quotas/me')
  t.equal(json.user_id, `user_${ipam.office.user('reader').id}`)
  t.match(json.quotas, {
    saved_filters: { used: 0, limit: 50 },
    preferences_bytes: { used: 0, limit: 51_200 },
    webhooks: { used: 0, limit: 50 },
  })
  t.strictSame(json.limits, {
    share_days: 90,
    reservation_days: 90,
    bulk_items: 500,
    webhook_events: 10,
    webhook_attempts: 3,
  })
  t.match(json.rate_limits, [
    { name: 'ipam', limit: 100, period: 'minute' },
    { name: 'ipam-dashboard', limit: 20, period: 'minute' },
    { name: 'ipam-reservations', limit: 100, period: 'hour' },
    { name: 'ipam-shares', limit: 7, period: 'hour' },
  ])
})
