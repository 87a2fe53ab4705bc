// Document 004 against a real daemon: each endpoint by nobody and by each role, its status and the fields that the document prints;
// and nothing secret of the whole run in the daemon's log.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { type OfficeEndpoint, officeEndpoints } from './office-endpoints.js'
import { ADMIN_PASSWORD, ask, type RealOffice, signIn, startRealOffice } from './real-office.js'

t.setTimeout(120_000)

const roles = ['nobody', 'user', 'manager', 'admin'] as const

t.test('every endpoint of document 004, by every role', async t => {
  const office = await startRealOffice(t, 1)
  const [url = ''] = office.urls
  const tokens = await prepare(office)
  t.comment(`${'endpoint'.padEnd(44)} ${roles.join(' ')}  fields`)
  for (const endpoint of officeEndpoints) {
    const statuses: number[] = []
    let last: unknown = null
    for (const [n, token] of tokens.entries()) {
      const path = await pathFor(office, endpoint, n)
      const answer = await ask(url, token, endpoint.method, path, endpoint.body?.(n))
      statuses.push(answer.status)
      last = answer.body
    }
    const name = `${endpoint.method} ${endpoint.endpoint}`
    t.equal(statuses.join(' '), endpoint.statuses, `${name}: ${JSON.stringify(last).slice(0, 200)}`)
    const fields = endpoint.fields.split(' ').filter(field => field !== '')
    const missing = fields.filter(field => valueAt(last, field) === undefined)
    t.same(missing, [], `${name} has the fields of the document`)
    t.comment(`${name.padEnd(44)} ${statuses.join('  ')}  ${fields.length}`)
  }
  t.ok(officeEndpoints.length + 1 >= 40, `${officeEndpoints.length} endpoints and the login`)

  const [daemon] = office.daemons
  const log = readFileSync(daemon?.options.logFile ?? '', 'utf8')
  t.ok(log.length > 0, 'the daemon has written a log')
  for (const secret of [ADMIN_PASSWORD, 'password123', 'argon2id', ...tokens.slice(1)])
    t.notOk(secret !== null && log.includes(secret), 'no secret is in the log')
})

/** What the endpoints ask for, and who asks. @returns tokens in the order of `roles` */
async function prepare({ urls: [url = ''], admin }: RealOffice): Promise<(string | null)[]> {
  const subnet = {
    network: '192.168.1.0/24',
    gateway: '192.168.1.1',
    vlan_id: 100,
    location: '总部',
  }
  const steps: readonly (readonly [string, object])[] = [
    [
      '/api/users',
      { username: 'reader', email: 'reader@example.com', password: ADMIN_PASSWORD, role: 'user' },
    ],
    [
      '/api/users',
      {
        username: 'manager',
        email: 'manager@example.com',
        password: ADMIN_PASSWORD,
        role: 'manager',
      },
    ],
    [
      '/api/users',
      { username: 'leaver', email: 'leaver@example.com', password: ADMIN_PASSWORD, role: 'user' },
    ],
    ['/api/subnets', subnet],
    ['/api/tags', { name: 'office', color: '#0000ff' }],
    ['/api/custom-fields', { entity_type: 'ip', field_name: 'contact', field_type: 'text' }],
  ]
  for (const [path, body] of steps) {
    const { status, body: said } = await ask(url, admin, 'POST', path, body)
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(said)}`)
  }
  const allocated = await ask(url, admin, 'POST', '/api/ips/allocate', { subnet_id: 1 })
  if (allocated.status !== 200) throw new Error(`allocate: ${JSON.stringify(allocated.body)}`)
  return [null, await signIn(url, 'reader'), await signIn(url, 'manager'), admin]
}

async function pathFor(office: RealOffice, endpoint: OfficeEndpoint, n: number): Promise<string> {
  const path = endpoint.path?.(n) ?? endpoint.endpoint
  if (endpoint.before === undefined) return path
  const [method, to, body] = endpoint.before(n)
  const answer = await ask(office.urls[0] ?? '', office.admin, method, to, body)
  return path.replace('{made}', String(Reflect.get(answer.body as object, 'id')))
}

/** @param path `data.0.id`. @returns undefined where there is nothing */
function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => {
    return typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined
  }, value)
}
