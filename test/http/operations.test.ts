// Probes, metrics, documentation: what operators, balancers and tools ask.
import { Ajv2020 } from 'ajv/dist/2020.js'
import t, { type Test } from 'tap'
import { isLoopback } from '../../src/http/index.js'
import type { Json, OpenApiDocument } from '../../src/http/operations/openapi.js'
import { percentTenths } from '../../src/http/percent.js'
import { goDuration, timestamp } from '../../src/http/timestamps.js'
import { begunWith } from './harness.js'

const begun = begunWith()

t.test('it says where a token is needed, and what for', async t => {
  for (const auth of ['open', 'required'] as const) {
    const h = await begun(t, { auth })
    const { components, paths } = (await h.call('GET', '/openapi.json')).json as OpenApiDocument
    t.match(components.securitySchemes, {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    })
    const optional = auth === 'open' ? [{}] : []
    for (const [path, method, security] of [
      ['/api/v1/networks', 'get', [{ bearer: ['ipam:read'] }, ...optional]],
      ['/api/v1/networks', 'post', [{ bearer: ['ipam:update'] }, ...optional]],
      ['/api/users', 'get', [{ bearer: ['ipam:admin'] }]],
      ['/api/auth/login', 'post', []],
      ['/api/health', 'get', []],
      ['/livez', 'get', []],
    ] as const)
      t.strictSame(paths[path]?.[method]?.security, security, `${auth}: ${method} ${path}`)
  }
})

t.test('readyz names every check and the first that fails; health agrees with it', async t => {
  const h = await begun(t)
  const why: { [name: string]: string | null } = { started: null, leader: null, database: null }
  for (const name of Object.keys(why)) h.checks.push({ name, check: () => why[name] ?? null })
  const ready = await h.call('GET', '/readyz?verbose')
  t.equal(ready.status, 200)
  t.equal(ready.text, '[+]serving ok\n[+]started ok\n[+]leader ok\n[+]database ok\nready\n')
  const healthy = await h.call('GET', '/api/v1/health')
  t.match(healthy, {
    status: 200,
    json: { status: 'healthy', service: 'ipam', cluster_mode: true },
  })
  t.match(healthy.json, { version: '1.0.0', uptime: /^\d+s$/ })
  t.same(Object.keys(healthy.json), ['status', 'service', 'cluster_mode', 'version', 'uptime'])
  why.leader = 'none for 12 s'
  why.database = 'it does not answer'
  const not = await h.call('GET', '/readyz')
  t.equal(not.status, 503)
  t.match(not.text, '[-]leader failed: none for 12 s\n[-]database failed: it does not answer\n')
  t.match(not.text, /not ready: leader: none for 12 s\n$/)
  t.match(await h.call('GET', '/api/v1/health'), {
    status: 503,
    json: { status: 'unhealthy', reason: 'leader: none for 12 s' },
  })
  t.equal((await h.call('GET', '/livez')).text, 'ok\n', 'alive all the same')
})

t.test('metrics count by route and status, never by path', async t => {
  const h = await begun(t)
  await h.call('GET', '/api/v1/networks/net-1')
  await h.call('HEAD', '/api/v1/networks/net-2')
  await h.call('GET', '/some/where')
  const { text, headers } = await h.call('GET', '/metrics')
  t.match(headers.get('content-type'), 'text/plain')
  t.match(text, 'http_requests_total{method="GET",route="/api/v1/networks/:id",status="404"} 2')
  t.match(text, 'http_requests_total{method="GET",route="none",status="404"} 1')
  t.match(
    text,
    'http_request_seconds_count{method="GET",route="/api/v1/networks/:id",status="404"} 2',
  )
  t.match(text, /http_connections [1-9]/)
  t.notMatch(text, 'some/where')
})

