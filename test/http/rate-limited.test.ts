// The limits of document 004 as its clients meet them.
import t, { type Test } from 'tap'
import { defaultHttpOptions, type LimitOptions } from '../../src/http/index.js'
import { type Office, refusal, startOffice } from './office.js'

const PROFILE = '/api/auth/profile'
/** No test lives to see the end of such a window, unless it sets the clock. */
const HOUR = 3_600_000

function begin(t: Test, points: number, more: Partial<LimitOptions> = {}): Promise<Office> {
  const api = { points, windowMs: HOUR }
  return startOffice(t, { limits: { ...defaultHttpOptions.limits, api, ...more } })
}

const remaining = ({ headers }: { headers: Headers }) => headers.get('x-ratelimit-remaining')

t.test('every answer says how the caller stands; beyond the limit it is 429', async t => {
  const office = await begin(t, 3)
  const token = await office.token('manager')
  const first = await office.as(token, 'GET', PROFILE)
  t.equal(first.status, 200)
  t.equal(first.headers.get('x-ratelimit-limit'), '3')
  t.equal(remaining(first), '2', 'the login counted for the address, not for him')
  const resetSeconds = Number(first.headers.get('x-ratelimit-reset'))
  const mostSeconds = Math.ceil((office.h.gateway.timeMs + HOUR) / 1000)
  t.ok(resetSeconds > mostSeconds - 3600 && resetSeconds <= mostSeconds, `${resetSeconds}`)
  const refused = await office.as(token, 'GET', '/api/users/999')
  t.match([refused.status, remaining(refused)], [403, '1'], 'refusals, too')
  t.equal((await office.as(token, 'PUT', PROFILE, { theme: 'dark' })).status, 200)

  const over = await office.as(token, 'GET', PROFILE, undefined, { 'accept-language': 'zh' })
  t.equal(refusal(over), '429 RATE_LIMITED')
  t.match(over.json.error, { message: '请求过于频繁，请稍后再试', details: { limit: 'api' } })
  t.equal(remaining(over), '0')
  const seconds = Number(over.headers.get('retry-after'))
  t.ok(seconds >= 1 && seconds <= 3600, `Retry-After: ${seconds}`)

  const other = await office.token('reader')
  t.equal((await office.as(other, 'GET', PROFILE)).status, 200, 'another user, the same address')
  t.match(
    (await office.h.call('GET', '/metrics')).text,
    /http_rate_limited_total\{rule="api"\} 1\n/,
  )
})

t.test('what shows no good token counts for its address, right or wrong', async t => {
  const office = await begin(t, 5)
  const token = await office.token('manager')
  const bad = await office.as(`${token.slice(0, -4)}AAAA`, 'GET', PROFILE)
  t.match([bad.status, remaining(bad)], [401, '3'])
  t.match(remaining(await office.h.call('GET', PROFILE)), '2', 'none at all')
  const late = { 'request-timeout': 'soon' }
  t.match(remaining(await office.as(token, 'GET', PROFILE, undefined, late)), '1', 'not asked who')
  t.match(remaining(await office.login('manager', 'wrong one')), '0')
  t.equal(refusal(await office.login('manager')), '429 RATE_LIMITED')
  t.equal(refusal(await office.h.call('GET', PROFILE)), '429 RATE_LIMITED')
  const { status, headers } = await office.as(token, 'GET', PROFILE)
  t.match([status, headers.get('x-ratelimit-remaining')], [200, '4'], 'who is signed in is served')
})

t.test('a body is not read for whoever is refused', async t => {
  const office = await begin(t, 1)
  t.equal(refusal(await office.h.call('POST', '/api/auth/login', '{')), '400 INVALID_REQUEST')
  t.equal(refusal(await office.h.call('POST', '/api/auth/login', '{')), '429 RATE_LIMITED')
})

t.test('other surfaces, probes and health have no limits', async t => {
  const office = await begin(t, 1)
  const { h } = office
  const token = await office.token('manager')
  t.equal((await office.as(token, 'GET', PROFILE)).status, 200)
  t.equal((await office.as(token, 'GET', PROFILE)).status, 429)
  for (const path of ['/api/health', '/api/v1/networks', '/api/v1/ip-pools', '/health', '/livez'])
    for (let n = 0; n < 3; n++) {
      const answer = await office.as(token, 'GET', path)
      t.match([answer.status, remaining(answer)], [200, null], path)
    }
  t.equal((await h.call('OPTIONS', PROFILE)).status, 204, 'nor has a preflight')
})

t.test('switched off, nothing is limited and nothing said', async t => {
  const office = await begin(t, 1, { enabled: false })
  const token = await office.token('manager')
  for (let n = 0; n < 5; n++) {
    const answer = await office.as(token, 'GET', PROFILE)
    t.match([answer.status, remaining(answer)], [200, null])
  }
})

t.test('nobody waits longer than his own request may take', async t => {
  const office = await begin(t, 1, { waitMs: HOUR })
  const token = await office.token('manager')
  t.equal((await office.as(token, 'GET', PROFILE)).status, 200)
  const hurry = { 'request-timeout': '1' }
  const answer = await office.as(token, 'GET', PROFILE, undefined, hurry)
  t.equal(refusal(answer), '429 RATE_LIMITED')
})

t.test('a request that is too early waits, and is served when the window is over', async t => {
  const office = await begin(t, 1, { waitMs: 250_000 })
  const { h } = office
  const token = await office.token('manager')
  const startedMs = Date.now()
  let aheadMs = 0
  t.intercept(Date, 'now', { value: () => startedMs + aheadMs })
  t.equal((await office.as(token, 'GET', PROFILE)).status, 200)
  aheadMs = HOUR - 200_000
  const timers: (() => void)[] = []
  const { after } = h
  h.after = (_delayMs, callback) => {
    timers.push(callback)
    return () => undefined
  }
  const long = { 'request-timeout': '300' }
  const waiting = office.as(token, 'GET', PROFILE, undefined, long)
  while (timers.length === 0) await new Promise(setImmediate)
  const next = await office.as(token, 'GET', PROFILE, undefined, long)
  t.equal(refusal(next), '429 RATE_LIMITED', 'the next window has room for one')
  aheadMs = HOUR + 10
  for (const fire of timers) fire()
  h.after = after
  t.match([(await waiting).status, remaining(await waiting)], [200, '0'])
})
