// Processes that die: each in turn while clients write, then two of three, then all at once.
import t, { type Test } from 'tap'
import type { Daemon } from '../support/processes.js'
import type { Acknowledged } from './allocating-client.js'
import { leaderAmong, startCluster } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 6

t.setTimeout(180_000)

t.test('each node in turn, two of three and all three are killed, and nothing is lost', async t => {
  const { daemons, urls } = await startCluster(t)
  const pool = await createNetwork(urls[0] as string, '10.0.0.0/16')
  const acknowledged: Acknowledged[] = []

  await t.test('each node in turn, the leader first', async t => {
    const writers = startWriters({ urls, networkId: pool.id, clients: CLIENTS })
    const leader = await leaderAmong(daemons)
    for (const victim of [leader, ...daemons.filter(daemon => daemon !== leader)]) {
      await victim.end('SIGKILL')
      const others = daemons.filter(daemon => daemon !== victim)
      for (const { url } of others) await allocate(url, { network_id: pool.id })
      victim.start()
      await victim.ready()
    }
    const reports = await writers.stop()
    const failures = reports.flatMap(report => report.failures)
    t.same(failures, [], 'no client saw an error answer')
    acknowledged.push(...reports.flatMap(report => report.allocations))
  })
  await t.test('one of three alone', t => aloneTest(t, daemons, pool.id))
  await t.test('all three at once', async t => {
    const writers = startWriters({ urls, networkId: pool.id, clients: CLIENTS })
    for (const { url } of daemons) await allocate(url, { network_id: pool.id })
    const ended = Promise.all(daemons.map(daemon => daemon.end('SIGKILL')))
    const stopped = writers.stop()
    await ended
    for (const daemon of daemons) daemon.start()
    await Promise.all(daemons.map(daemon => daemon.ready()))
    const reports = await stopped
    const failures = reports.flatMap(report => report.failures)
    t.same(failures, [], 'the same requests, sent again, are answered by the restarted nodes')
    acknowledged.push(...reports.flatMap(report => report.allocations))
  })
  await checkNothingLost(t, urls, acknowledged)
})

/** What a node can still say without a majority, and that it says in time what it cannot. */
async function aloneTest(t: Test, daemons: readonly Daemon[], networkId: string): Promise<void> {
  const alone = await leaderAmong(daemons)
  const others = daemons.filter(daemon => daemon !== alone)
  await Promise.all(others.map(daemon => daemon.end('SIGKILL')))
  const path = `/api/v1/networks/${networkId}`
  t.equal((await call(alone.url, '/livez')).status, 200, 'it lives')
  t.equal((await call(alone.url, `${path}?level=none`)).status, 200, 'its own state is readable')
  const hurried = { headers: { 'request-timeout': '1' } }
  const read = await call(alone.url, path, hurried)
  t.equal(read.status, 503, 'a linearizable read is refused')
  t.match(read.body, { code: 503, outcome: 'known' })
  t.ok(read.headers.get('retry-after'), 'with a word on when to ask again')

  const key = 'the-same-request'
  const write = await call(alone.url, '/api/v1/allocations', {
    method: 'POST',
    body: { network_id: networkId, ip: '10.0.250.1' },
    headers: { 'request-timeout': '1', 'idempotency-key': key },
  })
  t.equal(write.status, 503, 'a write is not acknowledged')
  t.match(write.body, { code: 503, outcome: /^(known|unknown)$/ })

  for (const daemon of others) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))
  const answer = await call(daemons[0]?.url as string, '/api/v1/allocations', {
    method: 'POST',
    body: { network_id: networkId, ip: '10.0.250.1' },
    headers: { 'idempotency-key': key },
  })
  t.equal(answer.status, 201, 'the same request, sent again, is done, whichever of the two did it')
  t.match(answer.body, { ip: '10.0.250.1', network_id: networkId })
}
