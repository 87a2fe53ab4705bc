// Who may ask, on three real nodes: what one node was told holds on all of them at once, and a password stays a secret.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Daemon, dataDirectoryOf } from '../support/processes.js'
import { type ClusterOfThree, leaderAmong, logOf, startCluster } from './cluster-of-three.js'
import { call } from './http.js'
import { bearer, callAs, signIn } from './signed-in.js'
import { until } from './until.js'

const ADMIN = { username: 'admin', password: 'correct horse battery' }
const ANNA = { username: 'anna', password: 'staple of horses' }
const NETWORKS = '/api/v1/networks'
/** A node that heard of no leader for so long knows too little to judge a token. */
const FRESHNESS_MS = 5_000

t.setTimeout(180_000)

/** Daemons that demand a token, and say on standard output what they have to say. */
function withLogin({ options }: Daemon, password: string | null): Daemon {
  return new Daemon({
    ...options,
    outputFile: options.logFile.replace(/\.log$/, '.out'),
    environment: {
      ...options.environment,
      IPAM_AUTH_CORE: 'required',
      IPAM_ADMIN_PASSWORD: password ?? '',
    },
  })
}

async function startWithAdmin(t: Test): Promise<ClusterOfThree & { readonly admin: string }> {
  const cluster = await startCluster(t, daemon => withLogin(daemon, ADMIN.password))
  const admin = await until('somebody can sign in', () => signIn(cluster.urls[0] as string, ADMIN))
  return { ...cluster, admin }
}

/** @returns the id. */
async function addAnna(url: string, admin: string): Promise<number> {
  const body = { ...ANNA, email: 'anna@example.com', role: 'manager' }
  const { status, body: made } = await callAs(admin, url, '/api/users', { method: 'POST', body })
  if (status !== 201) throw new Error(`${url} answered ${status}: ${JSON.stringify(made)}`)
  return (made as { id: number }).id
}

function write(token: string, url: string, cidr: string) {
  return callAs(token, url, NETWORKS, { method: 'POST', body: { cidr } })
}

t.test('a login on one node is good on every other, also when its leader is gone', async t => {
  const { daemons, urls, admin } = await startWithAdmin(t)
  for (const url of urls) {
    t.equal((await call(url, NETWORKS)).status, 401, 'without a token nothing')
    t.equal((await callAs('x.y.z', url, NETWORKS)).status, 401, 'nor with a false one')
    t.equal((await callAs(admin, url, NETWORKS)).status, 200)
  }
  const leader = await leaderAmong(daemons, { headers: bearer(admin) })
  await leader.end('SIGKILL')
  const others = daemons.filter(daemon => daemon !== leader)
  await leaderAmong(others, { headers: bearer(admin) })
  for (const [position, { url }] of others.entries()) {
    t.equal((await callAs(admin, url, NETWORKS)).status, 200)
    t.equal((await write(admin, url, `10.${position}.0.0/24`)).status, 201)
    t.ok(await signIn(url, ADMIN), 'and others sign in')
  }
  const { body } = await callAs(admin, (others[0] as Daemon).url, '/api/v1/audit?limit=3')
  t.match(JSON.stringify(body), /"admin"/, 'history names who did it')
})

