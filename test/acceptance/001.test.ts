// Documents 001 and 000 against a real daemon: each endpoint, and those they imply, by nobody and by each role, at both places where the
// surface stands: its status and the fields that the document prints; and nothing secret of the whole run in the daemon's log.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { until } from '../system/until.js'
import { type IpamEndpoint, ipamEndpoints } from './ipam-endpoints.js'
import { EAGER, IpamWorld, text } from './ipam-world.js'
import { ADMIN_PASSWORD, ask, type RealOffice, signIn, startRealOffice } from './real-office.js'

t.setTimeout(180_000)

const roles = ['nobody', 'user', 'manager', 'admin'] as const
type Filling = ReadonlyMap<string, string>

t.test('every endpoint of the /ipam surface, by every role', async t => {
  const office = await startRealOffice(t, 1, EAGER)
  const [url = ''] = office.urls
  const { tokens, filling } = await prepare(office)
  t.comment(`${'endpoint'.padEnd(80)} ${roles.join(' ')}  fields`)
  const secrets: string[] = []
  for (const endpoint of ipamEndpoints) {
    const statuses: number[] = []
    let last: unknown = null
    for (const [n, token] of tokens.entries()) {
      const words = await makeFirst(url, token, endpoint, n, new Map(filling[n]))
      // Alternately at both places.
      const path = fill(n % 2 === 0 ? endpoint.path : `/api/v1${endpoint.path}`, words)
      const body = JSON.parse(fill(JSON.stringify(endpoint.body?.(n) ?? null), words)) ?? undefined
      const answer = await ask(url, token, endpoint.method, path, body)
      statuses.push(answer.status)
      last = answer.body
      t.ok(isWhole(answer.status, answer.body), `${path}: ${JSON.stringify(answer.body)}`)
      if (answer.status === 201) secrets.push(...secretsOf(answer.body))
    }
    const name = `${endpoint.method} ${endpoint.path}`
    t.equal(statuses.join(' '), endpoint.statuses, `${name}: ${JSON.stringify(last).slice(0, 300)}`)
    const fields = endpoint.fields.split(' ').filter(field => field !== '')
    const missing = fields.filter(field => valueAt(last, field) === undefined)
    t.same(
      missing,
      [],
      `${name} has the fields of the document: ${JSON.stringify(last).slice(0, 300)}`,
    )
    t.comment(`${name.padEnd(80)} ${statuses.join('  ')}  ${fields.length}`)
  }
  t.ok(ipamEndpoints.length >= 32 + 25, `${ipamEndpoints.length} endpoints`)

  const [daemon] = office.daemons
  const log = readFileSync(daemon?.options.logFile ?? '', 'utf8')
  t.ok(log.length > 0, 'the daemon has written a log')
  t.ok(secrets.length >= 4, 'there were secrets')
  for (const secret of [ADMIN_PASSWORD, ...secrets, ...tokens.slice(1)])
    t.notOk(secret !== null && log.includes(secret), 'no secret is in the log')
})

/** Keys of webhooks and tokens of shares. */
function secretsOf(body: unknown): string[] {
  return ['secret_key', 'share_token']
    .map(field => Reflect.get(body as object, field) as unknown)
    .filter(value => typeof value === 'string')
}

/** Every refusal is the document's error. */
function isWhole(status: number, body: unknown): boolean {
  if (status < 400) return true
  if (typeof body !== 'object' || body === null) return false
  const { success, error, message } = body as { [name: string]: unknown }
  return success === false && typeof error === 'string' && typeof message === 'string'
}

function fill(path: string, words: Filling): string {
  return path.replace(/\{(\w+)\}/g, (all, word: string) => words.get(word) ?? all)
}

async function makeFirst(
  url: string,
  token: string | null,
  endpoint: IpamEndpoint,
  n: number,
  words: Map<string, string>,
): Promise<Filling> {
  if (endpoint.before === undefined || token === null) return words.set('made', 'nothing')
  const [path, body, field] = endpoint.before(n)
  const answer = await ask(url, token, 'POST', path, JSON.parse(fill(JSON.stringify(body), words)))
  const id: unknown = Reflect.get(answer.body as object, field)
  return words.set('made', typeof id === 'string' ? id : 'nothing')
}

/** Who asks, in the order of `roles`, and what there is for each of them. */
async function prepare({ urls: [url = ''], admin }: RealOffice): Promise<{
  readonly tokens: readonly (string | null)[]
  readonly filling: readonly Filling[]
}> {
  const world = new IpamWorld(url, admin)
  for (const [username, role] of [
    ['reader', 'user'],
    ['manager', 'manager'],
  ]) {
    const email = `${username}@example.com`
    await world.post('/api/users', { username, email, password: ADMIN_PASSWORD, role })
  }
  const region = await world.region(5, 23, 'base')
  const made = await world.post('/ipam/hosts', {
    ...{ region_id: region, hostname: 'web-1' },
    device_type: 'VM',
  })
  const hook = await world.post('/ipam/webhooks', {
    webhook_url: `${url}/livez`,
    events: ['region.created'],
  })
  await world.region(5, 24, 'an event')
  await world.delivery(text(hook, 'webhook_id'))
  const common = [
    ['region', region],
    ['host', text(made, 'host_id')],
    ['hook', text(hook, 'webhook_id')],
  ] as const
  const tokens = [null, await signIn(url, 'reader'), await signIn(url, 'manager'), admin]
  const filling: Filling[] = []
  for (const token of tokens) {
    const words = new Map<string, string>(common)
    if (token !== null) {
      const own = new IpamWorld(url, token)
      await own.rule('everything', 0)
      words.set('notification', await until('somebody is told', () => own.notification()))
    }
    filling.push(words)
  }
  return { tokens, filling }
}

/** @param path `results.0.region_id`. @returns undefined where there is nothing */
function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => {
    return typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined
  }, value)
}
