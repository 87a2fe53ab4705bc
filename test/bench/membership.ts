// npm run bench:membership: a cluster that holds many allocations, behind HAProxy, is joined by a fourth node; then a node
// is replaced by a fifth; then the leader is removed: all while clients that send keys write.
// MEMBERSHIP_ALLOCATIONS (200000), MEMBERSHIP_CLIENTS (16).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHaproxy } from '../support/haproxy.js'
import { ipamCluster } from '../support/ipam-cluster.js'
import { type Daemon, makeCluster } from '../support/processes.js'
import { metricOf, stateHashes } from '../system/cluster-facts.js'
import { leaderAmong, type Newcomer, newcomer } from '../system/cluster-of-three.js'
import { call, createNetwork } from '../system/http.js'
import { print } from './figures.js'
import { describe, reportFailures, SteadyLoad } from './steady-load.js'

const ALLOCATIONS = Number(process.env.MEMBERSHIP_ALLOCATIONS ?? 200_000)
const CLIENTS = Number(process.env.MEMBERSHIP_CLIENTS ?? 16)
const BULK_STEPS = 400
const BULKS_AT_ONCE = 4
const WARM_UP_MS = 15_000
/** Each phase is compared with as much rest before it. */
const BEFORE_MS = 10_000
/** The log is cut long before the first node joins: it needs a snapshot. */
const environment = { IPAM_RAFT_COMPACT_ENTRIES: '5000', IPAM_RAFT_TAIL_ENTRIES: '1000' }

const directory = mkdtempSync(join(tmpdir(), 'ipam-membership-'))
const founders = await makeCluster({ directory, nodes: 3, environment })
const fourth = await newcomer({ directory, daemons: founders }, 4)
const fifth = await newcomer({ directory, daemons: founders }, 5)
const everyone = [...founders, fourth.daemon, fifth.daemon]
/** Node id → daemon. */
const members = new Map(founders.map((daemon, n) => [n + 1, daemon]))
try {
  for (const daemon of founders) daemon.start()
  await Promise.all(founders.map(daemon => daemon.ready()))
  const haproxy = await startHaproxy(everyone.map(({ url }) => url))
  await run(haproxy.url).finally(haproxy.stop)
} finally {
  await Promise.all(everyone.map(daemon => daemon.end('SIGKILL')))
  rmSync(directory, { recursive: true, force: true })
}

async function run(url: string): Promise<void> {
  const network = await createNetwork(url, '10.0.0.0/8')
  const body = { network_id: network.id, hostname: 'bench' }
  await fill(body)
  const load = new SteadyLoad({ url: new URL(url), clients: CLIENTS, body })
  await sleep(WARM_UP_MS)
  const phase = async (name: string, work: () => Promise<string>): Promise<void> => {
    const restedMs = performance.now()
    await sleep(BEFORE_MS)
    const startedMs = performance.now()
    const before = load.figures(restedMs, startedMs)
    const what = await work()
    const endedMs = performance.now()
    const during = load.figures(startedMs, endedMs)
    const seconds = ((endedMs - startedMs) / 1000).toFixed(1)
    print(`${name}: ${what} ${seconds} s; p99 ${(during.p99Ms / before.p99Ms).toFixed(2)} x`)
    print(`  before: ${describe(before)}`)
    print(`  during: ${describe(during)}`)
  }
  await phase('joined', () => add(url, 4, fourth))
  await phase('replaced', () => replace(url, 5, fifth))
  await phase('leader removed', () => removeLeader(url))
  await load.stop()
  reportFailures(load)
  const hashes = new Set(await stateHashes([...members.values()].map(daemon => daemon.url)))
  print(hashes.size === 1 ? 'equal states on all members' : 'THE STATES DIFFER')
  if (hashes.size !== 1) process.exitCode = 1
}

async function fill(allocate: object): Promise<void> {
  const [first] = founders as [Daemon]
  const steps = Array.from({ length: BULK_STEPS }, () => ({ allocate }))
  const startedMs = performance.now()
  let left = Math.ceil(ALLOCATIONS / BULK_STEPS)
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const body = { steps }
      const answer = await call(first.url, '/api/v1/allocations/bulk', { method: 'POST', body })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    }
  }
  await Promise.all(Array.from({ length: BULKS_AT_ONCE }, client))
  const seconds = (performance.now() - startedMs) / 1000
  print(`${ALLOCATIONS} allocations in ${seconds.toFixed(0)} s, ${BULK_STEPS} to a bulk`)
  print(`then ${CLIENTS} clients through HAProxy`)
}

async function add(url: string, id: number, { daemon, peerAddress }: Newcomer): Promise<string> {
  daemon.start()
  await ipamCluster(url, ['add', String(id), peerAddress])
  await daemon.ready()
  members.set(id, daemon)
  return `node ${id}, by ${await metricOf(daemon.url, 'raft_snapshots_installed_total')} snapshot,`
}

async function replace(
  url: string,
  id: number,
  { daemon, peerAddress }: Newcomer,
): Promise<string> {
  const leader = await leaderAmong([...members.values()])
  const [oldId, old] = [...members].find(([, member]) => member !== leader) as [number, Daemon]
  daemon.start()
  await ipamCluster(url, ['replace', String(oldId), String(id), peerAddress])
  await daemon.ready()
  members.delete(oldId)
  members.set(id, daemon)
  await old.end('SIGTERM')
  return `node ${oldId} by node ${id}`
}

async function removeLeader(url: string): Promise<string> {
  const leader = await leaderAmong([...members.values()])
  const [id] = [...members].find(([, member]) => member === leader) as [number, Daemon]
  await ipamCluster(url, ['remove', String(id)])
  members.delete(id)
  await leader.end('SIGTERM')
  return `node ${id}`
}
