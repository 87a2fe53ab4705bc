// Who may ask on each surface, and what a node does that has not heard of everything yet.
import { networkInterfaces } from 'node:os'
import t from 'tap'
import { WebSocket } from 'ws'
import { issueAccessToken, makeSigningKey, systemRandom } from '../../src/auth/index.js'
import { GatewayError } from '../../src/gateway/index.js'
import { coreSurface } from '../../src/http/surfaces/core/surface.js'
import { officeSurface } from '../../src/http/surfaces/office/surface.js'
import { poolsSurface } from '../../src/http/surfaces/pools/surface.js'
import type { Command } from '../../src/ledger/index.js'
import { followerOfNone } from './harness.js'
import { type Office, refusal, rotateKey, startOffice } from './office.js'

const NETWORKS = '/api/v1/networks'
const POOLS = '/api/v1/ip-pools'
const CIDR = { cidr: '10.0.0.0/24' }

const deactivate = (office: Office, name: string): Command => {
  const { id } = office.user(name)
  return { type: 'user.update', id, ifRevision: null, set: { isActive: false } }
}

t.test(
  'where core is open no token is needed; a good one names who acts, a bad one is refused',
  async t => {
    const office = await startOffice(t)
    const { h } = office
    const actorOf = () => h.gateway.submitsAsked.at(-1)?.context.origin.actor
    t.equal((await h.call('POST', NETWORKS, CIDR)).status, 201)
    t.equal(actorOf(), 'system')
    t.equal(h.gateway.submitsAsked.at(-1)?.context.principal, null)
    const reader = await office.token('reader')
    t.equal((await office.as(reader, 'POST', NETWORKS, { cidr: '10.1.0.0/24' })).status, 201)
    t.equal(actorOf(), 'reader', 'permissions are not asked')
    for (const path of [NETWORKS, POOLS, '/metrics', '/api/v1/cluster/status']) {
      t.equal((await office.as(reader, 'GET', path)).status, 200, path)
      const bad = await office.as(`${reader.slice(0, -4)}AAAA`, 'GET', path)
      t.equal(bad.status, 401, path)
      t.equal(bad.headers.get('www-authenticate'), 'Bearer realm="ipam", error="invalid_token"')
    }
    const basic = { authorization: 'Basic YTpi' }
    t.equal((await h.call('GET', NETWORKS, undefined, basic)).status, 200, "a proxy's own scheme")
    for (const empty of ['Bearer', 'bearer ', 'Bearer a b'])
      t.equal(
        (await h.call('GET', NETWORKS, undefined, { authorization: empty })).status,
        401,
        empty,
      )
  },
)

t.test('where core requires a token, roles decide', async t => {
  const office = await startOffice(t, { auth: 'required' })
  const { h } = office
  const tokens = { admin: '', manager: '', reader: '' }
  for (const name of ['admin', 'manager', 'reader'] as const)
    tokens[name] = await office.token(name)
  const pool = { name: 'dc', cidr: '10.9.0.0/24' }
  const steps = { steps: [{ create_network: { cidr: '10.8.0.0/24' } }] }
  for (const [method, path, body, allowed] of [
    ['GET', NETWORKS, undefined, 'admin manager reader'],
    ['GET', POOLS, undefined, 'admin manager reader'],
    ['GET', '/metrics', undefined, 'admin manager reader'],
    ['GET', '/api/v1/cluster/status', undefined, 'admin manager reader'],
    ['POST', NETWORKS, CIDR, 'admin manager'],
    ['POST', POOLS, pool, 'admin manager'],
    ['POST', '/api/v1/transactions', steps, 'admin manager'],
    ['GET', '/api/v1/cluster/state-hash', undefined, 'admin'],
    ['POST', '/api/v1/effects', { enabled: true }, 'admin'],
    ['POST', '/api/v1/cluster/keep', { node_id: 9 }, 'admin'],
  ] as const) {
    t.equal((await h.call(method, path, body)).status, 401, `${method} ${path}`)
    for (const [name, token] of Object.entries(tokens)) {
      const { status } = await office.as(token, method, path, body)
      const isAllowed = allowed.includes(name)
      t.equal(status === 403, !isAllowed, `${method} ${path} as ${name}: ${status}`)
      t.not(status, 401)
    }
  }
  const last = h.gateway.submitsAsked.at(-1)
  t.match(last?.context.principal, { userId: 1, permission: 'admin', kind: 'access' })
})

