// What the look-ups find is what Express's Router would have found, parameters included.
import { Router } from 'express'
import fc from 'fast-check'
import t from 'tap'
import type { RoutedRequest } from '../../src/http/call.js'
import type { Endpoint } from '../../src/http/endpoint.js'
import { Shortcuts } from '../../src/http/shortcuts.js'

const routes = [
  ['GET', '/api/networks'],
  ['POST', '/api/networks'],
  ['GET', '/api/networks/:id'],
  ['DELETE', '/api/networks/:id'],
  ['GET', '/api/networks/:id/stats'],
  ['POST', '/api/allocations/bulk'],
  ['POST', '/api/allocations/:id/release'],
  ['GET', '/api/cluster/nodes/:node'],
  ['GET', '/livez'],
] as const

const shortcuts = new Shortcuts()
const router = Router({ caseSensitive: true })
let found: { name: string; params: object } | null = null
for (const [method, path] of routes) {
  const name = `${method} ${path}`
  shortcuts.add(method, path, { name } as unknown as Endpoint)
  router[method.toLowerCase() as 'get'](path, request => {
    found = { name, params: { ...(request as unknown as RoutedRequest).params } }
  })
}

function byRouter(method: string, url: string) {
  found = null
  const handle = router as unknown as (request: object, response: object, done: () => void) => void
  handle({ method, url, params: {} }, {}, () => undefined)
  return found
}

function byShortcut(method: string, url: string) {
  const request = { method, url, params: {} } as unknown as RoutedRequest
  const endpoint = shortcuts.find(request) as unknown as { name: string } | null
  return endpoint === null ? null : { name: endpoint.name, params: { ...request.params } }
}

const segment = fc.constantFrom(
  ...['api', 'networks', 'allocations', 'cluster', 'nodes', 'bulk', 'stats', 'livez', 'release'],
  ...['net-1', 'NETWORKS', 'a%20b', '%', '', '..', 'ä', ':id', 'x;y', 'a b'],
)
const end = fc.constantFrom('', '/', '?', '?a=/b', '#c')
const anyPath = fc.array(segment, { maxLength: 5 }).map(segments => `/${segments.join('/')}`)
const routePath = fc
  .tuple(fc.constantFrom(...routes), segment)
  .map(([[, path], value]) => path.replace(/:\w+/, value))
const url = fc.tuple(fc.oneof(anyPath, routePath), end).map(([path, rest]) => `${path}${rest}`)

t.test('a shortcut never leads elsewhere than the Router', async t => {
  let short = 0
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'PUT'), url, (method, url) => {
      const shortcut = byShortcut(method, url)
      if (shortcut === null) return
      short += 1
      t.strictSame(byRouter(method, url), shortcut, `${method} ${url}`)
    }),
    { numRuns: 5000 },
  )
  t.ok(short > 100)
})

t.test('the paths that matter are found by look-up', async t => {
  t.strictSame(byShortcut('POST', '/api/networks'), { name: 'POST /api/networks', params: {} })
  t.strictSame(byShortcut('GET', '/api/networks/net-1?level=none'), {
    name: 'GET /api/networks/:id',
    params: { id: 'net-1' },
  })
  t.equal(byShortcut('GET', '/api/networks/net%2D1'), null, 'decoding is the Router’s')
  t.strictSame(byShortcut('GET', '/api/networks/net-1/stats'), {
    name: 'GET /api/networks/:id/stats',
    params: { id: 'net-1' },
  })
  t.strictSame(byShortcut('POST', '/api/allocations/alloc-1/release'), {
    name: 'POST /api/allocations/:id/release',
    params: { id: 'alloc-1' },
  })
  t.equal(byShortcut('POST', '/api/allocations/a%2Fb/release'), null)
  t.equal(byShortcut('POST', '/api/allocations//release'), null)
  t.equal(byShortcut('GET', '/api/networks/:id'), null, 'no text is a parameter’s name')
})
