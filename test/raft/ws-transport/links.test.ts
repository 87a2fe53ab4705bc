// Links between real transports on loopback: order, loss, return, bounds.
import t from 'tap'
import type { WebSocket } from 'ws'
import type { Message } from '../../../src/raft/core/index.js'
import {
  commits,
  HOST,
  heartbeat,
  identityOf,
  isConnected,
  startNode,
  startPair,
  until,
} from './link-support.js'
import { dialRaw, listenRaw } from './raw-peer.js'

t.test('10,000 messages each way arrive once and in order', async t => {
  const [one, two] = await startPair(t)
  for (let turn = 0; turn < 100; turn++) {
    for (let commit = turn * 100; commit < (turn + 1) * 100; commit++) {
      one.transport.send(2, [heartbeat(1, 2, commit)])
      two.transport.send(1, [heartbeat(2, 1, commit)])
    }
    await new Promise(setImmediate)
  }
  await until(() => one.messages.length === 10_000 && two.messages.length === 10_000)
  const expected = Array.from({ length: 10_000 }, (_, commit) => commit)
  t.same(commits(one), expected)
  t.same(commits(two), expected)
  t.equal(one.transport.counters.itemsDropped, 0)
})

t.test('what is sent together goes at once, as one frame with what has waited', async t => {
  const [one, two] = await startPair(t)
  const before = one.transport.counters.framesSent
  one.transport.sendApplication(2, Uint8Array.of(1))
  t.equal(one.transport.counters.framesSent, before, 'the turn may bring more')
  const messages = Array.from({ length: 50 }, (_, commit) => heartbeat(1, 2, commit))
  one.transport.send(2, messages)
  t.equal(one.transport.counters.framesSent, before + 1)
  await until(() => two.frames.length === 1)
  t.equal(two.messages.length, 50)
  t.equal(one.transport.counters.framesSent, before + 1)
})

t.test('handlers that come later hear the links that stand, and who is connected', async t => {
  const [one, two] = await startPair(t)
  await until(() => two.transport.links.every(link => link.incoming))
  const heard: string[] = []
  two.transport.handlers = {
    onMessages: (from, messages) => void heard.push(`${from} sent ${messages.length}`),
    onApplication: (from, frame) => void heard.push(`${from} sent ${frame.length} bytes`),
    onPeer: (nodeId, state) => void heard.push(`${nodeId} ${state}`),
  }
  t.same(heard, [], 'not before whoever sets them is ready')
  await until(() => heard.length === 1)
  one.transport.send(2, [heartbeat(1, 2, 1)])
  one.transport.sendApplication(2, new Uint8Array(5))
  await until(() => heard.length === 3)
  t.same(heard, ['1 connected', '1 sent 1', '1 sent 5 bytes'])
  t.same([two.messages, two.frames], [[], []])
})

t.test('two nodes that dial one another at once have one link each way', async t => {
  for (let round = 0; round < 5; round++) {
    const [one, two] = await startPair(t)
    await until(() => [one, two].every(node => node.transport.links.every(link => link.incoming)))
    t.match(one.transport.links, [{ nodeId: 2, outgoing: true, incoming: true }])
    t.match(two.transport.links, [{ nodeId: 1, outgoing: true, incoming: true }])
    t.same(one.events, ['2 connected'])
    t.same(two.events, ['1 connected'])
  }
})

t.test('both links of a peer that dies break at once, and it is reported once', async t => {
  const [one, two] = await startPair(t)
  await until(() => one.transport.links.every(link => link.incoming))
  await two.transport.close()
  await until(() => !isConnected(one, 2))
  t.same(one.events, ['2 connected', '2 disconnected'])
  t.ok(one.lost.includes(2), 'the policy hears of it too')
})

t.test('a peer that returns on the same port is found again, several times over', async t => {
  const one = await startNode(t, { nodeId: 1 })
  let two = await startNode(t, { nodeId: 2 })
  const port = two.port()
  one.meet(two)
  for (let life = 1; life <= 3; life++) {
    two.meet(one)
    await until(() => isConnected(one, 2) && isConnected(two, 1))
    one.transport.send(2, [heartbeat(1, 2, life)])
    await until(() => two.messages.length === 1)
    t.same(commits(two), [life])
    await two.transport.close()
    await until(() => !isConnected(one, 2))
    two = await startNode(t, { nodeId: 2, port })
  }
})

t.test('a peer that dials us is dialed at once, without waiting for the backoff', async t => {
  const limits = { backoffMinMs: 600_000, backoffMaxMs: 600_000 }
  const two = await startNode(t, { nodeId: 2, limits })
  const port = two.port()
  const one = await startNode(t, { nodeId: 1, limits })
  one.meet(two)
  await until(() => isConnected(one, 2))
  await two.transport.close()
  await until(() => !isConnected(one, 2))
  const again = await startNode(t, { nodeId: 2, port, limits })
  again.meet(one)
  await until(() => isConnected(one, 2) && isConnected(again, 1))
  t.pass('connected long before ten minutes have passed')
})

