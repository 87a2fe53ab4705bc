// Whoever can reach the port: garbage, floods, silence, and peers that know the secret and break the rules.
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import {
  HOST,
  heartbeat,
  isConnected,
  startNode,
  startPair,
  type TestNode,
  until,
} from './link-support.js'
import { dialRaw } from './raw-peer.js'

async function openSocket(t: Test, node: TestNode): Promise<Socket> {
  const socket = connect(node.port(), HOST)
  socket.on('error', () => {})
  t.teardown(() => socket.destroy())
  await new Promise(resolve => socket.once('connect', resolve))
  return socket
}

function closed(socket: Socket | WebSocket): Promise<void> {
  return new Promise(resolve => void socket.once('close', () => resolve()))
}

/** A connection that has come as far as the challenge. */
async function stranger(t: Test, node: TestNode): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${HOST}:${node.port()}/`)
  socket.on('error', () => {})
  t.teardown(() => socket.terminate())
  await new Promise(resolve => socket.once('message', resolve))
  return socket
}

/** The node still does its work. */
async function servesPeers(t: Test, node: TestNode): Promise<void> {
  const peer = await startNode(t, { nodeId: 7 })
  peer.meet(node)
  await until(() => isConnected(peer, node.nodeId))
  peer.transport.send(node.nodeId, [heartbeat(7, node.nodeId, 1)])
  await until(() => node.messages.length > 0)
  t.match(node.messages.at(-1), { from: 7 })
}

t.test('garbage on the port harms nobody', async t => {
  const node = await startNode(t, { nodeId: 1 })
  const upgrade = `GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 500 }).map(tail => Buffer.from(tail)),
    fc
      .uint8Array({ maxLength: 300 })
      .map(tail => Buffer.concat([Buffer.from(upgrade), Buffer.from(tail)])),
    fc.string().map(line => Buffer.from(`GET ${line} HTTP/1.1\r\n\r\n`)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async garbage => {
      const socket = connect(node.port(), HOST)
      socket.on('error', () => {})
      socket.resume()
      socket.end(garbage)
      await closed(socket)
    }),
    { numRuns: 150 },
  )
  t.same(node.accepted, [])
  await servesPeers(t, node)
})

t.test('garbage in place of handshake frames is refused', async t => {
  const node = await startNode(t, { nodeId: 1 })
  const frames: readonly (string | Buffer)[] = [
    '',
    'x',
    '[]',
    '{"type":"ready"}',
    '{"type":"hello"}',
    Buffer.of(0x91, 0x09),
    '[['.repeat(10_000),
  ]
  for (const frame of frames) {
    const socket = await stranger(t, node)
    socket.send(frame)
    await closed(socket)
  }
  t.equal(node.transport.counters.handshakesRefused, frames.length)
  t.same(node.accepted, [])
  t.same(node.messages, [])
})

t.test('a stranger may not send more than a handshake', async t => {
  const node = await startNode(t, { nodeId: 1 })
  const socket = await stranger(t, node)
  socket.send(Buffer.alloc(1_000_000))
  await closed(socket)
  t.equal(node.transport.counters.strangersClosed, 1)
})

t.test('a stranger that says nothing is shown the door, at every stage', async t => {
  const node = await startNode(t, { nodeId: 1, limits: { handshakeMs: 1_000 } })
  const silent = await openSocket(t, node)
  const half = await openSocket(t, node)
  half.write('GET / HTTP/1.1\r\nHost:')
  const greeted = await stranger(t, node)
  await Promise.all([closed(silent), closed(half), closed(greeted)])
  t.equal(node.transport.counters.strangersClosed, 3)
})

t.test('a flood of strangers pushes out its own oldest, and peers still get in', async t => {
  const node = await startNode(t, { nodeId: 1, limits: { unauthenticatedMax: 4 } })
  const flood: Socket[] = []
  for (let count = 0; count < 20; count++) flood.push(await openSocket(t, node))
  await until(() => node.transport.counters.strangersClosed === 16)
  await servesPeers(t, node)
})

t.test('a dialer that meets silence gives up and tries again', async t => {
  const sockets = new Set<Socket>()
  const { createServer } = await import('node:net')
  const server = createServer(socket => void sockets.add(socket))
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const node = await startNode(t, { nodeId: 1, limits: { handshakeMs: 30 } })
  node.transport.setPeers([{ nodeId: 2, raftAddress: `${HOST}:${port}` }])
  await until(() => sockets.size >= 3)
  t.same(node.events, [])
})

