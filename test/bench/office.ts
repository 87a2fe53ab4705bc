// npm run bench:office: a node that holds OFFICE_ALLOCATIONS (1000000) addresses: the first page of every list, filter and search of
// the office surface over HTTP, beside a plain GET in the same run; and what 50 sign-ins a second do to the event loop.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Daemon, makeCluster } from '../support/processes.js'
import { call } from '../system/http.js'
import { until } from '../system/until.js'
import { at, print } from './figures.js'

const ALLOCATIONS = Number(process.env.OFFICE_ALLOCATIONS ?? 1_000_000)
const BULK_STEPS = 400
const BULKS_AT_ONCE = 4
const ASKED = 40
const PASSWORD = 'correct horse battery'
const LOGINS_PER_SECOND = 50
const LOGIN_SECONDS = 10
const kinds = ['web', 'db', 'mail', 'printer', 'camera'] as const

const questions: readonly (readonly [name: string, path: string])[] = [
  ['all addresses', '/api/ips'],
  ['all, by host name', '/api/ips?sort=hostname'],
  ['all, newest first', '/api/ips?sort=allocated_at&order=desc'],
  ['by MAC, descending', '/api/ips?sort=mac_address&order=desc'],
  ['of a /8', '/api/ips?subnet_id=1'],
  ['free ones of a /8', '/api/ips?subnet_id=1&status=available'],
  ['free ones', '/api/ips?status=available'],
  ['reserved', '/api/ips?status=reserved'],
  ['allocated of a /8', '/api/ips?subnet_id=1&status=allocated'],
  ['search: one in 5', '/api/ips?search=printer'],
  ['search: one', '/api/ips?search=needle'],
  ['search: nothing', '/api/ips?search=nowhere-at-all'],
  ['search: two words', '/api/ips?search=web%20777777'],
  ['search: two letters', '/api/ips?search=we'],
  ['search: begin of address', '/api/ips/search?q=10.7.7&fields=ip_address'],
  ['search: address', '/api/ips/search?q=10.7.7.7'],
  ['search: MAC', '/api/ips/search?q=02:00:00&fields=mac_address'],
  ['search: tag', '/api/ips/search?q=host&tags=production'],
  ['search: rare tag and word', '/api/ips/search?q=web&tags=rare'],
  ['search: text in a subnet', '/api/ips/search?q=web&subnet_id=2'],
  ['history of an address', '/api/ips/10.7.7.7/history'],
  ['audit log', '/api/audit-logs'],
  ['audit log of a user', '/api/audit-logs?user_id=1'],
  ['audit log by action', '/api/audit-logs?action=RELEASE'],
  ['audit log of a day', '/api/audit-logs?start_date=2020-01-01&end_date=2020-01-02'],
  ['subnets', '/api/subnets'],
  ['dashboard', '/api/reports/dashboard'],
  ['alerts', '/api/reports/alerts'],
]

const directory = mkdtempSync(join(tmpdir(), 'ipam-office-'))
const environment = { IPAM_ADMIN_PASSWORD: PASSWORD, IPAM_LIMITS_ENABLED: 'false' }
const [daemon] = (await makeCluster({ directory, nodes: 1, environment })) as [Daemon]
const { url } = daemon
try {
  daemon.start()
  await daemon.ready()
  await run()
} finally {
  await daemon.end('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const token = await until('the admin signs in', signIn)
  const headers = { authorization: `Bearer ${token}` }
  await call(url, '/api/v1/networks', { method: 'POST', body: { cidr: '10.0.0.0/8' } })
  const subnet = { network: '192.168.0.0/16', gateway: '192.168.0.1', vlan_id: 7 }
  await call(url, '/api/subnets', { method: 'POST', headers, body: subnet })
  await fill()
  const begunMs = performance.now()
  for (let status = 503; status === 503; await sleep(100)) {
    status = (await call(url, '/api/ips/search?q=needle', { headers })).status
  }
  print(
    `search index made ${((performance.now() - begunMs) / 1000).toFixed(1)} s after the first question`,
  )
  const plain = await ask('a plain GET', '/api/v1/allocations/alloc-1', headers, null)
  for (const [name, path] of questions) await ask(name, path, headers, plain)
  await loginsAndLag()
}

async function ask(
  name: string,
  path: string,
  headers: { readonly authorization: string },
  plainMs: number | null,
): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < ASKED; n++) {
    const begunMs = performance.now()
    const { status } = await call(url, path, { headers })
    if (status !== 200) throw new Error(`${path}: ${status}`)
    times.push(performance.now() - begunMs)
  }
  const [first = 0] = times
  times.sort((one, other) => one - other)
  const median = at(times, 0.5)
  const ratio = plainMs === null ? '' : `${(median / plainMs).toFixed(1)} x`
  const figures = [median, at(times, 0.95), first].map(ms => ms.toFixed(1))
  print(
    `${name.padEnd(28)} p50 ${figures[0]} ms, p95 ${figures[1]}, the first ${figures[2]}  ${ratio}`,
  )
  return median
}

