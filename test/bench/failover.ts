// npm run bench:failover: SIGKILL of whoever leads, again and again, ours and etcd's in turn, default timings: how long
// until the next write is accepted. FAILOVER_KILLS (20).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Daemon, makeCluster } from '../support/processes.js'
import { leaderAmong } from '../system/cluster-of-three.js'
import { createNetwork } from '../system/http.js'
import { type EtcdCluster, startEtcd } from './etcd-cluster.js'
import { at, milliseconds, print } from './figures.js'

const KILLS = Number(process.env.FAILOVER_KILLS ?? 20)
/** A write without an answer for so long is given up, and the next one sent. */
const WRITE_TIMEOUT_MS = 50
/** After one was refused at once. */
const REFUSED_PAUSE_MS = 5
/** Followed by a kill at another place between two heartbeats each time. */
const QUIET_MS = 1_000
const QUIET_MS_SPREAD = 200

type Contestant = {
  readonly name: string
  readonly urls: readonly string[]
  leader(): Promise<number>
  kill(position: number): Promise<unknown>
  /** Resolves when it has caught up. */
  restart(position: number): Promise<void>
  readonly write: { readonly path: string; readonly body: object }
}

const directory = mkdtempSync(join(tmpdir(), 'ipam-failover-'))
const daemons = await makeCluster({ directory: join(directory, 'ipam'), nodes: 3 })
let etcd: EtcdCluster | null = null
try {
  for (const daemon of daemons) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))
  etcd = await startEtcd(join(directory, 'etcd'))
  await run(etcd === null ? [await ours()] : [await ours(), theirs(etcd)])
} finally {
  await Promise.all(daemons.map(daemon => daemon.end('SIGKILL')))
  await etcd?.stop()
  rmSync(directory, { recursive: true, force: true })
}

async function run(contestants: readonly Contestant[]): Promise<void> {
  print(`three nodes each, default timings; the leader is killed ${KILLS} times`)
  if (etcd === null) print('etcd is not installed: there is nothing to compare with')
  const medians: number[] = []
  const times = contestants.map((): number[] => [])
  for (let kill = 0; kill < KILLS; kill++) {
    for (const [n, contestant] of contestants.entries()) {
      times[n]?.push(await killLeader(contestant, kill))
    }
  }
  for (const [n, { name }] of contestants.entries()) {
    const sorted = (times[n] ?? []).toSorted((a, b) => a - b)
    medians.push(at(sorted, 0.5))
    print(
      `${name}: median ${milliseconds(at(sorted, 0.5))}, longest ${milliseconds(at(sorted, 1))}`,
    )
    print(`  ${sorted.map(time => Math.round(time)).join(' ')}`)
  }
  const [own, other] = medians
  if (own !== undefined && other !== undefined)
    print(`ratio of medians ${(own / other).toFixed(2)}`)
}

/** @returns ms from the kill to the answer of the first write that was accepted at another node */
async function killLeader(contestant: Contestant, kill: number): Promise<number> {
  const { urls, write } = contestant
  const leader = await contestant.leader()
  const asked = (leader + 1 + (kill % 2)) % urls.length
  const url = `${urls[asked]}${write.path}`
  // The node that is asked has its code compiled and its connection open.
  for (let n = 0; n < 20; n++) await isAccepted(url, write.body)
  await sleep(QUIET_MS + Math.random() * QUIET_MS_SPREAD)
  const started = performance.now()
  const ended = contestant.kill(leader)
  while (!(await isAccepted(url, write.body))) await sleep(REFUSED_PAUSE_MS)
  const took = performance.now() - started
  await ended
  await contestant.restart(leader)
  return took
}

async function isAccepted(url: string, body: object): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(WRITE_TIMEOUT_MS),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

async function ours(): Promise<Contestant> {
  const network = await createNetwork(daemons[0]?.url as string, '10.0.0.0/8')
  return {
    name: 'ipam',
    urls: daemons.map(({ url }) => url),
    leader: async () => daemons.indexOf(await leaderAmong(daemons)),
    kill: position => (daemons[position] as Daemon).end('SIGKILL'),
    async restart(position) {
      const daemon = daemons[position] as Daemon
      daemon.start()
      await daemon.ready()
    },
    write: { path: '/api/v1/allocations', body: { network_id: network.id, hostname: 'bench' } },
  }
}

function theirs(cluster: EtcdCluster): Contestant {
  const encode = (text: string) => Buffer.from(text).toString('base64')
  return {
    ...cluster,
    name: `etcd ${cluster.version}`,
    urls: cluster.urls.map(url => url.origin),
    write: { path: '/v3/kv/put', body: { key: encode('bench'), value: encode('x'.repeat(256)) } },
  }
}