t.test('when only the peer’s own link breaks, ours is asked and proves alive', async t => {
  const [sockets, one] = [[] as WebSocket[], await startNode(t, { nodeId: 1 })]
  const port = await listenRaw(t, 2, socket => void sockets.push(socket))
  one.transport.setPeers([{ nodeId: 2, raftAddress: `${HOST}:${port}` }])
  await until(() => isConnected(one, 2))
  const theirs = await dialRaw(t, one, 2)
  await until(() => one.transport.links.every(link => link.incoming))
  theirs.terminate()
  await until(() => one.events.length === 3)
  t.same(one.events, ['2 connected', '2 disconnected', '2 connected'])
  t.equal(sockets.length, 1, 'and it is the same link as before')
})

t.test('a second connection of a peer takes the place of the first', async t => {
  const one = await startNode(t, { nodeId: 1 })
  const first = await dialRaw(t, one, 2)
  const second = await dialRaw(t, one, 2)
  await new Promise(resolve => first.once('close', resolve))
  t.equal(second.readyState, second.OPEN)
})

t.test('a peer that never reads costs no more than the queue’s bound', async t => {
  const limits = { queueBytesMax: 1_000_000, frameBytesMax: 500_000, pingMs: 600_000 }
  const one = await startNode(t, { nodeId: 1, limits })
  const port = await listenRaw(t, 2, socket => socket.pause())
  one.transport.setPeers([{ nodeId: 2, raftAddress: `${HOST}:${port}` }])
  await until(() => isConnected(one, 2))
  const frame = new Uint8Array(100_000)
  for (let turn = 0; turn < 1_000; turn++) {
    one.transport.sendApplication(2, frame)
    if (turn % 20 === 0) await new Promise(setImmediate)
  }
  await new Promise(setImmediate)
  const { itemsSent, itemsDropped, frameBytesSent } = one.transport.counters
  t.equal(itemsSent + itemsDropped, 1_000)
  t.ok(itemsDropped > 500, `${itemsDropped} were dropped`)
  t.ok(frameBytesSent < 40_000_000, `${frameBytesSent} bytes: the queue and the kernel’s buffers`)
})

t.test('a link whose peer answers no ping is dead', async t => {
  const limits = { pingMs: 5, pingsMissedMax: 3 }
  const one = await startNode(t, { nodeId: 1, limits })
  const port = await listenRaw(t, 2, socket => socket.pause())
  one.transport.setPeers([{ nodeId: 2, raftAddress: `${HOST}:${port}` }])
  await until(() => one.events.includes('2 disconnected'))
  t.equal(one.events[0], '2 connected')
})

t.test('an accepted link that stays silent is dead', async t => {
  const one = await startNode(t, { nodeId: 1, limits: { pingMs: 5, pingsMissedMax: 3 } })
  const socket = await dialRaw(t, one, 2)
  await new Promise(resolve => socket.once('close', resolve))
  t.pass('closed')
})

t.test('links that nobody writes on live on pings alone', async t => {
  const [one, two] = await startPair(t, { limits: { pingMs: 5, pingsMissedMax: 40 } })
  await new Promise(resolve => setTimeout(resolve, 400))
  t.same(one.events, ['2 connected'])
  t.same(two.events, ['1 connected'])
})

t.test('what is larger than a frame is dropped and named, and the link stays', async t => {
  const [one, two] = await startPair(t, { limits: { frameBytesMax: 10_000 } })
  one.transport.sendApplication(2, new Uint8Array(10_000))
  const data = new Uint8Array(10_000)
  const entries = [{ index: 1, term: 1, kind: 'command', timeMs: 1, data } as const]
  const append: Message = {
    type: 'append',
    from: 1,
    to: 2,
    term: 1,
    previousIndex: 0,
    previousTerm: 0,
    quiet: false,
    entries,
    commit: 0,
  }
  one.transport.send(2, [append, heartbeat(1, 2, 7)])
  await until(() => two.messages.length === 1)
  t.same(commits(two), [7])
  t.equal(one.transport.counters.itemsDropped, 2)
  t.equal(one.lines.filter(line => line.level === 'error').length, 2)
  t.same(one.events, ['2 connected'])
})

t.test('many that fit one by one are split into frames that fit', async t => {
  const [one, two] = await startPair(t, { limits: { frameBytesMax: 10_000 } })
  for (let size = 0; size < 40; size++)
    one.transport.sendApplication(2, new Uint8Array(3_000 + size))
  await until(() => two.frames.length === 40)
  t.same(
    two.frames.map(({ frame }) => frame.length),
    Array.from({ length: 40 }, (_, size) => 3_000 + size),
  )
  t.same(two.events, ['1 connected'])
})

