// Members change behind HAProxy: a fourth node joins by snapshot, a fifth replaces a follower, the leader is removed; clients that send keys see nothing of it.
import t from 'tap'
import { hasHaproxy } from '../support/haproxy.js'
import { ipamCluster } from '../support/ipam-cluster.js'
import { Daemon } from '../support/processes.js'
import { appliedOf, metricOf } from './cluster-facts.js'
import { endWithTest, leaderAmong, newcomer, startCluster } from './cluster-of-three.js'
import { haproxyFor } from './haproxy.js'
import { createNetwork } from './http.js'
import { until } from './until.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 8
/** The log is cut before the fourth node comes. */
const environment = { IPAM_RAFT_COMPACT_ENTRIES: '100', IPAM_RAFT_TAIL_ENTRIES: '100' }
const ENTRIES = 500

t.setTimeout(180_000)

t.test(
  'a node joins, one is replaced and the leader is removed behind HAProxy, and no request fails',
  { skip: hasHaproxy() ? false : 'HAProxy is not installed' },
  async t => {
    const cluster = await startCluster(t, ({ options }) => {
      return new Daemon({ ...options, environment })
    })
    const { daemons } = cluster
    const fourth = await newcomer(cluster, 4)
    const fifth = await newcomer(cluster, 5)
    endWithTest(t, [fourth.daemon, fifth.daemon])
    const everyone = [...daemons, fourth.daemon, fifth.daemon]
    const front = await haproxyFor(
      t,
      everyone.map(({ url }) => url),
    )
    const pool = await createNetwork(front, '10.0.0.0/16')
    const writers = startWriters({ urls: [front], networkId: pool.id, clients: CLIENTS })
    await until('the log was cut', async () => (await appliedOf(front)) > ENTRIES)
    const members = new Map(daemons.map((daemon, position) => [position + 1, daemon]))

    fourth.daemon.start()
    t.match(await ipamCluster(front, ['add', '4', fourth.peerAddress]), /4 is a voting member/)
    await fourth.daemon.ready()
    members.set(4, fourth.daemon)
    t.equal(await metricOf(fourth.daemon.url, 'raft_snapshots_installed_total'), 1)

    const leader = await leaderAmong([...members.values()])
    const [oldId, old] = [...members].find(([, daemon]) => daemon !== leader) as [number, Daemon]
    fifth.daemon.start()
    await ipamCluster(front, ['replace', String(oldId), '5', fifth.peerAddress])
    await fifth.daemon.ready()
    members.delete(oldId)
    members.set(5, fifth.daemon)
    t.equal(await old.end('SIGTERM'), 0)

    const leading = await leaderAmong([...members.values()])
    const [leaderId] = [...members].find(([, daemon]) => daemon === leading) as [number, Daemon]
    await ipamCluster(front, ['remove', String(leaderId)])
    members.delete(leaderId)
    t.equal(await leading.end('SIGTERM'), 0)

    const reports = await writers.stop()
    const failures = reports.flatMap(report => report.failures)
    t.same(failures, [], 'no client saw an error answer')
    t.same(new Set(reports.map(report => report.retries)), new Set([0]), 'nor a broken connection')
    const urls = [...members.values()].map(({ url }) => url)
    const acknowledged = reports.flatMap(report => report.allocations)
    await checkNothingLost(t, urls, acknowledged)
  },
)
