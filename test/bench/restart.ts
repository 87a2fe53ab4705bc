// npm run bench:restart: SIGTERM and start of all three nodes in turn, behind HAProxy, while clients that send keys write.
// RESTART_ROUNDS (5), RESTART_CLIENTS (16).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHaproxy } from '../support/haproxy.js'
import { makeCluster } from '../support/processes.js'
import { leaderAmong } from '../system/cluster-of-three.js'
import { createNetwork } from '../system/http.js'
import { at, milliseconds, print } from './figures.js'
import { describe, reportFailures, SteadyLoad } from './steady-load.js'

const ROUNDS = Number(process.env.RESTART_ROUNDS ?? 5)
const CLIENTS = Number(process.env.RESTART_CLIENTS ?? 16)
const WARM_UP_MS = 10_000
const BEFORE_MS = 5_000
/** After each restart, for the compiler of the new process. */
const REST_MS = 1_000

const directory = mkdtempSync(join(tmpdir(), 'ipam-restart-'))
const daemons = await makeCluster({ directory, nodes: 3 })
for (const daemon of daemons) daemon.start()
try {
  await Promise.all(daemons.map(daemon => daemon.ready()))
  const haproxy = await startHaproxy(daemons.map(({ url }) => url))
  await run(haproxy.url).finally(haproxy.stop)
} finally {
  await Promise.all(daemons.map(daemon => daemon.end('SIGKILL')))
  rmSync(directory, { recursive: true, force: true })
}

async function run(url: string): Promise<void> {
  const network = await createNetwork(url, '10.0.0.0/8')
  const body = { network_id: network.id, hostname: 'bench' }
  const load = new SteadyLoad({ url: new URL(url), clients: CLIENTS, body })
  await sleep(WARM_UP_MS)
  const beforeMs = performance.now()
  await sleep(BEFORE_MS)
  const before = load.figures(beforeMs, performance.now())
  print(`${CLIENTS} clients through HAProxy: ${describe(before)}`)
  const pauses = { leader: [] as number[], follower: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const daemon of daemons) {
      const role = (await leaderAmong(daemons)) === daemon ? 'leader' : 'follower'
      const startedMs = performance.now()
      await daemon.end('SIGTERM')
      const downMs = performance.now()
      daemon.start()
      await daemon.ready()
      await sleep(REST_MS)
      const during = load.figures(startedMs, performance.now())
      pauses[role].push(during.pauseMs)
      print(
        `${role} stopped in ${milliseconds(downMs - startedMs)}: ${describe(during)}, ${Math.round(during.pauseFromMs - startedMs)} ms after SIGTERM`,
      )
    }
  }
  await load.stop()
  for (const [role, times] of Object.entries(pauses)) {
    const sorted = times.toSorted((a, b) => a - b)
    print(
      `${times.length} restarts of a ${role}: pause median ${milliseconds(at(sorted, 0.5))}, longest ${milliseconds(at(sorted, 1))}`,
    )
  }
  reportFailures(load)
}
