// Three real daemons, 16 clients spread over them, a random node killed again and again: no failure, no address twice,
// nothing acknowledged missing, equal states at the end; what four more clients recorded is linearizable. IPAM_SYSTEM_SECONDS sets how long, IPAM_SYSTEM_SEED which nodes.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { checkLinearizable } from '../history/linearizable.js'
import { HistoryRecorder } from '../history/recorder.js'
import { checkRevisions } from '../history/revisions.js'
import { makeCluster } from '../support/processes.js'
import { seededRandom } from '../support/seeded-random.js'
import { allocateUntil, type ClientReport } from './allocating-client.js'
import { createNetwork } from './http.js'
import { killAndRestart } from './killer.js'
import { recordLists, recordUntil } from './recording-client.js'
import { checkNothingLost } from './writers.js'

const SECONDS = Number(process.env.IPAM_SYSTEM_SECONDS ?? 60)
const SEED = Number(process.env.IPAM_SYSTEM_SEED ?? Date.now() % 1_000_000)
const CLIENTS = 16
const RECORDING_CLIENTS = 4
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
  const network = await createNetwork(urls[0] as string, '10.0.0.0/16')
  const recorded = await createNetwork(urls[0] as string, '10.1.0.0/16')
  const recorder = new HistoryRecorder({
    network: recorded.id,
    first: '10.1.0.1',
    last: '10.1.255.254',
  })

  const stop = new AbortController()
  const clients = Array.from({ length: CLIENTS }, (_, position) =>
    allocateUntil(stop.signal, { urls, first: position % 3, networkId: network.id }),
  )
  const task = {
    urls,
    networkId: recorded.id,
    recorder,
    shared: [],
    random: seededRandom(SEED + 1),
  }
  const recording = Array.from({ length: RECORDING_CLIENTS }, (_, client) =>
    recordUntil(stop.signal, { ...task, client }),
  )
  const kills = await killAndRestart(daemons, { seconds: SECONDS, random: seededRandom(SEED) })
  stop.abort()
  const reports = await Promise.all(clients)
  const recordingFailures = (await Promise.all(recording)).flat()
  await Promise.all(daemons.map(daemon => daemon.ready()))

  const acknowledged = reports.flatMap(report => report.allocations)
  t.same(
    [...reports.flatMap(report => report.failures), ...recordingFailures],
    [],
    'no client saw an error answer',
  )
  await checkNothingLost(t, urls, acknowledged)
  t.ok(kills > 0, 'nodes were killed')
  t.comment(summary(reports, kills))

  await recordLists({ ...task, client: RECORDING_CLIENTS })
  recorder.write(join(directory, 'history.jsonl'))
  const history = recorder.history()
  const startMs = performance.now()
  t.same(checkRevisions(history), { faults: [], undecided: false }, 'revisions follow real time')
  t.same(checkLinearizable(history), { faults: [], undecided: false }, 'it is linearizable')
  const tookMs = Math.round(performance.now() - startMs)
  t.comment(`history: ${history.operations.length} operations checked in ${tookMs} ms`)
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
