// The leader stands still for five seconds while the others go on without it: what it says when it wakes must be true.
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { leaderAmong, logOf, startCluster, statusOf } from './cluster-of-three.js'
import { allocate, call, createNetwork, type Network } from './http.js'
import { checkNothingLost, startWriters } from './writers.js'

const STOP_MS = 5000
/** Requests that lie in the sleeper's sockets when it wakes, while it still takes itself for the leader. */
const READS_ASLEEP = 32
const READS_AWAKE = 50

t.setTimeout(120_000)

t.test('a leader that slept gives no stale read, steps down and catches up', async t => {
  const { daemons, urls } = await startCluster(t)
  const pool = await createNetwork(urls[0] as string, '10.0.0.0/16')
  const sleeper = await leaderAmong(daemons)
  const before = await statusOf(sleeper.url)
  const awake = daemons.filter(daemon => daemon !== sleeper)
  const writers = startWriters({ urls, networkId: pool.id, clients: 6 })
  t.teardown(() => sleeper.signal('SIGCONT'))

  sleeper.signal('SIGSTOP')
  const wakes = sleep(STOP_MS)
  const successor = await leaderAmong(awake)
  const written = await createNetwork(successor.url, '10.200.0.0/24')
  const address = await allocate(successor.url, { network_id: written.id })
  await wakes
  const asleep = Array.from({ length: READS_ASLEEP }, () =>
    call(sleeper.url, `/api/v1/allocations/${address.id}`),
  )
  const late = allocate(sleeper.url, { network_id: written.id, ip: '10.200.0.77' })
  // So that they are in its sockets before it runs again; were they not, the test would only be milder.
  await sleep(100)
  sleeper.signal('SIGCONT')

  const answers = await Promise.all(asleep)
  t.same(
    answers.filter(({ status }) => status !== 200).map(({ status, body }) => ({ status, body })),
    [],
    'reads that waited for it to wake see what was written meanwhile',
  )
  t.equal((await late).ip, '10.200.0.77', 'a write that waited for it is done by the new leader')
  await readsAreFresh(t, { writeTo: successor.url, readFrom: sleeper.url })

  const leader = await leaderAmong(daemons)
  t.not(leader, sleeper, 'another node leads')
  const after = await statusOf(sleeper.url)
  t.equal(after.role, 'follower', 'it has stepped down')
  t.ok(after.term > before.term, 'in a newer term')
  t.match(logOf(sleeper), /this process stood still/, 'and says that it stood still')
  const reports = await writers.stop()
  t.same(
    reports.flatMap(report => report.failures),
    [],
    'no client saw an error answer',
  )
  const acknowledged = reports.flatMap(report => report.allocations)
  await checkNothingLost(t, urls, [...acknowledged, address])
})

async function readsAreFresh(
  t: Test,
  { writeTo, readFrom }: { readonly writeTo: string; readonly readFrom: string },
): Promise<void> {
  const stale: Network[] = []
  for (let round = 0; round < READS_AWAKE; round++) {
    const network = await createNetwork(writeTo, `10.201.${round}.0/24`)
    const { status } = await call(readFrom, `/api/v1/networks/${network.id}`)
    if (status !== 200) stale.push(network)
  }
  t.same(stale, [], `${READS_AWAKE} writes elsewhere, each read at once on the woken node`)
}
