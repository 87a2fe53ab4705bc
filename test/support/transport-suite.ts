// What every transport must do, the real one and the fake one alike.
import type { Test } from 'tap'
import type { Message, NodeId } from '../../src/raft/core/index.js'
import type { PeerAddress, Transport } from '../../src/raft/ports.js'
import { entry } from './log-store-suite.js'

export type TransportsUnderTest = {
  /** Addresses of the nodes 1, 2 and 3. */
  readonly peers: readonly PeerAddress[]
  /** A transport for the node, not started; called again for one node only after the one before was closed. */
  create(nodeId: NodeId): Transport
  /** Lets time pass until the condition holds; rejects when it does not within a generous limit. */
  until(condition: () => boolean): Promise<void>
}

type Heard = {
  readonly transport: Transport
  readonly messages: { readonly from: NodeId; readonly message: Message }[]
  readonly frames: { readonly from: NodeId; readonly frame: Uint8Array }[]
  readonly peers: Map<NodeId, 'connected' | 'disconnected'>
}

async function startNode(network: TransportsUnderTest, nodeId: NodeId): Promise<Heard> {
  const transport = network.create(nodeId)
  const heard: Heard = { transport, messages: [], frames: [], peers: new Map() }
  transport.handlers = {
    onMessages: (from, messages) => {
      for (const message of messages) heard.messages.push({ from, message })
    },
    onApplication: (from, frame) => heard.frames.push({ from, frame }),
    onPeer: (peer, state) => heard.peers.set(peer, state),
  }
  await transport.start()
  transport.setPeers(network.peers.filter(peer => peer.nodeId !== nodeId))
  return heard
}

async function startPair(network: TransportsUnderTest): Promise<readonly [Heard, Heard]> {
  const one = await startNode(network, 1)
  const two = await startNode(network, 2)
  await network.until(() => connected(one, 2) && connected(two, 1))
  return [one, two]
}

function connected(node: Heard, peer: NodeId): boolean {
  return node.peers.get(peer) === 'connected'
}

function heartbeat(from: NodeId, to: NodeId, commit: number): Message {
  return { type: 'heartbeat', from, to, term: 1, commit, round: 0, compactable: 0 }
}

function commits(node: Heard): number[] {
  return node.messages.map(({ message }) => (message.type === 'heartbeat' ? message.commit : -1))
}

/** Byte arrays of any kind become text, so that what was sent and what came can be compared. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item) =>
      item?.type === 'Buffer'
        ? Buffer.from(item.data).toString('latin1')
        : item instanceof Uint8Array
          ? Buffer.from(item).toString('latin1')
          : item,
    ),
  )
}

const VOTERS = { voters: [1, 2], votersOutgoing: [3], learners: [], learnersNext: [3] }

/** One of every kind, with every field set to something telling. */
export const MESSAGES: readonly Message[] = [
  { type: 'vote', from: 1, to: 2, term: 7, pre: true, force: false, lastIndex: 9, lastTerm: 6 },
  { type: 'vote', from: 1, to: 2, term: 7, pre: false, force: true, lastIndex: 9, lastTerm: 6 },
  {
    type: 'vote-response',
    from: 1,
    to: 2,
    term: 7,
    pre: false,
    granted: true,
    commit: 3,
    commitTerm: 2,
    clockMs: 1_767_225_600_321,
  },
  {
    type: 'append',
    from: 1,
    to: 2,
    term: 7,
    previousIndex: 8,
    previousTerm: 6,
    commit: 8,
    quiet: false,
    entries: [
      entry(9, 7),
      { index: 10, term: 7, kind: 'empty', timeMs: 0, data: new Uint8Array() },
      {
        index: 11,
        term: 7,
        kind: 'membership',
        timeMs: 1_767_225_600_000,
        data: Uint8Array.of(0, 255),
      },
    ],
  },
  {
    type: 'append',
    from: 1,
    to: 2,
    term: 7,
    previousIndex: 0,
    previousTerm: 0,
    commit: 0,
    quiet: true,
    entries: [],
  },
  { type: 'append-response', from: 1, to: 2, term: 7, accepted: true, matchIndex: 11 },
  {
    type: 'append-response',
    from: 1,
    to: 2,
    term: 7,
    accepted: false,
    rejectedIndex: 8,
    hintIndex: 5,
    hintTerm: 4,
  },
  { type: 'heartbeat', from: 1, to: 2, term: 7, commit: 8, round: 3, compactable: 4 },
  {
    type: 'heartbeat-response',
    from: 1,
    to: 2,
    term: 7,
    round: 2 ** 40,
    clockMs: 1_767_225_600_123,
  },
  {
    type: 'snapshot',
    from: 1,
    to: 2,
    term: 7,
    snapshot: { index: 8, term: 6, timeMs: 5, membership: { ...VOTERS, autoLeave: true } },
  },
  { type: 'timeout-now', from: 1, to: 2, term: 7 },
  { type: 'read-index', from: 1, to: 2, term: 7, context: 2 ** 52 + 1, quorum: true },
  { type: 'read-index-response', from: 1, to: 2, term: 7, context: 2 ** 52 + 1, index: 2 ** 34 },
  { type: 'transfer', from: 1, to: 2, term: 7, target: 3 },
]