t.test('who was deactivated, or signed out, is refused by every node at once', async t => {
  const { urls, admin } = await startWithAdmin(t)
  const [first, ...others] = urls as [string, string, string]
  const id = await addAnna(first, admin)
  const isActive = async (is_active: boolean) => {
    const set = { method: 'PUT', body: { is_active } }
    t.equal((await callAs(admin, first, `/api/users/${id}`, set)).status, 200)
  }
  for (let round = 0; round < 5; round++) {
    const ends: readonly (readonly [string, (token: string) => Promise<void>])[] = [
      ['deactivated', async () => isActive(false)],
      [
        'signed out',
        async token => {
          const out = await callAs(token, first, '/api/auth/logout', { method: 'POST' })
          t.equal(out.status, 200)
        },
      ],
    ]
    for (const [what, end] of ends) {
      const token = await signIn(others[round % 2] as string, ANNA)
      for (const url of urls) t.equal((await callAs(token, url, NETWORKS)).status, 200)
      await end(token)
      const answers = await Promise.all(
        others.flatMap(url => [
          callAs(token, url, NETWORKS),
          write(token, url, '10.99.0.0/24'),
          callAs(token, url, '/api/auth/profile'),
        ]),
      )
      const statuses = answers.map(({ status }) => status)
      t.strictSame(statuses, [401, 401, 401, 401, 401, 401], `${what}, round ${round}`)
      if (what === 'deactivated') await isActive(true)
    }
  }
  const { body } = await callAs(admin, first, NETWORKS)
  t.notMatch(JSON.stringify(body), '10.99.0.0', 'nothing was written')
})

t.test('a node without a leader believes no token after five seconds', async t => {
  const { daemons, admin } = await startWithAdmin(t)
  const leader = await leaderAmong(daemons, { headers: bearer(admin) })
  const [alone, other] = daemons.filter(daemon => daemon !== leader) as [Daemon, Daemon]
  const own = `${NETWORKS}?level=none`
  t.equal((await callAs(admin, alone.url, own)).status, 200)
  for (const lost of [leader, other]) await lost.end('SIGKILL')
  t.equal((await callAs(admin, alone.url, own)).status, 200, 'what it knows is fresh')
  await sleep(FRESHNESS_MS + 500)
  const { status, body } = await callAs(admin, alone.url, own)
  t.equal(status, 503)
  t.match(JSON.stringify(body), /too-stale/)
  t.equal((await call(alone.url, '/livez')).status, 200)
})

t.test('a made-up password is printed by one node of three, once, and is in no log', async t => {
  const { directory, daemons, urls } = await startCluster(t, daemon => withLogin(daemon, null))
  const outputs = () =>
    readdirSync(directory)
      .filter(name => name.endsWith('.out'))
      .map(name => readFileSync(join(directory, name), 'utf8'))
  const told = () =>
    outputs().flatMap(text => [...text.matchAll(/with the password (\w+)/g)].map(([, it]) => it))
  await until('a password is printed', () => told().length > 0)
  for (const daemon of daemons) {
    await daemon.end('SIGTERM')
    daemon.start()
    await daemon.ready()
  }
  const [password = '', ...more] = told()
  t.strictSame(more, [], 'also after every node was started again')
  t.match(password, /^\w{20}$/)
  for (const url of urls) t.ok(await signIn(url, { username: 'admin', password }))
  for (const daemon of daemons) {
    const log = logOf(daemon)
    t.ok(log.length > 0)
    t.notMatch(log, password)
    t.notMatch(log, /argon2id|eyJ/, 'nor a hash, nor a token')
  }
})

t.test('a lost password is set again from the data directory of any node', async t => {
  const { daemons, urls, admin } = await startWithAdmin(t)
  const leader = await leaderAmong(daemons, { headers: bearer(admin) })
  const follower = daemons.find(daemon => daemon !== leader) as Daemon
  const file = join(dataDirectoryOf(follower), 'admin-password')
  const password = 'a new one that is known'
  writeFileSync(file, password, { mode: 0o600 })
  await until('the file is taken', () => !existsSync(file))
  await until('the new one is good', () => signIn(urls[0] as string, { ...ADMIN, password }))
  for (const url of urls) {
    t.equal((await callAs(admin, url, NETWORKS)).status, 401, 'what was signed in has ended')
    t.ok(await signIn(url, { ...ADMIN, password }))
  }
  await t.rejects(signIn(urls[0] as string, ADMIN), /answered 401/)
  for (const daemon of daemons) t.notMatch(logOf(daemon), /a new one that is known|correct horse/)
})