t.test('the documentation pages and all they load come from here', async t => {
  const h = await begun(t)
  const docs = await h.call('GET', '/docs')
  const own = [...docs.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
  t.equal(own.length, 4)
  for (const path of own) {
    t.match(path, /^\/docs\//)
    const asset = await h.call('GET', path)
    t.equal(asset.status, 200, path)
    t.match(asset.headers.get('content-type'), /css|javascript|png/)
  }
  t.match(docs.headers.get('content-security-policy'), "script-src 'self'")
  t.match((await h.call('GET', '/docs/initializer.js')).text, "url: '/openapi.json'")
  t.equal((await h.call('GET', '/docs/package.json')).status, 404)
  t.equal((await h.call('GET', '/docs/..%2fpackage.json')).status, 404)
  const page = await h.call('GET', '/redoc')
  t.match(page.headers.get('content-type'), 'text/html')
  for (const text of ['POST</span>/api/v1/allocations', 'NewAllocation', 'Idempotency-Key'])
    t.ok(page.text.includes(text), text)
  t.notMatch(page.text, /undefined|\[object/)
  t.notMatch(page.text + docs.text, /https?:\/\//)
  t.match((await h.call('GET', '/version')).json, { version: '1.0.0', service: 'ipam' })
})

t.test(
  'the OpenAPI document is whole: unique ids, resolvable references, valid schemas',
  async t => {
    const h = await begun(t)
    const document = (await h.call('GET', '/openapi.json')).json as OpenApiDocument
    t.match(document.openapi, /^3\.1\./)
    t.match(document.info, { title: 'IPAM', version: '1.0.0' })
    const ids = new Set<string>()
    const ajv = new Ajv2020({ strict: false })
    ajv.addSchema({ ...document, $id: 'api' })
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(operations)) {
        const where = `${method} ${path}`
        t.notOk(ids.has(operation.operationId), where)
        ids.add(operation.operationId)
        t.ok(operation.summary.length > 0 && operation.tags.length === 1, where)
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
        const inPath = operation.parameters.filter(parameter => parameter.in === 'path')
        t.same(
          inPath.map(parameter => parameter.name),
          named,
          where,
        )
        for (const parameter of operation.parameters) t.ok(ajv.compile(parameter.schema), where)
        const statuses = Object.keys(operation.responses)
        t.ok(
          statuses.some(status => /^2\d\d$/.test(status)),
          where,
        )
        for (const status of statuses) t.match(status, /^[1-5]\d\d$/, where)
      }
    const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? []
    t.ok(references.length > 50)
    for (const reference of new Set(references)) {
      const name = /#\/components\/schemas\/(\w+)"/.exec(reference)?.[1] ?? ''
      t.ok(name in document.components.schemas, reference)
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      t.ok(ajv.compile({ $ref: `api#/components/schemas/${name}` }), name)
      noneOf(t, schema, ['nullable', 'says'], name)
    }
  },
)

t.test('every endpoint of documents 002 and 003 is documented', async t => {
  const h = await begun(t)
  const { paths } = (await h.call('GET', '/openapi.json')).json as OpenApiDocument
  for (const line of [
    'get /api/v1/networks',
    'post /api/v1/networks',
    'get /api/v1/networks/{id}',
    'delete /api/v1/networks/{id}',
    'get /api/v1/networks/{id}/stats',
    'get /api/v1/allocations',
    'post /api/v1/allocations',
    'get /api/v1/allocations/{id}',
    'post /api/v1/allocations/{id}/release',
    'get /api/v1/cluster/status',
    'post /api/v1/cluster/nodes',
    'delete /api/v1/cluster/nodes/{id}',
    'get /api/v1/health',
    'get /api/v1/audit',
    ...['ip-pools', 'rtrd-pools'].flatMap(pools => [
      `post /api/v1/${pools}`,
      `get /api/v1/${pools}`,
      `get /api/v1/${pools}/{name}`,
      `delete /api/v1/${pools}/{name}`,
      `post /api/v1/${pools}/{name}/allocate`,
      `post /api/v1/${pools}/{name}/release`,
      `get /api/v1/${pools}/{name}/allocations`,
    ]),
    'get /',
    'get /health',
  ]) {
    const [method = '', path = ''] = line.split(' ')
    t.ok(paths[path]?.[method], line)
  }
})

t.test("document 003's reference tables stand in the documentation", async t => {
  const h = await begun(t)
  const { tags } = (await h.call('GET', '/openapi.json')).json as OpenApiDocument
  const page = (await h.call('GET', '/redoc')).text
  for (const [tag, rows] of [
    ['IP pools', ['| /30 | 4 | 255.255.255.252 |', '| /16 | 65536 |', '| /64 | 2^64 |']],
    ['RT/RD pools', ['| 1-65535 | 0-4294967295 |', '| 4200000000:100 |']],
  ] as const) {
    const description = tags.find(({ name }) => name === tag)?.description ?? ''
    for (const row of rows) {
      t.ok(description.includes(row), row)
      t.ok(page.includes(row), row)
    }
  }
})

t.test('loopback is what only this machine reaches', async t => {
  for (const host of [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '[::1]',
    'localhost',
    'LOCALHOST',
    '::ffff:127.0.0.1',
  ])
    t.equal(isLoopback(host), true, host)
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    'localhost.example.com',
    '',
    '::2',
    '::ffff:10.0.0.1',
  ])
    t.equal(isLoopback(host), false, host)
})

t.test('percentages round half up from exact counts, times lose their fraction', async t => {
  for (const [part, whole, percent] of [
    [45n, 254n, 17.7],
    [0n, 254n, 0],
    [0n, 0n, 0],
    [254n, 254n, 100],
    [1n, 2000n, 0.1],
    [1n, 2001n, 0],
    [2n ** 127n, 2n ** 128n, 50],
    [115n, 254n, 45.3],
  ] as const)
    t.equal(percentTenths(part, whole), percent, `${part}/${whole}`)
  t.equal(timestamp(1_705_314_600_999), '2024-01-15T10:30:00Z')
  for (const [ms, text] of [
    [0, '0s'],
    [15_400, '15s'],
    [125_000, '2m5s'],
    [9_015_000, '2h30m15s'],
    [3_600_000, '1h0m0s'],
  ] as const)
    t.equal(goDuration(ms), text)
})

/** Our own keywords must not leak into what tools read. */
function noneOf(t: Test, schema: Json, keywords: readonly string[], where: string): void {
  for (const [key, value] of Object.entries(schema)) {
    t.notOk(keywords.includes(key), `${where}: ${key}`)
    if (typeof value === 'object' && value !== null) noneOf(t, value as Json, keywords, where)
  }
}