t.test(
  'another secret: refused on both sides, logged once, though it is tried again and again',
  async t => {
    const one = await startNode(t, { nodeId: 1 })
    const two = await startNode(t, { nodeId: 2, secret: Buffer.from('another secret') })
    one.meet(two)
    await until(() => one.transport.counters.handshakesRefused >= 4)
    await until(() => two.transport.counters.handshakesRefused >= 4)
    for (const node of [one, two]) {
      const warnings = node.lines.filter(line => line.level === 'warn')
      t.equal(warnings.length, 1)
      t.match(warnings[0]?.fields, { code: 'wrong-secret' })
      t.notMatch(JSON.stringify(node.lines), /the secret of this cluster|another secret/)
      t.same(node.accepted, [])
      t.same(node.events, [])
    }
  },
)

t.test('another cluster: refused on both sides with its reason', async t => {
  const one = await startNode(t, { nodeId: 1 })
  const two = await startNode(t, { nodeId: 2, identity: { clusterId: 200 } })
  one.meet(two)
  await until(() => one.refused.length > 0 && two.refused.length > 0)
  t.match(one.refused[0], { by: 'them', peer: { nodeId: 2 }, refusal: { code: 'wrong-cluster' } })
  t.match(two.refused[0], { by: 'us', peer: { nodeId: 1 }, refusal: { code: 'wrong-cluster' } })
  t.match(two.refused[0]?.refusal.message, /node 1 is of cluster 100 and node 2 of cluster 200/)
})

t.test('the address of another node: whoever answers is not taken for it', async t => {
  const [one, three] = [await startNode(t, { nodeId: 1 }), await startNode(t, { nodeId: 3 })]
  one.transport.setPeers([{ nodeId: 2, raftAddress: `${HOST}:${three.port()}` }])
  await until(() => one.refused.length > 0)
  t.match(one.refused[0], { by: 'them', refusal: { code: 'wrong-node' } })
  t.same(one.events, [])
})

t.test('its own address: a node knows itself', async t => {
  const one = await startNode(t, { nodeId: 1 })
  one.transport.setPeers([{ nodeId: 2, raftAddress: `${HOST}:${one.port()}` }])
  await until(() => one.refused.length > 0)
  t.equal(one.refused[0]?.refusal.code, 'self-connection')
})

for (const [title, frame] of [
  ['bytes that are no frame', Buffer.of(1, 2, 3)],
  ['a message that is none', Buffer.of(0x91, 0x91, 0x63)],
  ['text that is no announcement', 'hello'],
  ['another node’s announcement', '{"type":"identity","identity":{"nodeId":3}}'],
] as const)
  t.test(`a peer that sends ${title} is cut off and counted`, async t => {
    const node = await startNode(t, { nodeId: 1 })
    const socket = await dialRaw(t, node, 2)
    socket.send(frame)
    await closed(socket)
    t.equal(node.transport.counters.framesMalformed, 1)
    t.same(node.messages, [])
    await servesPeers(t, node)
  })

t.test('a peer that sends more than a frame may hold is cut off and counted', async t => {
  const node = await startNode(t, { nodeId: 1, limits: { frameBytesMax: 100_000 } })
  const socket = await dialRaw(t, node, 2)
  socket.send(Buffer.alloc(100_001))
  await closed(socket)
  t.equal(node.transport.counters.framesMalformed, 1)
  await servesPeers(t, node)
})

t.test('nothing behind a malformed frame is read', async t => {
  const node = await startNode(t, { nodeId: 1 })
  const socket = await dialRaw(t, node, 2)
  socket.send(Buffer.of(1))
  for (let count = 0; count < 10; count++) socket.send(Buffer.of(0x91, 0x92, 0x09, 0x01))
  await closed(socket)
  t.same(node.messages, [])
  t.equal(node.transport.counters.framesMalformed, 1)
})

t.test('an HTTP client is told what this is', async t => {
  const node = await startNode(t, { nodeId: 1 })
  const response = await fetch(`http://${HOST}:${node.port()}/`)
  t.equal(response.status, 426)
  t.match(await response.text(), /peer port/)
})

t.test('closing leaves nothing open, whoever hangs on', async t => {
  const [one] = await startPair(t)
  const silent = await openSocket(t, one)
  const greeted = await stranger(t, one)
  const port = one.port()
  await Promise.all([one.transport.close(), closed(silent), closed(greeted)])
  const late = connect(port, HOST)
  const refused = await new Promise(resolve => late.once('error', resolve))
  t.match(refused, { code: 'ECONNREFUSED' })
})
