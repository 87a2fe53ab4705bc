// npm run bench: three nodes with real fsync, beside three etcd nodes on the same machine. The two take turns of a second,
// so that what else the machine does falls on both; the ratio is the median of the turns' ratios.
// BENCH_TURNS (8), BENCH_CLIENTS (1,16,64,256), BENCH_WARM_UP_SECONDS (15).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCluster } from '../support/processes.js'
import { type Figures, measure } from './closed-loop.js'
import { type EtcdCluster, startEtcd } from './etcd-cluster.js'
import { requestBytes } from './raw-client.js'

const TURNS = Number(process.env.BENCH_TURNS ?? 8)
const TURN_SECONDS = 1
/** So many keys, written over and over. */
const ETCD_KEYS_PER_CLIENT = 200
const WARM_UP_CLIENTS = 64
const WARM_UP_SECONDS = Number(process.env.BENCH_WARM_UP_SECONDS ?? 15)
const READ_CLIENTS = 64
const BLOCK_CLIENTS = [1, 64]
/** Child prefixes a second that go-ipam's README gives for its own stores, one client (IPAM_NOTES: goipam). */
const GO_IPAM = { Redis: 777, etcd: 258 } as const
const CLIENTS = (process.env.BENCH_CLIENTS ?? '1,16,64,256').split(',').map(Number)

const directory = mkdtempSync(join(tmpdir(), 'ipam-bench-'))
const daemons = await makeCluster({ directory: join(directory, 'ipam'), nodes: 3 })
let etcd: EtcdCluster | null = null
try {
  for (const daemon of daemons) daemon.start()
  await Promise.all(daemons.map(daemon => daemon.ready()))
  etcd = await startEtcd(join(directory, 'etcd'))
  await run(daemons.map(daemon => new URL(daemon.url)))
} finally {
  await Promise.all(daemons.map(daemon => daemon.end('SIGTERM')))
  await etcd?.stop()
  rmSync(directory, { recursive: true })
}

type Requests = (url: URL, client: number) => readonly Buffer[]
type Contest = {
  readonly name: string
  readonly clients: number
  readonly status: number
  readonly ours: Requests
  readonly theirs: Requests
}

async function run(urls: readonly URL[]): Promise<void> {
  print(
    `three nodes each, ${TURNS} turns of ${TURN_SECONDS} s a figure, clients spread over the nodes`,
  )
  if (etcd === null) print('etcd is not installed: there is nothing to compare with')
  else print(`beside etcd ${etcd.version}`)
  printMemory('memory fresh')
  const network = await post(urls[0] as URL, '/api/v1/networks', { cidr: '10.0.0.0/8' })
  const allocate = { network_id: network.id, hostname: 'bench' }
  const allocation = await post(urls[0] as URL, '/api/v1/allocations', allocate)
  const key = Buffer.from('bench').toString('base64')
  const value = Buffer.from('x'.repeat(256)).toString('base64')
  if (etcd !== null) await post(etcd.urls[0] as URL, '/v3/kv/put', { key, value })
  const writes = (clients: number): Contest => ({
    name: `allocate, ${clients} clients | etcd put`,
    clients,
    status: 201,
    ours: url => [requestBytes('POST', new URL('/api/v1/allocations', url), allocate)],
    theirs: (url, client) =>
      Array.from({ length: ETCD_KEYS_PER_CLIENT }, (_, n) =>
        requestBytes('POST', new URL('/v3/kv/put', url), {
          key: Buffer.from(`bench-${client}-${n}`).toString('base64'),
          value,
        }),
      ),
  })
  const pool = { name: 'bench', pool_type: 'ipv4', cidr: '11.0.0.0/8' }
  await post(urls[0] as URL, '/api/v1/ip-pools', pool)
  const blocks = (clients: number): Contest => ({
    ...writes(clients),
    name: `allocate a /30, ${clients} clients | etcd put`,
    status: 200,
    ours: url => [
      requestBytes('POST', new URL('/api/v1/ip-pools/bench/allocate', url), { prefix_length: 30 }),
    ],
  })
  const reads = (level: string, serializable: boolean): Contest => ({
    name: `get ${level}, ${READ_CLIENTS} clients | etcd ${serializable ? 'serializable' : 'linearizable'} range`,
    clients: READ_CLIENTS,
    status: 200,
    ours: url => [
      requestBytes('GET', new URL(`/api/v1/allocations/${allocation.id}?level=${level}`, url)),
    ],
    theirs: url => [requestBytes('POST', new URL('/v3/kv/range', url), { key, serializable })],
  })
  // Servers run for months: what is measured is code that was compiled, on both sides.
  await measureBoth(urls, writes(WARM_UP_CLIENTS), WARM_UP_SECONDS)
  const contests = [
    ...CLIENTS.map(writes),
    ...BLOCK_CLIENTS.map(blocks),
    reads('linearizable', false),
    reads('none', true),
  ]
  for (const contest of contests) {
    const turns: Turn[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      turns.push(await measureBoth(urls, contest, TURN_SECONDS))
    }
    report(contest.name, turns)
    if (contest.name.startsWith('allocate a /30')) reportBesideGoIpam(turns)
  }
  printMemory('memory after')
}

type Turn = { readonly ours: Figures; readonly theirs: Figures | null }

async function measureBoth(urls: readonly URL[], contest: Contest, seconds: number): Promise<Turn> {
  const { clients, status: expectedStatus } = contest
  const ours = await measure({ urls, clients, seconds, expectedStatus, requests: contest.ours })
  if (etcd === null) return { ours, theirs: null }
  const theirs = await measure({
    urls: etcd.urls,
    clients,
    seconds,
    expectedStatus: 200,
    requests: contest.theirs,
  })
  return { ours, theirs }
}

async function post(url: URL, path: string, body: object): Promise<{ id: string }> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as { id: string }
}

function report(work: string, turns: readonly Turn[]): void {
  const figures = (of: readonly Figures[]): string => {
    const of50 = (pick: (one: Figures) => number) => median(of.map(pick))
    const [p50, p99] = [of50(one => one.p50Ms), of50(one => one.p99Ms)]
    return `${Math.round(of50(one => one.perSecond))}/s p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms`
  }
  const both = turns.filter((turn): turn is Turn & { theirs: Figures } => turn.theirs !== null)
  const ratio = median(both.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond))
  const theirs =
    both.length === 0 ? '-' : `${figures(both.map(turn => turn.theirs))} | ${ratio.toFixed(2)} x`
  print(`${work}: ${figures(turns.map(turn => turn.ours))} | ${theirs}`)
}

function reportBesideGoIpam(turns: readonly Turn[]): void {
  const ours = median(turns.map(turn => turn.ours.perSecond))
  const published = Object.entries(GO_IPAM).map(
    ([store, perSecond]) => `${(ours / perSecond).toFixed(2)} x its ${perSecond}/s on ${store}`,
  )
  print(`  beside go-ipam's published child prefixes: ${published.join(', ')}`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function printMemory(label: string): void {
  const megabytes = (pid: number): number => {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Math.round(Number(kilobytes) / 1024)
  }
  const ours = daemons.map(daemon => megabytes(daemon.pid)).join(', ')
  const theirs = etcd === null ? '-' : etcd.pids.map(megabytes).join(', ')
  print(`${label}: ipam ${ours} MB | etcd ${theirs} MB`)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