const asked = [
  ['GET', NETWORKS, undefined],
  ['GET', `${NETWORKS}?level=weak`, undefined],
  ['GET', POOLS, undefined],
  ['GET', '/api/auth/profile', undefined],
  ['GET', '/api/v1/audit', undefined],
  ['GET', '/api/v1/watch', undefined],
  ['POST', NETWORKS, CIDR],
  ['PUT', '/api/auth/profile', { theme: 'dark' }],
  ['POST', '/api/auth/refresh', undefined],
  ['POST', '/api/v1/cluster/transfer', {}],
] as const

t.test('a node that has not heard of a deactivation refuses all the same', async t => {
  for (const auth of ['open', 'required'] as const) {
    const office = await startOffice(t, { auth })
    const { gateway } = office.h
    const { token: permanent } = await office.permanentToken(await office.token('manager'))
    for (const kind of ['access', 'permanent'])
      for (const [method, path, body] of asked) {
        if (kind === 'permanent' && path.endsWith('/refresh')) continue
        const token = kind === 'access' ? await office.token('manager') : permanent
        gateway.unheard.push(deactivate(office, 'manager'))
        t.equal(office.user('manager').isActive, true, 'it does not know yet')
        const { status } = await office.as(token, method, path, body)
        t.equal(status, 401, `${auth}, ${kind}: ${method} ${path}`)
        gateway.apply({ type: 'user.update', id: 2, ifRevision: null, set: { isActive: true } })
      }
    t.equal(gateway.rows.image().networks.length, 0, 'nothing was changed')
  }
})

t.test(
  'a node that has not heard of a user, key, token or role asks before it refuses',
  async t => {
    const office = await startOffice(t, { auth: 'required' })
    const { gateway } = office.h
    const key = { ...makeSigningKey(systemRandom), createdMs: 0, retiresMs: null }
    const { clusterUuid = '' } = gateway.store.reads.cluster() ?? {}
    const order = { user: office.user('reader'), key, clusterUuid, nowMs: gateway.timeMs }
    const { text } = await issueAccessToken(order, systemRandom)
    const { id, secret } = key
    gateway.unheard.push({ type: 'signing-key.rotate', id, secret, keepMs: 9e6, onlyFirst: false })
    t.equal((await office.as(text, 'GET', `${NETWORKS}?level=none`)).status, 200, 'a new key')
    gateway.unheard.push({ type: 'user.update', id: 3, ifRevision: null, set: { role: 'manager' } })
    t.equal((await office.as(text, 'POST', NETWORKS, CIDR)).status, 201, 'a new role')
    const before = gateway.readsAsked.length
    t.equal((await office.as(text, 'GET', `${NETWORKS}?level=none`)).status, 200)
    t.equal(gateway.readsAsked.length, before + 1, 'what it knows it does not ask')
    for (const bad of ['nonsense', `${text}x`, `${text.slice(0, -4)}AAAA`, 'ipam_short']) {
      const asked = gateway.readsAsked.length
      t.equal((await office.as(bad, 'GET', NETWORKS)).status, 401)
      t.equal(gateway.readsAsked.length, asked, 'what is wrong in itself is refused at once')
    }
  },
)

t.test('a node whose state is old takes no tokens at level none', async t => {
  const office = await startOffice(t)
  const token = await office.token('reader')
  const { gateway } = office.h
  gateway.leaderHeardMs = 4_999
  t.equal((await office.as(token, 'GET', `${NETWORKS}?level=none`)).status, 200)
  t.equal((await office.as(token, 'GET', `${NETWORKS}?level=none&freshness=1s`)).status, 503)
  gateway.leaderHeardMs = 5_001
  for (const query of ['level=none', 'level=none&freshness=1h']) {
    const answer = await office.as(token, 'GET', `${NETWORKS}?${query}`)
    t.match(answer, { status: 503, json: { reason: 'too-stale' } }, query)
  }
  t.equal(refusal(await office.as(token, 'GET', '/api/auth/profile?level=none')), '503 TOO_STALE')
  t.equal((await office.h.call('GET', `${NETWORKS}?level=none`)).status, 200, 'without a token')
  t.equal((await office.as(token, 'GET', NETWORKS)).status, 200, 'linearizable')
})