t.test('a peer at a new address is dialed there', async t => {
  const [one, two] = await startPair(t)
  await two.transport.close()
  const moved = await startNode(t, { nodeId: 2 })
  one.meet(moved)
  await until(() => isConnected(one, 2))
  one.transport.send(2, [heartbeat(1, 2, 1)])
  await until(() => moved.messages.length === 1)
  t.same(commits(moved), [1])
})

t.test('an address that is none is retried like one that does not answer', async t => {
  const [one, two] = [await startNode(t, { nodeId: 1 }), await startNode(t, { nodeId: 2 })]
  one.transport.setPeers([{ nodeId: 2, raftAddress: 'not an address at all' }])
  one.meet(two)
  await until(() => isConnected(one, 2))
  t.pass('connected once the address was corrected')
})

t.test('a change of identity is announced, and judged anew', async t => {
  const [one, two] = await startPair(t, {
    judge: peer =>
      peer.clusterUuid === 'bad' ? { code: 'unknown-node', message: 'not wanted' } : null,
  })
  await until(() => two.transport.links.every(link => link.incoming))
  one.identity = identityOf(1, { clusterUuid: 'minted', logEmpty: false })
  one.transport.announce()
  await until(() => two.accepted.at(-1)?.clusterUuid === 'minted')
  t.same(two.accepted.at(-1), one.identity)
  one.identity = identityOf(1, { clusterUuid: 'bad' })
  one.transport.announce()
  await until(() => two.refused.length > 0 && one.refused.length > 0)
  t.match(two.refused[0], { by: 'us', refusal: { code: 'unknown-node' } })
  await until(() => !isConnected(one, 2))
})

t.test('one’s own change of mind closes what was accepted before', async t => {
  let wanted = true
  const judge = () => (wanted ? null : ({ code: 'removed', message: 'it was removed' } as const))
  const one = await startNode(t, { nodeId: 1, judge })
  const socket = await dialRaw(t, one, 2)
  await until(() => one.accepted.length === 1)
  wanted = false
  one.transport.announce()
  await new Promise(resolve => socket.once('close', resolve))
  t.match(one.refused, [{ by: 'us', refusal: { code: 'removed' } }])
})

t.test('a stream is a connection of its own, both ways, and ends without the link', async t => {
  const [one, two] = await startPair(t)
  const heard: string[] = []
  two.transport.onStream = (peer, channel, socket) => {
    heard.push(`${peer.nodeId} ${channel}`)
    socket.on('message', (data: Buffer) => socket.send(`got ${data.length}`))
  }
  const stream = await one.transport.openStream(2, 'snapshot')
  const answer = new Promise(resolve => stream.once('message', data => resolve(String(data))))
  stream.send(new Uint8Array(200_000))
  t.equal(await answer, 'got 200000')
  t.same(heard, ['1 snapshot'])
  stream.close()
  await new Promise(resolve => stream.once('close', resolve))
  t.same([...one.events, ...two.events], ['2 connected', '1 connected'])
  await t.rejects(one.transport.openStream(9, 'snapshot'), /no address is known for node 9/)
})

t.test('a stream that nobody takes is closed, and one to a dead peer fails', async t => {
  const [one, two] = await startPair(t)
  const stream = await one.transport.openStream(2, 'snapshot')
  await new Promise(resolve => stream.once('close', resolve))
  await two.transport.close()
  await t.rejects(one.transport.openStream(2, 'snapshot'), /no stream to node 2/)
})

t.test('an address in use fails the start with its reason', async t => {
  const one = await startNode(t, { nodeId: 1 })
  await t.rejects(startNode(t, { nodeId: 2, port: one.port() }), { code: 'EADDRINUSE' })
})

t.test('what each peer was sent is counted, across links, until it is no peer', async t => {
  const [one, two] = await startPair(t)
  for (let commit = 0; commit < 10; commit++) {
    one.transport.send(2, [heartbeat(1, 2, commit)])
    await new Promise(setImmediate)
  }
  await until(() => two.messages.length === 10)
  const [sent] = one.transport.traffic
  const [received] = two.transport.traffic
  t.match(sent, { nodeId: 2, framesSent: 10, connected: true })
  t.match(received, { nodeId: 1, framesReceived: 10, bytesReceived: sent?.bytesSent })
  t.ok((sent?.bytesSent ?? 0) > 10)
  t.type(received?.heardMs, 'number')
  const elsewhere = { nodeId: 2, raftAddress: `${HOST}:1` }
  one.transport.setPeers([elsewhere])
  t.match(one.transport.traffic, [{ framesSent: 10, connected: false }], 'kept when it has moved')
  one.transport.setPeers([])
  t.same(one.transport.traffic, [])
  one.transport.setPeers([elsewhere])
  t.match(one.transport.traffic, [{ framesSent: 0, heardMs: null }], 'counted anew')
})
