// A planned restart: SIGTERM to whoever leads, while 16 clients write.
import t from 'tap'
import type { ClientReport } from './allocating-client.js'
import { leaderAmong, logOf, startCluster } from './cluster-of-three.js'
import { allocate, createNetwork } from './http.js'
import { checkNothingLost, startWriters } from './writers.js'

const CLIENTS = 16
const RESTARTS = 3

t.setTimeout(120_000)

t.test('a leader that is told to stop hands over, and no request is lost', async t => {
  const { daemons, urls } = await startCluster(t)
  const pool = await createNetwork(urls[0] as string, '10.0.0.0/16')
  const writers = startWriters({ urls, networkId: pool.id, clients: CLIENTS })
  const stopped = new Set<string>()
  for (let restart = 0; restart < RESTARTS; restart++) {
    for (const url of urls) await allocate(url, { network_id: pool.id })
    const leader = await leaderAmong(daemons)
    stopped.add(leader.url)
    t.equal(await leader.end('SIGTERM'), 0, `${leader.url} ends with exit code 0`)
    t.match(logOf(leader), /SIGTERM: finishing what was begun/, 'and says why it ends')
    const others = daemons.filter(daemon => daemon !== leader)
    for (const { url } of others) await allocate(url, { network_id: pool.id })
    leader.start()
    await leader.ready()
  }
  const reports = await writers.stop()
  const failures = reports.flatMap(report => report.failures)
  t.same(
    failures.filter(failure => !isRefusalWhileStopping(failure, stopped)),
    [],
    'error answers come from stopping nodes only, and say that nothing happened',
  )
  t.comment(summary(reports))
  await checkNothingLost(
    t,
    urls,
    reports.flatMap(report => report.allocations),
  )
})

function isRefusalWhileStopping(failure: string, stopped: ReadonlySet<string>): boolean {
  const fromStopped = [...stopped].some(url => failure.startsWith(`${url}: 503 `))
  return fromStopped && failure.includes('"outcome":"known"')
}

function summary(reports: readonly ClientReport[]): string {
  const count = (of: (report: ClientReport) => number): number =>
    reports.reduce((sum, report) => sum + of(report), 0)
  return [
    `allocations ${count(report => report.allocations.length)}`,
    `broken connections ${count(report => report.retries)}`,
    `503 with a known outcome ${count(report => report.failures.length)}`,
  ].join(', ')
}
