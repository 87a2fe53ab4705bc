// Real daemons with small bounds on the log: a node is down for 20,000 writes, and comes back by snapshot under load.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Daemon } from '../support/processes.js'
import { appliedOf, metricOf } from './cluster-facts.js'
import { leaderAmong, startCluster, withSmallLog } from './cluster-of-three.js'
import { createNetwork } from './http.js'
import { until } from './until.js'
import { checkNothingLost, startWriters } from './writers.js'

const WRITES = Number(process.env.IPAM_SYSTEM_WRITES ?? 20_000)
const CLIENTS = 16

t.setTimeout(240_000)

t.test(`a node that missed ${WRITES} writes catches up while writes go on`, async t => {
  const { daemons, urls } = await startCluster(t, withSmallLog)
  const pool = await createNetwork(urls[0] as string, '10.0.0.0/12')
  const leader = await leaderAmong(daemons)
  const away = daemons.find(daemon => daemon !== leader) as Daemon
  await away.end('SIGKILL')
  const living = daemons.filter(daemon => daemon !== away).map(daemon => daemon.url)
  const before = await appliedOf(leader.url)
  const writers = startWriters({ urls: living, networkId: pool.id, clients: CLIENTS })
  t.teardown(() => writers.stop())
  // As long as it takes: the machine may be busy, and the test has its own end.
  while ((await appliedOf(leader.url)) < before + WRITES) await sleep(250)
  away.start()
  await away.ready(60_000)
  await until(
    'its state is replaced',
    async () => (await metricOf(away.url, 'raft_snapshots_installed_total')) > 0,
  )
  const caughtUp = await appliedOf(leader.url)
  await until('it goes on with the others', async () =>
    (await appliedOf(away.url)) > caughtUp + 1000 ? true : null,
  )
  t.equal(await metricOf(away.url, 'raft_snapshots_installed_total'), 1, 'it needs no other')
  const reports = await writers.stop()
  const failures = reports.flatMap(report => report.failures)
  t.same(failures, [], 'no client saw an error answer')
  t.ok((await metricOf(leader.url, 'raft_log_entries')) < 10_000, 'the log stayed short')
  await checkNothingLost(
    t,
    urls,
    reports.flatMap(report => report.allocations),
  )
})
