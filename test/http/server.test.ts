// The connection side: slow and idle clients, too many of them, offers of HTTP/2, and closing.
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { Harness, startHarness } from './harness.js'

/** A raw connection and what came back on it. */
class Wire {
  answer = ''
  closed = false
  readonly ended: Promise<void>
  readonly #waiting = new Set<() => void>()

  constructor(readonly socket: Socket) {
    socket.on('error', () => undefined)
    socket.on('data', data => {
      this.answer += data.toString('latin1')
      for (const wake of this.#waiting) wake()
    })
    this.ended = new Promise(resolve =>
      socket.once('close', () => {
        this.closed = true
        resolve()
      }),
    )
  }

  static async open(port: number): Promise<Wire> {
    const socket = connect(port, '127.0.0.1')
    const wire = new Wire(socket)
    await new Promise(resolve => socket.once('connect', resolve))
    return wire
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.answer) && !this.closed)
      await new Promise<void>(resolve => {
        const wake = () => {
          this.#waiting.delete(wake)
          resolve()
        }
        this.#waiting.add(wake)
        this.socket.once('close', wake)
      })
  }
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`

t.test('a head or body that does not arrive in time is given up with 408', async t => {
  const h = await startHarness(t, { headersTimeoutMs: 200, requestTimeoutMs: 600 })
  const head = await Wire.open(h.port)
  head.socket.write('GET /livez HTTP/1.1\r\nHost: ')
  const body = await Wire.open(h.port)
  body.socket.write(
    'POST /api/v1/networks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"cidr"',
  )
  await Promise.all([head.ended, body.ended])
  for (const wire of [head, body]) {
    t.match(wire.answer, /^HTTP\/1\.1 408 /)
    t.match(wire.answer, '"code":408')
  }
})

t.test('connections above the bound are dropped, those below it are served', async t => {
  const h = await startHarness(t, { connectionsMax: 3 })
  const wires: Wire[] = []
  // The harness's own client may hold connections: leave it none.
  const agentless = { connection: 'close' }
  await h.call('GET', '/livez', undefined, agentless)
  for (let opened = 0; opened < 8; opened++) {
    const wire = await Wire.open(h.port)
    wire.socket.write(get('/livez'))
    wires.push(wire)
  }
  await Promise.all(wires.map(wire => Promise.race([wire.until(/ok\n$/), wire.ended])))
  const served = wires.filter(wire => wire.answer.endsWith('ok\n'))
  t.ok(served.length >= 1 && served.length <= 3, `${served.length} served`)
  for (const wire of wires) if (!served.includes(wire)) t.equal(wire.answer, '')
  t.match(await h.registry.metrics(), /http_connections_dropped_total [5-7]/)
  for (const wire of wires) wire.socket.destroy()
})

t.test('a thousand silent connections hold nobody up', async t => {
  const h = await new Harness().start()
  const silent: Socket[] = []
  for (let batch = 0; batch < 10; batch++) {
    const opened = Array.from({ length: 100 }, () => connect(h.port, '127.0.0.1'))
    await Promise.all(opened.map(socket => new Promise(resolve => socket.once('connect', resolve))))
    for (const socket of opened) {
      socket.on('error', () => undefined)
      socket.write('GET /livez HTTP/1.1\r\n')
    }
    silent.push(...opened)
  }
  t.equal((await h.call('GET', '/api/v1/networks')).status, 200)
  for (const socket of silent) socket.destroy()
  await h.server.close()
})

t.test('an offer of HTTP/2 is passed over and the request served, body included', async t => {
  const h = await startHarness(t)
  const offer =
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'
  const wire = await Wire.open(h.port)
  const body = '{"cidr":"10.0.0.0/24"}'
  wire.socket.write(
    `POST /api/v1/networks HTTP/1.1\r\nHost: x\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
  )
  await new Promise(resolve => setImmediate(resolve))
  wire.socket.write(body.slice(9))
  await wire.until(/"revision":2\}$/)
  t.match(wire.answer, /^HTTP\/1\.1 201 /)
  wire.answer = ''
  wire.socket.write(get('/api/v1/networks/net-1'))
  await wire.until(/"revision":2\}$/)
  t.match(wire.answer, /^HTTP\/1\.1 200 /, 'the connection goes on as usual')
  wire.socket.destroy()
})

t.test('pipelined requests are answered in order', async t => {
  const h = await startHarness(t)
  const wire = await Wire.open(h.port)
  wire.socket.write(get('/api/v1/networks') + get('/version') + get('/livez'))
  await wire.until(/ok\n$/)
  t.match(wire.answer, /\[\][\s\S]*"service":"ipam"[\s\S]*ok\n$/)
  wire.socket.destroy()
})

t.test(
  'closing answers what was begun, refuses what is new, and waits for no idle client',
  async t => {
    const h = await new Harness().start()
    let answer: () => void = () => undefined
    const held = new Promise<number>(resolve => {
      answer = () => resolve(1)
    })
    h.gateway.read = () => held
    const busy = await Wire.open(h.port)
    busy.socket.write(get('/api/v1/networks'))
    const idle = await Wire.open(h.port)
    idle.socket.write(get('/livez'))
    await idle.until(/ok\n$/)
    const silent = await Wire.open(h.port)
    while (!(await h.registry.metrics()).match(/http_connections [3-9]/))
      await new Promise(resolve => setImmediate(resolve))
    const closed = h.server.close()
    await Promise.all([idle.ended, silent.ended])
    const late = connect(h.port, '127.0.0.1')
    const refused = await new Promise(resolve => {
      late.once('error', () => resolve(true))
      late.once('connect', () => resolve(false))
    })
    t.equal(refused, true)
    t.equal(busy.closed, false)
    answer()
    await busy.ended
    t.match(busy.answer, /^HTTP\/1\.1 200 [\s\S]*Connection: close[\s\S]*\[\]$/i)
    await closed
  },
)

t.test(
  'draining serves what comes, closes each connection behind it, and is not ready',
  async t => {
    const h = await startHarness(t)
    const kept = await Wire.open(h.port)
    kept.socket.write(get('/livez'))
    await kept.until(/ok\n$/)
    h.server.drain()
    kept.socket.write(get('/api/v1/networks'))
    await kept.ended
    t.match(kept.answer, /HTTP\/1\.1 200 [\s\S]*Connection: close[\s\S]*\[\]$/i)
    const late = await h.call('GET', '/readyz')
    t.equal(late.status, 503)
    t.match(late.text, /^not ready: serving: the server is closing$/m)
  },
)

t.test('closing does not wait for ever', async t => {
  const h = await new Harness().start({ closeTimeoutMs: 50 })
  const stuck = await Wire.open(h.port)
  const begun = new Promise<void>(resolve => {
    h.gateway.read = () => {
      resolve()
      return new Promise(() => undefined)
    }
  })
  stuck.socket.write(get('/api/v1/networks'))
  await begun
  await h.server.close()
  await stuck.ended
  t.match(h.logged.at(-1), { level: 'warn', message: 'requests still running, cut' })
})

t.test('an address in use is an error, and several addresses are all served', async t => {
  const h = await startHarness(t)
  await t.rejects(new Harness().start({ listen: [{ host: '127.0.0.1', port: h.port }] }), {
    code: 'EADDRINUSE',
  })
  const two = await new Harness().start({
    listen: [
      { host: '127.0.0.1', port: 0 },
      { host: '127.0.0.2', port: 0 },
    ],
  })
  t.equal((await two.call('GET', '/livez')).status, 200)
  await two.server.close()
})
