// One byte of one node's state is another: the others find it while clients write; that node serves nobody, and does not come back.
import t from 'tap'
import { currentState } from '../../src/store/layout.js'
import { openDatabase } from '../../src/store/open.js'
import { Daemon, dataDirectoryOf } from '../support/processes.js'
import { leaderAmong, logOf, startCluster } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { runIpam } from './run-ipam.js'
import { until } from './until.js'
import { startWriters } from './writers.js'

t.setTimeout(180_000)

function comparing({ options }: Daemon): Daemon {
  const environment = { ...options.environment, IPAM_STATE_COMPARE_EVERY: '1s' }
  return new Daemon({ ...options, environment })
}

async function metric(url: string, name: string): Promise<number> {
  const { body } = await call(url, '/metrics')
  const line = String(body)
    .split('\n')
    .find(each => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1])
}

t.test('a state that differs from the others is found, and taken out of service', async t => {
  const { daemons, urls } = await startCluster(t, comparing)
  const network = await createNetwork(urls[0] as string, '10.0.0.0/12')
  await allocate(urls[0] as string, { network_id: network.id, hostname: 'the-first' })
  const writers = startWriters({ urls, networkId: network.id, clients: 4 })
  t.teardown(() => writers.stop())
  await until('equal states are compared under load', async () => {
    const seen = await Promise.all(urls.map(url => metric(url, 'ipam_state_hash_compared_index')))
    return seen.every(index => index > 50)
  })
  for (const url of urls) t.equal(await metric(url, 'ipam_state_hash_mismatches_total'), 0)
  await writers.stop()

  const leader = await leaderAmong(daemons)
  const bad = daemons.find(daemon => daemon !== leader) as Daemon
  await bad.end('SIGTERM')
  const db = openDatabase(currentState(dataDirectoryOf(bad)) as string, {
    mode: 'write',
    cacheBytes: 1 << 20,
  })
  db.prepare("UPDATE claims SET hostname = 'tHe-first' WHERE hostname = 'the-first'").run()
  db.close()
  bad.start()
  await until('the node is not ready any more', async () => {
    const { status, body } = await call(bad.url, '/readyz')
    return status === 503 && /differs from that of the majority at entry \d+/.test(String(body))
  })
  t.match(await call(bad.url, '/api/v1/allocations?level=none'), {
    status: 503,
    body: { reason: 'diverged', error: /ask another node/ },
  })
  t.match(logOf(leader), /those that differ from the majority stop serving/)
  t.ok((await metric(leader.url, 'ipam_state_hash_mismatches_total')) >= 1)
  for (const { url } of daemons.filter(daemon => daemon !== bad)) {
    t.equal((await call(url, '/readyz')).status, 200)
    await allocate(url, { network_id: network.id })
  }
  await bad.end('SIGTERM')
  bad.start()
  t.equal(await bad.exited(), 1)
  t.match(logOf(bad), /its state differs from that of the majority at entry \d+\. .*new id/)
  const report = await runIpam('check', '--data-dir', dataDirectoryOf(bad))
  t.match(report, { code: 1, text: /differ from that of the majority[\s\S]*hostname "tHe-first"/ })
})
