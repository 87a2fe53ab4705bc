// Three nodes whose clocks are hours apart, each leading for a while: time is the middle one's, and never goes back.
import t, { type Test } from 'tap'
import { type ClusterOfThree, leaderAmong, logOf, startCluster } from './cluster-of-three.js'
import { type Allocation, allocate, call, createNetwork } from './http.js'
import { withClockShifted } from './shifted-clock.js'
import { until } from './until.js'

const HOUR_MS = 3_600_000
/** The middle one is right. */
const SHIFTS_MS = [5 * HOUR_MS, 0, -7 * HOUR_MS]
/** Above what a slow test machine needs, and far below what a wrong clock would make it. */
const TOLERANCE_MS = HOUR_MS
const SHORT_TTL_HOURS = 1.5 / 3600
const LONG_TTL_HOURS = 4
/** Transfers of leadership until each node has led once; a leader may be lost on the way. */
const TURNS_MAX = 10

t.setTimeout(180_000)

t.test('with clocks hours apart leases end when they should, whoever leads', async t => {
  const cluster = await startCluster(t, (daemon, position) =>
    withClockShifted(daemon, SHIFTS_MS[position] as number),
  )
  const network = await createNetwork(cluster.urls[0] as string, '10.0.0.0/16')
  const led = new Set<string>()
  const lasting: Allocation[] = []
  for (let turns = 0; led.size < 3 && turns <= TURNS_MAX; turns++) {
    const leader = await leaderAmong(cluster.daemons)
    const shiftMs = SHIFTS_MS[cluster.daemons.indexOf(leader)] as number
    if (!led.has(leader.url)) {
      led.add(leader.url)
      const name = `under a leader ${shiftMs / HOUR_MS} hours off`
      await t.test(name, async t => {
        lasting.push(await leasesAreRight(t, cluster, network.id))
        await skewIsMeasured(t, leader.url)
        const stamp = JSON.parse(logOf(leader).trimEnd().split('\n').at(-1) ?? '') as {
          time: string
        }
        const offMs = Date.parse(stamp.time) - Date.now() - shiftMs
        t.ok(
          Math.abs(offMs) < TOLERANCE_MS,
          'the clock of the process is as wrong as the test says',
        )
      })
    }
    if (led.size === 3) break
    const heir = cluster.daemons.findIndex(({ url }) => !led.has(url)) + 1
    const body = { node_id: heir }
    const transfer = await call(leader.url, '/api/v1/cluster/transfer', { method: 'POST', body })
    t.equal(transfer.status, 204, `the lead goes to node ${heir}`)
  }
  t.equal(led.size, 3, 'each of the three has led')
  for (const url of cluster.urls) {
    for (const { id } of lasting) {
      const { body } = await call(url, `/api/v1/allocations/${id}`)
      t.match(body, { id, status: 'allocated' }, `${id} lasts on ${url}`)
    }
    await timeNeverGoesBack(t, url)
  }
})

/** @returns an allocation that must outlive the test, although a clock says that it is over */
async function leasesAreRight(
  t: Test,
  { urls }: ClusterOfThree,
  networkId: string,
): Promise<Allocation> {
  const [url] = urls as [string]
  const short = await allocate(url, { network_id: networkId, ttl_hours: SHORT_TTL_HOURS })
  const long = await allocate(url, { network_id: networkId, ttl_hours: LONG_TTL_HOURS })
  for (const { allocated_at } of [short, long]) {
    const offMs = Date.parse(allocated_at) - Date.now()
    t.ok(Math.abs(offMs) < TOLERANCE_MS, `allocated about now: ${allocated_at}`)
  }
  const ttlMs = Date.parse(long.expires_at as string) - Date.parse(long.allocated_at)
  t.equal(ttlMs, LONG_TTL_HOURS * HOUR_MS, 'the lease is as long as was asked')
  const ended = await until('the short lease ends', async () => {
    const { body } = await call(url, `/api/v1/allocations/${short.id}`)
    return (body as Allocation).status === 'allocated' ? null : (body as Allocation)
  })
  t.equal(ended.status, 'expired')
  t.match((await call(url, `/api/v1/allocations/${long.id}`)).body, { status: 'allocated' })
  return long
}

async function skewIsMeasured(t: Test, url: string): Promise<void> {
  const { body } = await call(url, '/metrics')
  const [, seconds] = /^raft_clock_skew_seconds (\S+)$/m.exec(String(body)) ?? []
  const hours = Number(seconds) / 3600
  t.ok(hours > 11 && hours < 13, `the leader measures the skew: ${hours} hours`)
}

async function timeNeverGoesBack(t: Test, url: string): Promise<void> {
  const { body } = await call(url, '/api/v1/audit?limit=10000')
  const newestFirst = (body as { timestamp: string }[]).map(({ timestamp }) => timestamp)
  t.same(newestFirst, newestFirst.toSorted().reverse(), `Changes in order of time on ${url}`)
}
