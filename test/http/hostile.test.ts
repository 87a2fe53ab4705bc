// Clients that mean no good: values that are nested without end, and connections that are held open or begun over and over.
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { type Harness, startHarness } from './harness.js'
import { refusal, startIpam } from './ipam.js'

const DEPTHS = [1_000, 10_000, 400_000]
const nested = (depth: number, open: string, close: string) =>
  open.repeat(depth) + close.repeat(depth)

t.test('a value that is nested without end is a client’s error, and shown in short', async t => {
  const h = await startHarness(t)
  for (const depth of DEPTHS)
    for (const value of [
      nested(depth, '[', ']'),
      `${nested(depth / 10, '{"a":', '}').replace('}', '1}')}`,
    ]) {
      for (const text of [value, `{"cidr":${value}}`, `{"cidr":"10.0.0.0/24","tags":${value}}`]) {
        const answer = await h.call('POST', '/api/v1/networks', text)
        t.equal(answer.status, 400, `${text.slice(0, 30)} ${depth}`)
        t.ok(answer.text.length < 1_000)
      }
    }
  t.strictSame(
    h.logged.filter(({ level }) => level === 'error'),
    [],
  )
})

t.test('so is one where anything may stand', async t => {
  const ipam = await startIpam(t)
  for (const depth of DEPTHS) {
    const value = nested(depth, '[', ']')
    for (const [method, path, text] of [
      ['PUT', '/ipam/preferences', `{"dashboard_layout":{"a":${value}}}`],
      ['PUT', '/ipam/preferences', `{"else":${value}}`],
      ['POST', '/ipam/preferences/filters', `{"name":"n","criteria":{"a":${value}}}`],
      [
        'POST',
        '/ipam/bulk/tags',
        `{"resource_type":"region","operation":"add","tags":{},"resource_ids":${value}}`,
      ],
    ] as const)
      t.equal(refusal(await ipam.as('manager', method, path, text)), '400 validation_error', path)
  }
})

/** A raw connection; `text` so far, and when the server has closed its side. */
async function wireTo(port: number) {
  const socket: Socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const wire = {
    socket,
    text: '',
    ended: new Promise<void>(resolve => socket.once('end', resolve)),
  }
  socket.on('error', () => undefined)
  socket.on('data', data => {
    wire.text += data.toString('latin1')
  })
  await new Promise(resolve => socket.once('connect', resolve))
  return wire
}

async function connectionsOf(h: Harness): Promise<number> {
  const [, count] = /^http_connections (\d+)$/m.exec(await h.registry.metrics()) ?? []
  return Number(count)
}

t.test('who asks for a WebSocket where there is none holds no connection', async t => {
  const h = await startHarness(t)
  const before = await connectionsOf(h)
  const wire = await wireTo(h.port)
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
  wire.socket.write(`GET /livez HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`)
  await wire.ended
  t.match(wire.text, /^HTTP\/1\.1 200 /)
  // This side stays open, and says nothing.
  await new Promise(resolve => setTimeout(resolve, 200))
  t.equal(await connectionsOf(h), before)
  wire.socket.destroy()
})

t.test('offers of HTTP/2 over and over on one connection pile nothing up', async t => {
  const h = await startHarness(t)
  const warnings: string[] = []
  const warned = ({ message }: Error) => warnings.push(message)
  process.on('warning', warned)
  t.teardown(() => process.off('warning', warned))
  const wire = await wireTo(h.port)
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n'
  for (let at = 1; at <= 30; at += 1) {
    wire.socket.write(`GET /livez HTTP/1.1\r\nHost: x\r\n${offer}\r\n`)
    while (wire.text.split('HTTP/1.1 200').length <= at)
      await new Promise(resolve => setTimeout(resolve, 5))
  }
  t.strictSame(warnings, [])
  wire.socket.destroy()
})

t.test('who takes nothing of his answer holds no connection for ever', async t => {
  const h = await startHarness(t, { stallMs: 300, keepAliveMs: 200 })
  const wire = await wireTo(h.port)
  wire.socket.pause()
  for (let at = 0; at < 100; at += 1)
    wire.socket.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n')
  await new Promise(resolve => setTimeout(resolve, 1_500))
  t.equal(await connectionsOf(h), 0)
  wire.socket.destroy()
})