/** Real ones, each with a password to be hashed; how many come through is the hasher's own bound. */
async function loginsAndLag(): Promise<void> {
  const lag = async () => {
    const { body } = await call(url, '/metrics')
    return Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(String(body))?.[1]) * 1000
  }
  await lag()
  await sleep(1000)
  const restMs = await lag()
  const counts = new Map<number, number>()
  const asked: Promise<void>[] = []
  let worstMs = 0
  for (let second = 0; second < LOGIN_SECONDS; second++) {
    for (let n = 0; n < LOGINS_PER_SECOND; n++) {
      const body = { username: 'admin', password: PASSWORD }
      asked.push(
        call(url, '/api/auth/login', { method: 'POST', body }).then(({ status }) => {
          counts.set(status, (counts.get(status) ?? 0) + 1)
        }),
      )
      await sleep(1000 / LOGINS_PER_SECOND)
    }
    worstMs = Math.max(worstMs, await lag())
  }
  await Promise.all(asked)
  const answers = [...counts].map(([status, count]) => `${count} x ${status}`).join(', ')
  print(`${LOGINS_PER_SECOND} sign-ins a second for ${LOGIN_SECONDS} s: ${answers}`)
  print(
    `event loop lag, longest: ${restMs.toFixed(1)} ms at rest, ${worstMs.toFixed(1)} ms during them`,
  )
}

async function signIn(): Promise<string | null> {
  const body = { username: 'admin', password: PASSWORD }
  const { status, body: said } = await call(url, '/api/auth/login', { method: 'POST', body })
  return status === 200 ? String(Reflect.get(said as object, 'access_token')) : null
}

async function fill(): Promise<void> {
  const begunMs = performance.now()
  let bulk = 0
  const client = async (): Promise<void> => {
    while (bulk * BULK_STEPS < ALLOCATIONS) {
      const from = bulk++ * BULK_STEPS
      const steps = Array.from({ length: BULK_STEPS }, (_, n) => ({ allocate: factsOf(from + n) }))
      const { status, body } = await call(url, '/api/v1/allocations/bulk', {
        method: 'POST',
        body: { steps },
      })
      if (status >= 300) throw new Error(`bulk: ${status} ${JSON.stringify(body)}`)
    }
  }
  await Promise.all(Array.from({ length: BULKS_AT_ONCE }, client))
  print(`${bulk * BULK_STEPS} addresses in ${((performance.now() - begunMs) / 1000).toFixed(1)} s`)
}

function factsOf(n: number) {
  const kind = kinds[n % kinds.length] ?? kinds[0]
  const hex = n.toString(16).padStart(6, '0')
  const isNeedle = n === Math.floor(ALLOCATIONS / 2)
  return {
    network_id: n % 100 === 99 && n < 6_000_000 ? 'net-2' : 'net-1',
    hostname: `${kind}-host-${n}`,
    description: isNeedle ? 'the needle' : `${kind} of building ${n % 97}`,
    mac_address: `02:00:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`,
    tags: n % 1000 === 0 ? ['production', 'rare'] : n % 2 === 0 ? ['production'] : [],
  }
}
