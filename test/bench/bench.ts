// npm run bench: three nodes with real fsync, beside three etcd nodes in the same run, alternating.
// BENCH_SECONDS sets the length of one measurement (default 4), BENCH_CLIENTS the list of client counts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCluster } from '../support/processes.js'
import { type Figures, measure } from './closed-loop.js'
import { type EtcdCluster, startEtcd } from './etcd-cluster.js'
import { requestBytes } from './raw-client.js'

const SECONDS = Number(process.env.BENCH_SECONDS ?? 4)
/** So many keys, written over and over. */
const ETCD_KEYS_PER_CLIENT = 200
const WARM_UP_CLIENTS = 64
const WARM_UP_SECONDS = Number(process.env.BENCH_WARM_UP_SECONDS ?? 15)
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

async function run(urls: readonly URL[]): Promise<void> {
  print(`three nodes each, ${SECONDS} s a figure, clients spread over the nodes`)
  printMemory('memory fresh')
  let warm = false
  const network = await post(urls[0] as URL, '/api/v1/networks', { cidr: '10.0.0.0/8' })
  const allocate = { network_id: network.id, hostname: 'bench' }
  const key = Buffer.from('bench').toString('base64')
  const value = Buffer.from('x'.repeat(256)).toString('base64')
  // Servers run for months: what is measured is code that was compiled, on both sides.
  for (const clients of [WARM_UP_CLIENTS, ...CLIENTS]) {
    const seconds = warm ? SECONDS : WARM_UP_SECONDS
    const ours = await measure({
      urls,
      clients,
      seconds,
      expectedStatus: 201,
      requests: url => [requestBytes('POST', new URL('/api/v1/allocations', url), allocate)],
    })
    const theirs = await etcdFigures({ clients, seconds }, (url, client) =>
      Array.from({ length: ETCD_KEYS_PER_CLIENT }, (_, n) =>
        requestBytes('POST', new URL('/v3/kv/put', url), {
          key: Buffer.from(`bench-${client}-${n}`).toString('base64'),
          value,
        }),
      ),
    )
    if (warm) report(`allocate, ${clients} clients | etcd put`, ours, theirs)
    warm = true
  }
  const first = await post(urls[0] as URL, '/api/v1/allocations', allocate)
  if (etcd !== null) await post(etcd.urls[0] as URL, '/v3/kv/put', { key, value })
  for (const [level, serializable] of [
    ['linearizable', false],
    ['none', true],
  ] as const) {
    const ours = await measure({
      urls,
      clients: 64,
      seconds: SECONDS,
      expectedStatus: 200,
      requests: url => [
        requestBytes('GET', new URL(`/api/v1/allocations/${first.id}?level=${level}`, url)),
      ],
    })
    const theirs = await etcdFigures({ clients: 64, seconds: SECONDS }, url => [
      requestBytes('POST', new URL('/v3/kv/range', url), { key, serializable }),
    ])
    report(
      `get ${level}, 64 clients | etcd ${serializable ? 'serializable' : 'linearizable'} range`,
      ours,
      theirs,
    )
  }
  printMemory('memory after')
}

async function etcdFigures(
  load: { readonly clients: number; readonly seconds: number },
  requests: (url: URL, client: number) => readonly Buffer[],
): Promise<Figures | null> {
  if (etcd === null) return null
  return measure({ urls: etcd.urls, ...load, expectedStatus: 200, requests })
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

function report(work: string, ours: Figures, theirs: Figures | null): void {
  const figures = ({ perSecond, p50Ms, p99Ms }: Figures): string =>
    `${Math.round(perSecond)}/s p50 ${p50Ms.toFixed(2)} p99 ${p99Ms.toFixed(2)} ms`
  const ratio =
    theirs === null
      ? 'etcd is not installed'
      : `${figures(theirs)} | ${(ours.perSecond / theirs.perSecond).toFixed(2)} x`
  print(`${work}: ${figures(ours)} | ${ratio}`)
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
