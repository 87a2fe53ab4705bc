// A cluster that grows and shrinks under write load: a fourth node joins, is promoted by itself, and the leader is removed.
import t from 'tap'
import type { Daemon } from '../support/processes.js'
import { endWithTest, leaderAmong, newcomer, startCluster } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { until } from './until.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 8

/** The first version of commands that knows it. */
const FORCED_REMOVAL_VERSION = 2

t.setTimeout(180_000)

type Member = { readonly node_id: number; readonly role: string; readonly lag: number | null }

async function membersOf(url: string): Promise<readonly Member[]> {
  const { body } = await call(url, '/api/v1/cluster/status')
  return (body as { members: readonly Member[] }).members
}

/** Whose progress the leader's metrics show. */
async function peersIn(url: string): Promise<readonly number[]> {
  const { body } = await call(url, '/metrics')
  const found = String(body).matchAll(/^raft_peer_match_index\{peer="(\d+)"\}/gm)
  return [...found].map(([, id]) => Number(id)).sort()
}

function peersBeside(daemons: readonly Daemon[], one: Daemon): readonly number[] {
  return daemons.flatMap((daemon, at) => (daemon === one ? [] : [at + 1]))
}

t.test(
  'a fourth node joins under load, is promoted by itself, and the leader is removed',
  async t => {
    const cluster = await startCluster(t)
    const { daemons, urls } = cluster
    const network = await createNetwork(urls[0] as string, '10.0.0.0/16')
    const { daemon: joiner, peerAddress } = await newcomer(cluster, 4)
    endWithTest(t, [joiner])
    joiner.start()
    await until(
      'the joining node lives',
      async () => (await call(joiner.url, '/livez')).status === 200,
    )
    await until('it says what it waits for', async () => {
      const { status, body } = await call(joiner.url, '/api/v1/networks')
      return status === 503 && /waits to be added/.test((body as { error: string }).error)
    })
    t.equal((await call(joiner.url, '/readyz')).status, 503)

    const writers = startWriters({ urls, networkId: network.id, clients: CLIENTS })
    await allocate(urls[1] as string, { network_id: network.id })
    const leader = await leaderAmong(daemons)
    const followers = daemons.filter(daemon => daemon !== leader)
    const [first, second] = followers as [Daemon, Daemon]
    const body = { node_id: 4, addr: peerAddress }
    const nodes = '/api/v1/cluster/nodes'
    t.equal((await call(first.url, nodes, { method: 'POST', body })).status, 204)
    t.equal(
      (await call(second.url, nodes, { method: 'POST', body })).status,
      409,
      'a member already',
    )
    await until('it is shown as a learner', async () =>
      (await membersOf(first.url)).some(({ node_id, role }) => node_id === 4 && role === 'learner'),
    )
    await until('the leader has promoted it', async () =>
      (await membersOf(first.url)).some(
        ({ node_id, role }) => node_id === 4 && role === 'follower',
      ),
    )
    await joiner.ready()
    await allocate(joiner.url, { network_id: network.id })

    t.same(await peersIn(leader.url), [...peersBeside(daemons, leader), 4], 'each has its metrics')

    const leaderId =
      (await leaderAmong([...daemons, joiner])) === leader ? daemons.indexOf(leader) + 1 : 0
    t.not(leaderId, 0, 'the same node leads still')
    const url = `${nodes}/${leaderId}?force=true`
    const removed = await call(second.url, url, { method: 'DELETE' })
    t.equal(removed.status, 204, JSON.stringify(removed.body))
    const rest = [first, second, joiner]
    const versionAt = async (url: string): Promise<unknown> =>
      Reflect.get((await call(url, '/api/v1/cluster/status')).body as object, 'command_version')
    t.ok(Number(await versionAt(joiner.url)) >= FORCED_REMOVAL_VERSION)
    t.equal(await versionAt(joiner.url), await versionAt(second.url))
    await leaderAmong(rest)
    t.same(
      (await membersOf(joiner.url)).map(({ node_id }) => node_id),
      [1, 2, 3, 4].filter(id => id !== leaderId),
    )
    const peers = await peersIn((await leaderAmong(rest)).url)
    t.notOk(peers.includes(leaderId), 'the removed node has none any more')
    await until('the removed node says so', async () => {
      const answer = await call(leader.url, '/api/v1/networks', {
        method: 'POST',
        body: { cidr: '192.0.2.0/24' },
      })
      return answer.status === 503 && JSON.stringify(answer.body).includes('removed')
    })
    t.match(await call(leader.url, '/readyz'), { status: 503, body: /removed/ })
    t.equal((await call(leader.url, '/livez')).status, 200)
    await leader.end('SIGTERM')
    leader.start()
    await until('it says so after a restart', async () => {
      const { status, body } = await call(leader.url, '/readyz')
      return status === 503 && String(body).includes('removed')
    })
    const again = { node_id: leaderId, addr: '127.0.0.1:1' }
    t.match(await call(first.url, nodes, { method: 'POST', body: again }), {
      status: 409,
      body: { reason: 'member-id-used' },
    })
    const terms = await Promise.all(rest.map(({ url }) => call(url, '/api/v1/cluster/status')))
    for (const daemon of rest) await allocate(daemon.url, { network_id: network.id })
    const reports = await writers.stop()
    const failures = reports.flatMap(report => report.failures)
    t.same(
      failures.filter(failure => !(failure.startsWith(leader.url) && failure.includes(': 503 '))),
      [],
      'no other node has failed a request',
    )
    await checkNothingLost(
      t,
      rest.map(({ url }) => url),
      reports.flatMap(report => report.allocations),
    )
    const after = await Promise.all(rest.map(({ url }) => call(url, '/api/v1/cluster/status')))
    t.same(
      after.map(({ body: status }) => (status as { term: number }).term),
      terms.map(({ body: status }) => (status as { term: number }).term),
      'the removed node unseats nobody',
    )
  },
)