/** @param factory gives a network of three nodes, none of them started, a call. */
export function testTransport(
  t: Test,
  factory: (t: Test) => TransportsUnderTest | Promise<TransportsUnderTest>,
): void {
  testSending(t, factory)
  testPeers(t, factory)
}

type Factory = Parameters<typeof testTransport>[1]

function testSending(t: Test, factory: Factory): void {
  t.test('every kind of message arrives as it was sent', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    one.transport.send(2, MESSAGES)
    await network.until(() => two.messages.length === MESSAGES.length)
    for (const [place, { from, message }] of two.messages.entries()) {
      t.equal(from, 1)
      t.same(plain(message), plain(MESSAGES[place]), `${message.type} is unchanged`)
      if (message.type === 'append')
        for (const { data } of message.entries) t.ok(data instanceof Uint8Array, 'bytes are bytes')
    }
    await one.transport.close()
    await two.transport.close()
  })

  t.test('messages come in the order they were sent, in both directions at once', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    for (let commit = 0; commit < 300; commit += 3) {
      one.transport.send(
        2,
        [0, 1, 2].map(offset => heartbeat(1, 2, commit + offset)),
      )
      two.transport.send(
        1,
        [0, 1, 2].map(offset => heartbeat(2, 1, commit + offset)),
      )
    }
    await network.until(() => one.messages.length === 300 && two.messages.length === 300)
    const expected = Array.from({ length: 300 }, (_, commit) => commit)
    t.same(commits(one), expected)
    t.same(commits(two), expected)
    await one.transport.close()
    await two.transport.close()
  })

  t.test('a message of a megabyte arrives whole', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    const data = Uint8Array.from({ length: 1_000_000 }, (_, offset) => (offset * 31) % 256)
    const append = { type: 'append', from: 1, to: 2, term: 1, commit: 0, quiet: false } as const
    const entries = [{ index: 1, term: 1, kind: 'command', timeMs: 1, data } as const]
    one.transport.send(2, [{ ...append, previousIndex: 0, previousTerm: 0, entries }])
    await network.until(() => two.messages.length === 1)
    const message = two.messages[0]?.message
    t.ok(
      message?.type === 'append' &&
        Buffer.compare(message.entries[0]?.data ?? data.slice(1), data) === 0,
    )
    await one.transport.close()
    await two.transport.close()
  })

  t.test('application frames pass unread, beside the messages', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    const frames = [Uint8Array.of(), Uint8Array.of(1, 2, 255), new Uint8Array(70_000).fill(9)]
    for (const frame of frames) one.transport.sendApplication(2, frame)
    two.transport.send(1, [heartbeat(2, 1, 1)])
    await network.until(() => two.frames.length === frames.length && one.messages.length === 1)
    t.same(two.messages, [])
    for (const [place, { from, frame }] of two.frames.entries()) {
      t.equal(from, 1)
      t.equal(Buffer.compare(frame, frames[place] ?? Uint8Array.of(0)), 0, `frame ${place}`)
    }
    await one.transport.close()
    await two.transport.close()
  })
}

