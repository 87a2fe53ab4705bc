// A node joins a cluster whose log was cut long ago: it begins with a snapshot, is killed on the way, and votes in the end.
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type Daemon, ipamProgram } from '../support/processes.js'
import { appliedOf, metricOf } from './cluster-facts.js'
import {
  endWithTest,
  leaderAmong,
  logOf,
  newcomer,
  startCluster,
  withSmallLog,
} from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { until } from './until.js'
import { checkNothingLost, startWriters } from './writers.js'

/** More than compaction and tail keep, twice over. */
const WRITES = 3_000
const CLIENTS = 8

t.setTimeout(180_000)

type Member = { readonly node_id: number; readonly role: string; readonly progress: string | null }

async function memberOf(url: string, nodeId: number): Promise<Member | undefined> {
  const { body } = await call(url, '/api/v1/cluster/status')
  return (body as { members: readonly Member[] }).members.find(({ node_id }) => node_id === nodeId)
}

async function firstIndexOf(url: string): Promise<number> {
  const { body } = await call(url, '/api/v1/cluster/status')
  return (body as { first_index: number }).first_index
}

t.test('a node that joins when the log is cut begins with a snapshot', async t => {
  const cluster = await startCluster(t, withSmallLog)
  const { daemons, urls } = cluster
  const pool = await createNetwork(urls[0] as string, '10.0.0.0/12')
  const leader = await leaderAmong(daemons)
  const writers = startWriters({ urls, networkId: pool.id, clients: CLIENTS })
  t.teardown(() => writers.stop())
  while ((await appliedOf(leader.url)) < WRITES) await sleep(100)
  await until('the log is cut everywhere', async () => {
    const firsts = await Promise.all(urls.map(firstIndexOf))
    return firsts.every(first => first > 1)
  })

  const { daemon: joiner, peerAddress } = await newcomer(cluster, 4)
  endWithTest(t, [joiner])
  joiner.start()
  const body = { node_id: 4, addr: peerAddress }
  const wished = await call(leader.url, '/api/v1/cluster/nodes', { method: 'POST', body })
  t.equal(wished.status, 204)
  await until('it is on its way', async () => (await memberOf(leader.url, 4))?.role !== undefined)
  await joiner.end('SIGKILL')
  joiner.start()
  await joiner.ready(60_000)
  t.ok((await metricOf(joiner.url, 'raft_snapshots_installed_total')) <= 1)
  t.ok((await firstIndexOf(joiner.url)) > 1, 'its log begins behind a snapshot')
  await until('it votes', async () => (await memberOf(leader.url, 4))?.role === 'follower')
  await allocate(joiner.url, { network_id: pool.id })

  const { status, stdout } = spawnSync(
    process.execPath,
    [ipamProgram(), 'cluster', 'transfer', '4', '--server', leader.url],
    { encoding: 'utf8', timeout: 30_000 },
  )
  t.equal(status, 0, `it may lead: ${stdout}`)
  t.equal(await leaderAmong([...daemons, joiner]), joiner)
  await joiner.end('SIGKILL')
  joiner.start()
  await joiner.ready()
  const reports = await writers.stop()
  const all: readonly Daemon[] = [...daemons, joiner]
  for (const daemon of all) t.notMatch(logOf(daemon), /"level":"error"/, daemon.url)
  await checkNothingLost(
    t,
    all.map(({ url }) => url),
    reports.flatMap(report => report.allocations),
  )
})
