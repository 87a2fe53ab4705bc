// Ten thousand connections whose headers drip in, and a body that is too large: the node goes on answering others.
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { Daemon, freePorts } from '../support/processes.js'
import { endWithTest, temporaryDirectory } from './cluster-of-three.js'
import { allocate, call, createNetwork } from './http.js'
import { until } from './until.js'

const CONNECTIONS_WANTED = 10_000
/** Open files that the test and the daemon need for everything else. */
const FILES_RESERVED = 500
/** Opened at once; the kernel's queue of a listening socket holds 511. */
const BATCH = 250
/** Of resident memory, for each connection: measured at about 15 KiB. */
const BYTES_PER_CONNECTION_MAX = 50 * 1024
/** Addresses of loopback that they come from, 127.0.0.2 and on: 127.0.0.1's ports are left to tests beside this one. */
const SLOW_ADDRESSES = 50
const REQUESTS = 100
/** Requests between two drops. */
const DRIP_EVERY = 20
const BODY_BYTES = 2 * 1024 * 1024

t.setTimeout(120_000)

t.test(
  '10,000 connections that drip their headers do not keep others from being answered',
  async t => {
    const directory = temporaryDirectory(t)
    const [port] = await freePorts(1)
    const url = `http://127.0.0.1:${port}`
    const daemon = new Daemon({
      url,
      logFile: join(directory, 'node.log'),
      args: ['--data-dir', join(directory, 'data'), '--listen', `127.0.0.1:${port}`],
    })
    endWithTest(t, [daemon])
    daemon.start()
    await daemon.ready()
    const network = await createNetwork(url, '10.0.0.0/16')
    const before = residentBytes(daemon.pid)

    const count = Math.min(CONNECTIONS_WANTED, openFilesMax() - FILES_RESERVED)
    t.comment(`${count} slow connections, with ${openFilesMax()} open files allowed`)
    const slow = new SlowClients(Number(port))
    t.teardown(() => slow.end())
    await slow.open(count)
    // The kernel completes connections before the daemon has accepted them; on a slow machine the first are cut by then.
    const held = await until('all of them are accepted', async () => {
      const open = await connectionsAt(url)
      return open + slow.cutCount >= count ? open : null
    })
    t.comment(`${held} of them are held at once`)
    for (let request = 0; request < REQUESTS; request++) {
      if (request % DRIP_EVERY === 0) slow.drip()
      await allocate(url, { network_id: network.id })
      t.equal((await call(url, '/livez')).status, 200)
    }
    const grown = residentBytes(daemon.pid) - before
    t.ok(grown < count * BYTES_PER_CONNECTION_MAX, `${Math.round(grown / 2 ** 20)} MiB for them`)
    await until('a head that does not arrive in time costs its connection', async () => {
      slow.drip()
      return slow.openCount === 0
    })
    t.match(slow.answered, /^HTTP\/1\.1 408 Request Timeout\r\n/, 'with an answer that says so')
    // The daemon counts a connection out a moment after its client has seen the end of it.
    await until('nothing of them is left', async () => (await connectionsAt(url)) < BATCH)
    t.equal((await call(url, '/readyz')).status, 200)

    await t.test('a body of 2 MiB', async t => {
      const body = { cidr: '10.1.0.0/24', description: 'x'.repeat(BODY_BYTES) }
      const answer = await call(url, '/api/v1/networks', { method: 'POST', body })
      t.equal(answer.status, 413)
      t.match(answer.body, { code: 413, error: /1048576|1 MiB/ })
      t.equal((await call(url, '/livez')).status, 200)
    })
    t.equal(await daemon.end('SIGTERM'), 0)
  },
)

/** Connections of which each has sent half a request and sends a byte of it now and then. */
class SlowClients {
  readonly #port: number
  readonly #sockets = new Set<Socket>()
  #opened = 0
  /** What the server said last to one of them. */
  answered = ''
  /** Connections that the server has closed. */
  cutCount = 0

  constructor(port: number) {
    this.#port = port
  }

  get openCount(): number {
    return this.#sockets.size
  }

  async open(count: number): Promise<void> {
    for (let opened = 0; opened < count; opened += BATCH) {
      const batch = Math.min(BATCH, count - opened)
      await Promise.all(Array.from({ length: batch }, () => this.#openOne()))
    }
  }

  /** One byte more on each. */
  drip(): void {
    for (const socket of this.#sockets) socket.write('x')
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #openOne(): Promise<void> {
    const localAddress = `127.0.0.${2 + (this.#opened++ % SLOW_ADDRESSES)}`
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress }, () => {
        socket.write('GET /api/v1/networks HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
        this.#sockets.add(socket)
        resolve()
      })
      socket.on('data', chunk => {
        this.answered = chunk.toString()
      })
      socket.once('error', reject)
      socket.on('error', () => {})
      socket.once('close', () => {
        this.#sockets.delete(socket)
        this.cutCount += 1
      })
    })
  }
}

async function connectionsAt(url: string): Promise<number> {
  const { body } = await call(url, '/metrics')
  const [, count] = /^http_connections (\d+)$/m.exec(String(body)) ?? []
  return Number(count)
}

function residentBytes(pid: number): number {
  const [, kibibytes] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

/** Of this process, and so of the daemons it starts. */
function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const [, files] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  return files === undefined ? Number.POSITIVE_INFINITY : Number(files)
}