function testPeers(t: Test, factory: Factory): void {
  t.test('what is sent to a peer that is not there is dropped, not kept for later', async t => {
    const network = await factory(t)
    const one = await startNode(network, 1)
    for (let commit = 1; commit <= 50; commit++) one.transport.send(2, [heartbeat(1, 2, commit)])
    one.transport.send(99, [heartbeat(1, 99, 1)])
    one.transport.sendApplication(99, Uint8Array.of(1))
    const two = await startNode(network, 2)
    await network.until(() => connected(one, 2) && connected(two, 1))
    one.transport.send(2, [heartbeat(1, 2, 1_000)])
    await network.until(() => two.messages.length > 0)
    t.same(commits(two), [1_000])
    await one.transport.close()
    await two.transport.close()
  })

  t.test('a peer that goes away is reported, and found again when it returns', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    await two.transport.close()
    await network.until(() => one.peers.get(2) === 'disconnected')
    one.transport.send(2, [heartbeat(1, 2, 1)])
    const again = await startNode(network, 2)
    await network.until(() => connected(one, 2) && connected(again, 1))
    one.transport.send(2, [heartbeat(1, 2, 2)])
    again.transport.send(1, [heartbeat(2, 1, 3)])
    await network.until(() => again.messages.length > 0 && one.messages.length > 0)
    t.same(commits(again), [2])
    t.same(commits(one), [3])
    await one.transport.close()
    await again.transport.close()
  })

  t.test('three nodes all hear one another', async t => {
    const network = await factory(t)
    const nodes = [
      await startNode(network, 1),
      await startNode(network, 2),
      await startNode(network, 3),
    ]
    const pairs = [1, 2, 3].flatMap(from =>
      [1, 2, 3].filter(to => to !== from).map(to => [from, to] as const),
    )
    await network.until(() => pairs.every(([from, to]) => connected(nodes[from - 1] as Heard, to)))
    for (const [from, to] of pairs)
      nodes[from - 1]?.transport.send(to, [heartbeat(from, to, from * 10 + to)])
    await network.until(() => nodes.every(node => node.messages.length === 2))
    for (const [place, node] of nodes.entries()) {
      const expected = [1, 2, 3]
        .filter(from => from !== place + 1)
        .map(from => from * 10 + place + 1)
      t.same(commits(node).sort(), expected)
    }
    for (const node of nodes) await node.transport.close()
  })

  t.test('a peer taken out of the address book is not sent to any more', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    const three = await startNode(network, 3)
    await network.until(() => connected(one, 3) && connected(three, 1))
    one.transport.setPeers(network.peers.filter(peer => peer.nodeId === 3))
    one.transport.send(2, [heartbeat(1, 2, 1)])
    one.transport.send(3, [heartbeat(1, 3, 2)])
    await network.until(() => three.messages.length === 1)
    t.same(commits(two), [])
    for (const node of [one, two, three]) await node.transport.close()
  })

  t.test('a closed transport takes what is sent and says nothing', async t => {
    const network = await factory(t)
    const [one, two] = await startPair(network)
    await one.transport.close()
    t.doesNotThrow(() => one.transport.send(2, [heartbeat(1, 2, 1)]))
    t.doesNotThrow(() => one.transport.sendApplication(2, Uint8Array.of(1)))
    await network.until(() => two.peers.get(1) === 'disconnected')
    t.same(two.messages, [])
    await two.transport.close()
  })
}
