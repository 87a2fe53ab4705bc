// A planned restart of all three nodes, one after the other, behind HAProxy: 16 clients that send keys see nothing of it.
import t from 'tap'
import { hasHaproxy } from '../support/haproxy.js'
import { startCluster } from './cluster-of-three.js'
import { haproxyFor } from './haproxy.js'
import { createNetwork } from './http.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 16

t.setTimeout(120_000)

t.test(
  'all nodes restart in turn behind HAProxy, and no request fails',
  { skip: hasHaproxy() ? false : 'HAProxy is not installed' },
  async t => {
    const { daemons, urls } = await startCluster(t)
    const front = await haproxyFor(t, urls)
    const pool = await createNetwork(front, '10.0.0.0/16')
    const writers = startWriters({ urls: [front], networkId: pool.id, clients: CLIENTS })
    for (const daemon of daemons) {
      t.equal(await daemon.end('SIGTERM'), 0, `${daemon.url} ends with exit code 0`)
      daemon.start()
      await daemon.ready()
    }
    const reports = await writers.stop()
    t.same(
      reports.flatMap(report => report.failures),
      [],
      'no client saw an error answer',
    )
    t.same(
      reports.map(report => report.retries),
      reports.map(() => 0),
      'nor a broken connection',
    )
    const acknowledged = reports.flatMap(report => report.allocations)
    const times = acknowledged.map(({ atMs }) => atMs).sort((a, b) => a - b)
    const pauses = times.map((time, at) => time - (times[at - 1] ?? time))
    const longest = Math.round(Math.max(...pauses))
    t.comment(`allocations ${times.length}, longest time without an accepted write ${longest} ms`)
    await checkNothingLost(t, urls, acknowledged)
  },
)