t.test('a node without a leader still tells of itself', async t => {
  const office = await startOffice(t, { auth: 'required' })
  const token = await office.token('reader')
  office.h.gateway.failure = new GatewayError('no-leader', 'known', 'no leader')
  for (const leaderId of [0, 2]) {
    office.h.raftStatus = { ...followerOfNone, leaderId }
    for (const path of ['/metrics', '/api/v1/cluster/status'])
      t.equal((await office.as(token, 'GET', path)).status, 200, path)
    t.equal((await office.as(token, 'GET', NETWORKS)).status, 503)
  }
})

t.test(
  'a page of another site may write with a token, which no browser sends by itself',
  async t => {
    const office = await startOffice(t)
    const page = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }
    const token = await office.token('reader')
    t.equal((await office.h.call('POST', NETWORKS, CIDR, page)).status, 403)
    t.equal(refusal(await office.login('reader', 'x', page)), '403 FOREIGN_PAGE')
    t.equal((await office.as(token, 'POST', NETWORKS, CIDR, page)).status, 201)
  },
)

t.test(
  'members are changed, and backups taken, from beyond this machine by admins only',
  async t => {
    const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? [])
    const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')
    if (outer === undefined) {
      t.pass('this machine has no other address')
      return
    }
    const office = await startOffice(t, { listen: [{ host: '0.0.0.0', port: 0 }] })
    const keep = ['POST', '/api/v1/cluster/keep', { node_id: 9 }] as const
    t.equal((await office.h.call(...keep)).status, 404, 'from this machine')
    const [admin, manager] = [await office.token('admin'), await office.token('manager')]
    office.h.url = `http://${outer.address}:${office.h.port}`
    for (const [method, path, body] of [
      keep,
      ['DELETE', '/api/v1/cluster/nodes/9', undefined],
      ['GET', '/api/v1/backup', undefined],
    ] as const) {
      t.equal((await office.h.call(method, path, body)).status, 401, `${path} without a token`)
      t.equal((await office.as(manager, method, path, body)).status, 403, `${path} as manager`)
      const { status } = await office.as(admin, method, path, body)
      t.notOk([401, 403].includes(status), `${path} as admin: ${status}`)
    }
    t.equal((await office.as(admin, ...keep)).status, 404)
    t.equal((await office.h.call('GET', NETWORKS)).status, 200, 'everything else is open')
  },
)

t.test('a watch ends with the sign-in that it began with', async t => {
  const office = await startOffice(t, { watchHeartbeatMs: 20 })
  const { h } = office
  const begin = async (token: string) => {
    const response = await fetch(`${h.url}/api/v1/watch`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return response.text()
  }
  const watched = begin(await office.token('reader'))
  await until(() => h.gateway.readsAsked.length > 1)
  h.gateway.apply({ type: 'vrf.create', name: 'seen', description: null })
  await new Promise(resolve => setTimeout(resolve, 50))
  h.gateway.apply(deactivate(office, 'reader'))
  h.gateway.apply({ type: 'vrf.create', name: 'unseen', description: null })
  const text = await watched
  t.match(text, /"seen"/)
  t.notMatch(text, /unseen/)
  t.match(text, /event: end\ndata: .*"reason":"signed-out"/)
  const token = await office.token('manager')
  const socket = new WebSocket(`${h.url.replace('http', 'ws')}/api/v1/watch`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const closed = new Promise<number>(resolve => socket.once('close', resolve))
  await new Promise(resolve => socket.once('open', resolve))
  await office.as(token, 'POST', '/api/auth/logout')
  t.equal(await closed, 4401, 'a logout is noticed at the next heartbeat')
})

t.test('every route that needs a token reads, submits, or says that it does neither', async t => {
  for (const surface of [coreSurface, poolsSurface, officeSurface])
    for (const route of surface.routes) {
      if (route.permission === 'open' || route.method !== 'GET') continue
      t.ok(route.reads || route.direct, `${route.method} ${route.paths[0]}`)
    }
})

t.test('a token of a key that was given up is good no more', async t => {
  const office = await startOffice(t)
  const token = await office.token('admin')
  rotateKey(office.h)
  t.equal(refusal(await office.as(token, 'GET', '/api/users')), '401 TOKEN_INVALID')
})

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5))
}
