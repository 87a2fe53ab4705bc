// npm run bench:profile: where the processor time of a write (or a read) goes, by room and by function, on each of three nodes.
// PROFILE_CLIENTS (64), PROFILE_SECONDS (5), PROFILE_WORK (allocate | linearizable | none).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, freePorts, makeCluster } from '../support/processes.js'
import { measure } from './closed-loop.js'
import { type CpuProfile, Profiler } from './profiler.js'
import { requestBytes } from './raw-client.js'

const CLIENTS = Number(process.env.PROFILE_CLIENTS ?? 64)
const SECONDS = Number(process.env.PROFILE_SECONDS ?? 5)
const WARM_UP_CLIENTS = 64
/** Until the compiler has seen it all. */
const WARM_UP_SECONDS = 12
const WORK = process.env.PROFILE_WORK ?? 'allocate'
const FUNCTIONS_SHOWN = Number(process.env.PROFILE_FUNCTIONS ?? 40)
/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100

const directory = mkdtempSync(join(tmpdir(), 'ipam-profile-'))
const inspectors = await freePorts(3)
const daemons = await makeCluster({ directory: join(directory, 'ipam'), nodes: 3 })
try {
  for (const [n, daemon] of daemons.entries())
    daemon.start([`--inspect=127.0.0.1:${inspectors[n]}`])
  await Promise.all(daemons.map(daemon => daemon.ready()))
  await run()
  await Promise.all(daemons.map(daemon => daemon.end('SIGTERM')))
} finally {
  for (const daemon of daemons) daemon.signal('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const urls = daemons.map(daemon => new URL(daemon.url))
  const headers = { 'content-type': 'application/json' }
  const made = await fetch(new URL('/api/v1/networks', urls[0]), {
    method: 'POST',
    headers,
    body: JSON.stringify({ cidr: '10.0.0.0/8' }),
  })
  const { id } = (await made.json()) as { id: string }
  const allocate = { network_id: id, hostname: 'bench' }
  const write = (url: URL) => [requestBytes('POST', new URL('/api/v1/allocations', url), allocate)]
  await measure({
    urls,
    clients: WARM_UP_CLIENTS,
    seconds: WARM_UP_SECONDS,
    expectedStatus: 201,
    requests: write,
  })
  const read = (url: URL) => [
    requestBytes('GET', new URL(`/api/v1/allocations/alloc-1?level=${WORK}`, url)),
  ]
  const profilers = await Promise.all(inspectors.map(port => Profiler.start(port)))
  const before = processorSeconds()
  const figures = await measure({
    urls,
    clients: CLIENTS,
    seconds: SECONDS,
    expectedStatus: WORK === 'allocate' ? 201 : 200,
    requests: WORK === 'allocate' ? write : read,
  })
  const after = processorSeconds()
  const { perSecond, p50Ms, p99Ms, count } = figures
  print(
    `${WORK}, ${CLIENTS} clients: ${perSecond.toFixed(0)}/s p50 ${p50Ms.toFixed(2)} p99 ${p99Ms.toFixed(2)} ms`,
  )
  const costs = after.map((seconds, n) => (((seconds - (before[n] ?? 0)) * 1e6) / count).toFixed(0))
  print(`processor µs a request: nodes ${costs.slice(0, 3).join(', ')}; client ${costs[3]}`)
  report(await Promise.all(profilers.map(profiler => profiler.stop())), count)
}

/** Of the three nodes and of this process. */
function processorSeconds(): number[] {
  const ofProcess = (pid: number): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }
  return [...daemons.map((daemon: Daemon) => daemon.pid), process.pid].map(ofProcess)
}

type Frame = CpuProfile['nodes'][number]['callFrame']

function report(all: readonly CpuProfile[], requests: number): void {
  const byRoom = new Map<string, number>()
  const byFunction = new Map<string, number>()
  const add = (map: Map<string, number>, key: string, micros: number) =>
    map.set(key, (map.get(key) ?? 0) + micros)
  for (const profile of all) {
    const places = placesOf(profile)
    for (const [at, id] of profile.samples.entries()) {
      const place = places.get(id)
      if (place === undefined || place.name === '(idle)') continue
      const micros = profile.timeDeltas[at] ?? 0
      add(byRoom, place.room, micros)
      add(byFunction, place.name, micros)
    }
  }
  print('\nµs a request over all nodes, by room, with what it calls outside src:')
  table(byRoom, requests, 30)
  print('\nself time by function; what is not ours with the nearest of ours that called it:')
  table(byFunction, requests, FUNCTIONS_SHOWN)
}

type Place = { readonly room: string; readonly name: string }

/** Each node's room and name: its own, or those of the nearest frame of ours above it. */
function placesOf(profile: CpuProfile): Map<number, Place> {
  const nodes = new Map(profile.nodes.map(node => [node.id, node]))
  const places = new Map<number, Place>()
  const visit = (id: number, caller: string | null) => {
    const node = nodes.get(id)
    if (node === undefined) return
    const { functionName, url, lineNumber } = node.callFrame
    const name = `${functionName || '(anonymous)'} ${fileOf(url)}:${lineNumber + 1}`.replace(
      / :0$/,
      '',
    )
    const own = url.includes('/dist/src/')
    const nearest = own ? name : caller
    const room = nearest === null ? outsideOf(node.callFrame) : roomOf(nearest)
    places.set(id, { room, name: own || caller === null ? name : `${name} < ${caller}` })
    for (const child of node.children ?? []) visit(child, nearest)
  }
  for (const { id, callFrame } of profile.nodes)
    if (callFrame.functionName === '(root)') visit(id, null)
  return places
}

function table(map: ReadonlyMap<string, number>, requests: number, rows: number): void {
  const sorted = [...map].sort((a, b) => b[1] - a[1]).slice(0, rows)
  for (const [key, micros] of sorted) print(`${(micros / requests).toFixed(1).padStart(8)}  ${key}`)
}

function roomOf(name: string): string {
  return /src\/(?:raft\/)?[^/:]+/.exec(name)?.[0] ?? name
}

function outsideOf({ functionName, url }: Frame): string {
  if (functionName.startsWith('(')) return functionName
  return url === '' ? 'native, called by no one of ours' : 'libraries, called by no one of ours'
}

function fileOf(url: string): string {
  return url.replace(/^.*\/dist\//, '').replace(/^.*\/(node_modules\/)/, '$1')
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
