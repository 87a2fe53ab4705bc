// Three real daemons, 16 clients spread over them, a random node killed again and again: no failure, no address twice,
// nothing acknowledged missing, equal states at the end. IPAM_SYSTEM_SECONDS sets how long, IPAM_SYSTEM_SEED which nodes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { makeCluster } from '../support/processes.js'
import { seededRandom } from '../support/seeded-random.js'
import { allocateUntil, type ClientReport } from './allocating-client.js'
import { killAndRestart } from './killer.js'
import { checkNothingLost } from './writers.js'

const SECONDS = Number(process.env.IPAM_SYSTEM_SECONDS ?? 60)
const SEED = Number(process.env.IPAM_SYSTEM_SEED ?? Date.now() % 1_000_000)
const CLIENTS = 16
/** For starting, stopping and checking, beyond the time of the test itself. */
const MARGIN_SECONDS = 120

t.setTimeout((SECONDS + MARGIN_SECONDS) * 1000)

t.test(`16 clients allocate for ${SECONDS} s while nodes are killed (seed ${SEED})`, async t => {
  const directory = mkdtempSync(join(tmpdir(), 'ipam-kill-'))
  const daemons = await makeCluster({ directory, nodes: 3 })
  t.teardown(async () => {
    await Promise.all(daemons.map(daemon => daemon.end('SIGKILL')))
    if (t.passing()) rmSync(directory, { recursive: true })
    else t.comment(`logs and data are kept in ${directory}`)
  })
  for (const daemon of daemons) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))

  const urls = daemons.map(daemon => daemon.url)
  const created = await fetch(`${urls[0]}/api/v1/networks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cidr: '10.0.0.0/16' }),
  })
  const network = (await created.json()) as { id: string }
  t.equal(created.status, 201)

  const stop = new AbortController()
  const clients = Array.from({ length: CLIENTS }, (_, position) =>
    allocateUntil(stop.signal, { urls, first: position % 3, networkId: network.id }),
  )
  const kills = await killAndRestart(daemons, { seconds: SECONDS, random: seededRandom(SEED) })
  stop.abort()
  const reports = await Promise.all(clients)
  await Promise.all(daemons.map(daemon => daemon.ready()))

  const acknowledged = reports.flatMap(report => report.allocations)
  t.same(
    reports.flatMap(report => report.failures),
    [],
    'no client saw an error answer',
  )
  await checkNothingLost(t, urls, acknowledged)
  t.ok(kills > 0, 'nodes were killed')
  t.comment(summary(reports, kills))
})

function summary(reports: readonly ClientReport[], kills: number): string {
  const times = reports
    .flatMap(report => report.allocations.map(({ atMs }) => atMs))
    .sort((a, b) => a - b)
  let longest = 0
  for (const [position, time] of times.entries()) {
    longest = Math.max(longest, time - (times[position - 1] ?? time))
  }
  const retries = reports.reduce((sum, report) => sum + report.retries, 0)
  return [
    `allocations ${times.length}`,
    `retries ${retries}`,
    `kills ${kills}`,
    `longest time without an accepted write ${Math.round(longest)} ms`,
  ].join(', ')
}
