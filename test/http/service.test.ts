// GET / and GET /health of document 003: the truth in a line, and a page for those who prefer one.
import t from 'tap'
import { acceptQuality, prefersHtml } from '../../src/http/accepts.js'
import { begunWith } from './harness.js'

const begun = begunWith()
const CHROME =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

t.test('the front page is JSON to programs and HTML to browsers', async t => {
  const h = await begun(t)
  const line = await h.call('GET', '/')
  t.equal(line.status, 200)
  t.equal(
    line.text,
    '{"service":"Network Resource Pool Manager","status":"healthy","version":"1.0.0"}',
  )
  t.equal(line.headers.get('vary'), 'Accept')
  for (const accept of ['*/*', 'application/json', 'application/json, text/html', 'image/png'])
    t.match((await h.call('GET', '/', undefined, { accept })).headers.get('content-type'), 'json')
  for (const accept of [CHROME, 'text/html', 'text/*', 'text/html;q=0.9, application/json;q=0.8']) {
    const page = await h.call('GET', '/', undefined, { accept })
    t.equal(page.headers.get('content-type'), 'text/html; charset=utf-8', accept)
  }
})

t.test('its page leads to what there is, and runs nothing', async t => {
  const h = await begun(t)
  const { text, headers } = await h.call('GET', '/', undefined, { accept: CHROME })
  const linked = [...text.matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '')
  for (const path of ['/docs', '/redoc', '/openapi.json', '/metrics', '/readyz'])
    t.ok(linked.includes(path), path)
  for (const path of linked) t.equal((await h.call('GET', path)).status, 200, path)
  t.notMatch(text, /<script|https?:|\son\w+=/)
  t.match(headers.get('content-security-policy'), "default-src 'none'")
  t.match(headers.get('content-security-policy'), "style-src 'self' 'unsafe-inline'")
})

t.test('health tells the truth about the database, and is red when readyz is', async t => {
  const h = await begun(t)
  const why: { [name: string]: string | null } = { leader: null, database: null }
  for (const name of Object.keys(why)) h.checks.push({ name, check: () => why[name] ?? null })
  t.equal((await h.call('GET', '/health')).text, '{"status":"healthy","database":"connected"}')
  why.leader = 'no leader for 12 s <b>'
  for (const [path, body] of [
    ['/health', { status: 'unhealthy', database: 'connected' }],
    ['/', { status: 'unhealthy', version: '1.0.0' }],
    ['/api/v1/health', { status: 'unhealthy' }],
  ] as const) {
    const answer = await h.call('GET', path)
    t.match(answer, { status: 503, json: { ...body, reason: 'leader: no leader for 12 s <b>' } })
    t.equal(answer.headers.get('retry-after'), '1')
  }
  const page = await h.call('GET', '/', undefined, { accept: CHROME })
  t.equal(page.status, 503)
  t.match(page.text, 'unhealthy (leader: no leader for 12 s &lt;b&gt;)')
  why.leader = null
  why.database = 'the state does not answer: disk I/O error'
  t.match(await h.call('GET', '/health'), {
    status: 503,
    json: { status: 'unhealthy', database: 'disconnected', reason: /disk I\/O error/ },
  })
})

t.test('the quality of a type is that of the most specific range', async t => {
  for (const [accept, html, json] of [
    [undefined, 1, 1],
    ['', 1, 1],
    ['*/*', 1, 1],
    ['text/html', 1, 0],
    ['TEXT/HTML;Q=0.5', 0.5, 0],
    ['text/*;q=0.3, text/html;q=0.7, */*;q=0.5', 0.7, 0.5],
    ['text/html;q=0, */*', 0, 1],
    ['text/html;level=1;q=0.4', 0.4, 0],
    ['text/html;q=1.5', 0, 0],
    ['text/html;q=x', 0, 0],
    ['application/json;q=0.001, */*;q=0', 0, 0.001],
  ] as const) {
    t.equal(acceptQuality(accept, 'text/html'), html, `${accept}`)
    t.equal(acceptQuality(accept, 'application/json'), json, `${accept}`)
    t.equal(prefersHtml(accept), html > json, `${accept}`)
  }
})
