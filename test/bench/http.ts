// Requests per second, and processor time a request, of the HTTP room alone: a gateway that answers at once, beside a bare node:http server.
// Run: npm run bench:http -- [seconds] [connections]; with --cpu-prof it shows where the time goes.
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Registry } from 'prom-client'
import {
  KeyRing,
  nativeArgon2,
  PasswordHasher,
  passwordHasherDefaults,
  Sealer,
  systemRandom,
  VerifiedTokens,
} from '../../src/auth/index.js'
import { createHttpServer, defaultHttpOptions } from '../../src/http/index.js'
import type { Allocation, Outcome } from '../../src/ledger/index.js'
import { followerOfNone } from '../http/harness.js'
import { FakeGateway } from '../support/fake-gateway.js'

type Job = {
  readonly port: number
  readonly request: string
  readonly seconds: number
  readonly connections: number
}

if (process.send === undefined) await main()
else process.once('message', job => drive(job as Job))

async function main(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 3)
  const connections = Number(process.argv[3] ?? 64)
  const body = JSON.stringify({ network_id: 'net-1', hostname: 'web-server-01' })
  const post = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
  const bare = await bareServer()
  const ours = await ourServer()
  const rows = [
    ['bare node:http, JSON in and out', bare, post('/')],
    ['POST /api/v1/allocations', ours.port, post('/api/v1/allocations')],
    ['GET /api/v1/allocations/alloc-1', ours.port, get('/api/v1/allocations/alloc-1')],
    ['GET …?level=none', ours.port, get('/api/v1/allocations/alloc-1?level=none')],
    ['GET /api/v1/networks/net-1', ours.port, get('/api/v1/networks/net-1')],
  ] as const
  for (const [name, port, request] of rows) {
    const { perSecond, cpuMicros } = await run({ port, request, seconds, connections })
    const figures = `${perSecond.toFixed(0).padStart(7)} requests/s ${cpuMicros.toFixed(1).padStart(7)} µs`
    console.log(`${name.padEnd(40)} ${figures}`)
  }
  process.exit(0)
}

type Figures = { readonly perSecond: number; readonly cpuMicros: number }

/** The processor time is this process's, the server's; it tells more than the rate when the machine is shared. */
function run(job: Job): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const driver = fork(fileURLToPath(import.meta.url), { execArgv: process.execArgv })
    let before = process.cpuUsage()
    driver.on('message', message => {
      if (message === 'warm') {
        before = process.cpuUsage()
        return
      }
      const { user, system } = process.cpuUsage(before)
      driver.kill()
      const { requests, elapsedMs } = message as { requests: number; elapsedMs: number }
      resolve({
        perSecond: (requests * 1000) / elapsedMs,
        cpuMicros: (user + system) / requests,
      })
    })
    driver.once('error', reject)
    driver.send(job)
  })
}

/** Each connection has one request under way; answers are counted by their status line. */
function drive({ port, request, seconds, connections }: Job): void {
  const bytes = Buffer.from(request)
  let answered = 0
  for (let opened = 0; opened < connections; opened++) {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setNoDelay(true)
    socket.on('data', data => {
      if (data.indexOf('HTTP/1.1 20') !== 0) throw new Error(data.toString('latin1'))
      answered++
      socket.write(bytes)
    })
  }
  const warmUpMs = 1000
  setTimeout(() => {
    process.send?.('warm')
    const before = answered
    const startedMs = performance.now()
    setTimeout(() => {
      process.send?.({ requests: answered - before, elapsedMs: performance.now() - startedMs })
    }, seconds * 1000)
  }, warmUpMs)
}

async function bareServer(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const text = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString('utf8')))
      response.writeHead(201, [
        'Content-Type',
        'application/json',
        'Content-Length',
        `${text.length}`,
      ])
      response.end(text)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

async function ourServer(): Promise<{ port: number }> {
  const fake = new FakeGateway()
  fake.apply({
    type: 'network.create',
    vrf: 'default',
    place: { cidr: '10.0.0.0/8' },
    description: null,
    tags: [],
    holdHours: 0,
  })
  const outcome: Outcome = fake.apply({
    type: 'allocation.create',
    networkId: 1,
    place: { count: 1 },
    hostname: 'web-server-01',
    description: null,
    tags: [],
    ttlMs: null,
  })
  const allocation: Allocation | null = fake.rows.allocation(1)
  const settled = Promise.resolve(outcome)
  const revision = Promise.resolve(outcome.revision)
  const quiet = () => undefined
  const timer = { after: () => quiet }
  const hashing = { argon2: nativeArgon2, timer, random: systemRandom }
  const hasher = await PasswordHasher.open(passwordHasherDefaults, hashing)
  const sealer = new Sealer('a secret for measurements only', systemRandom)
  const keys = new KeyRing(sealer, systemRandom)
  const server = createHttpServer(
    { ...defaultHttpOptions, listen: [{ host: '127.0.0.1', port: 0 }] },
    {
      gateway: {
        submit: () => settled,
        read: () => revision,
        leaderView: () => Promise.resolve(fake.view),
      },
      store: { ...fake.store, reads: { ...fake.store.reads, allocation: () => allocation } },
      raft: { status: () => followerOfNone, transferLeadership: quiet, onStatus: () => quiet },
      cluster: {
        mode: 'standalone',
        nodeId: 1,
        clusterId: 1,
        addressBook: () => [],
        programOf: () => null,
        removed: () => false,
      },
      checks: [],
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      clock: {
        monotonicMs: () => performance.now(),
        wallMs: () => fake.timeMs,
        after: (delayMs, callback) => {
          const timer = setTimeout(callback, delayMs)
          return () => clearTimeout(timer)
        },
      },
      identity: { verified: new VerifiedTokens(), keys, sealer, hasher, random: systemRandom },
      registry: new Registry(),
      version: '1.0.0',
    },
  )
  const [address] = await server.listen()
  return { port: (address as AddressInfo).port }
}
