// The handshake frame by frame: who is refused, what a forger can do with what it has heard, and who learns what.
import fc from 'fast-check'
import t from 'tap'
import {
  AcceptorHandshake,
  DialerHandshake,
  type Handshake,
  type HandshakeStep,
  readAnnouncement,
  writeAnnouncement,
} from '../../../src/raft/ws-transport/handshake.js'
import { type NodeIdentity, readIdentity } from '../../../src/raft/ws-transport/identity.js'
import {
  type PeerPolicy,
  type Refusal,
  refuse,
} from '../../../src/raft/ws-transport/peer-policy.js'
import { deriveLinkKey } from '../../../src/raft/ws-transport/proof.js'
import { identityOf, SECRET } from './link-support.js'

type Judge = (peer: NodeIdentity) => Refusal | null

function context(identity: NodeIdentity, judge: Judge = () => null, secret: Uint8Array = SECRET) {
  const policy: PeerPolicy = {
    self: () => identity,
    judge,
    accepted: () => {},
    refused: () => {},
    lost: () => {},
  }
  return { key: deriveLinkKey(secret), policy }
}

function dialer(
  own: NodeIdentity,
  { expected = 2, judge, secret }: { expected?: number; judge?: Judge; secret?: Uint8Array } = {},
): DialerHandshake {
  return new DialerHandshake(context(own, judge, secret), { expected, channel: 'messages' })
}

function sent(step: HandshakeStep): string {
  if (step.send === null) throw new Error(`nothing was sent: ${JSON.stringify(step)}`)
  return step.send
}

/** Lets both talk to the end. @returns the last step of each */
function talk(client: DialerHandshake, server: AcceptorHandshake) {
  let clientStep: HandshakeStep = client.receive(server.challenge)
  let serverStep: HandshakeStep | null = null
  while (clientStep.send !== null && serverStep?.type !== 'refused') {
    serverStep = server.receive(clientStep.send)
    if (serverStep.send === null || clientStep.type !== 'continue') break
    clientStep = client.receive(serverStep.send)
  }
  return { client: clientStep, server: serverStep }
}

function codeOf(step: HandshakeStep | null): string {
  return step?.type === 'refused' ? `${step.by} ${step.refusal.code}` : (step?.type ?? 'silent')
}

t.test('two nodes of one cluster learn one another’s identity', async t => {
  const one = identityOf(1, { listed: [{ nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2' }] })
  const two = identityOf(2, { clusterUuid: 'a-b-c', logEmpty: false })
  const last = talk(dialer(one), new AcceptorHandshake(context(two)))
  t.ok(last.client.type === 'done' && last.server?.type === 'done')
  if (last.client.type === 'done') t.same(last.client.peer, two)
  if (last.server?.type === 'done') {
    t.same(last.server.peer, one)
    t.equal(last.server.channel, 'messages')
  }
})

const REFUSALS: readonly {
  readonly title: string
  readonly one?: Partial<NodeIdentity>
  readonly two?: Partial<NodeIdentity>
  readonly expected?: number
  readonly judgeOne?: Judge
  readonly judgeTwo?: Judge
  readonly client: string
  readonly server: string
}[] = [
  {
    title: 'another label',
    two: { clusterId: 200 },
    client: 'them wrong-cluster',
    server: 'us wrong-cluster',
  },
  {
    title: 'another cluster UUID under the same label',
    one: { clusterUuid: 'first' },
    two: { clusterUuid: 'second' },
    client: 'them wrong-cluster',
    server: 'us wrong-cluster',
  },
  {
    title: 'another node than expected',
    expected: 3,
    client: 'them wrong-node',
    server: 'us wrong-node',
  },
  {
    title: 'a second node with the same id',
    two: { nodeId: 1 },
    expected: 1,
    client: 'them same-node-id',
    server: 'us same-node-id',
  },
  {
    title: 'itself, at an address that was meant to be another node’s',
    two: { nodeId: 1, dataUuid: 'data-of-node-1' },
    client: 'them self-connection',
    server: 'us self-connection',
  },
  {
    title: 'a peer that the acceptor’s policy refuses',
    judgeTwo: () => refuse('removed', 'node 1 was removed'),
    client: 'them removed',
    server: 'us removed',
  },
  {
    title: 'a peer that the dialer’s policy refuses',
    judgeOne: () => refuse('other-data', 'node 2 has another disk'),
    client: 'us other-data',
    server: 'them other-data',
  },
]

for (const row of REFUSALS)
  t.test(`refused on both sides, with the reason: ${row.title}`, async t => {
    const [one, two] = [identityOf(1, row.one), identityOf(2, row.two)]
    const client = dialer(one, {
      expected: row.expected ?? 2,
      ...(row.judgeOne ? { judge: row.judgeOne } : {}),
    })
    const last = talk(client, new AcceptorHandshake(context(two, row.judgeTwo)))
    t.equal(codeOf(last.client), row.client)
    t.equal(codeOf(last.server), row.server)
    if (last.client.type === 'refused' && last.server?.type === 'refused') {
      t.equal(last.client.refusal.message, last.server.refusal.message)
      t.same(last.client.peer, two, 'the dialer knows who it was')
      t.same(last.server.peer, one, 'the acceptor knows who it was')
    }
  })

t.test('what changed between answer and ready is judged again', async t => {
  let refusal: Refusal | null = null
  const server = new AcceptorHandshake(context(identityOf(2), () => refusal))
  const client = dialer(identityOf(1))
  const answer = sent(server.receive(sent(client.receive(server.challenge))))
  refusal = refuse('unknown-node', 'the cluster has begun without node 1')
  t.equal(codeOf(server.receive(sent(client.receive(answer)))), 'us unknown-node')
})

t.test('a dialer with another secret learns nothing but a nonce', async t => {
  const server = new AcceptorHandshake(context(identityOf(2, { clusterUuid: 'kept-private' })))
  const last = talk(dialer(identityOf(1), { secret: Buffer.from('a guess') }), server)
  t.equal(codeOf(last.server), 'us wrong-secret')
  t.equal(codeOf(last.client), 'them wrong-secret')
  const heard = server.challenge + (last.server?.send ?? '')
  t.notMatch(heard, /kept-private|data-of-node|nodeId|proof/)
})

t.test('an acceptor with another secret is found out by the dialer', async t => {
  const client = dialer(identityOf(1))
  const real = new AcceptorHandshake(context(identityOf(2)))
  const forger = new AcceptorHandshake(context(identityOf(2), () => null, Buffer.from('a guess')))
  const hello = JSON.parse(sent(client.receive(real.challenge)))
  const otherHello = sent(
    dialer(identityOf(1), { secret: Buffer.from('a guess') }).receive(forger.challenge),
  )
  const forged = sent(forger.receive(otherHello))
  t.equal(hello.type, 'hello')
  t.equal(codeOf(client.receive(forged)), 'us wrong-secret')
})

t.test('a hello that was heard once is worth nothing the second time', async t => {
  const first = new AcceptorHandshake(context(identityOf(2)))
  const hello = sent(dialer(identityOf(1)).receive(first.challenge))
  t.equal(first.receive(hello).type, 'continue')
  const second = new AcceptorHandshake(context(identityOf(2)))
  t.equal(codeOf(second.receive(hello)), 'us wrong-secret')
})

t.test('an answer that was heard once is worth nothing to another dialer', async t => {
  const server = new AcceptorHandshake(context(identityOf(2)))
  const hello = sent(dialer(identityOf(1)).receive(server.challenge))
  const answer = sent(server.receive(hello))
  const victim = dialer(identityOf(1))
  victim.receive(server.challenge)
  t.equal(codeOf(victim.receive(answer)), 'us wrong-secret')
})

t.test('a dialer’s own proof reflected to it is no answer', async t => {
  const client = dialer(identityOf(1))
  const { challenge } = new AcceptorHandshake(context(identityOf(2)))
  const hello = JSON.parse(sent(client.receive(challenge)))
  const reflected = { type: 'answer', body: hello.body, proof: hello.proof }
  t.equal(codeOf(client.receive(JSON.stringify(reflected))), 'us wrong-secret')
})

t.test('a node’s hello led back to its own door is refused as itself', async t => {
  const own = identityOf(1)
  const door = new AcceptorHandshake(context(own))
  const hello = sent(dialer(own).receive(door.challenge))
  t.equal(codeOf(door.receive(hello)), 'us self-connection')
})

t.test('a hello meant for one node does not open another', async t => {
  const three = new AcceptorHandshake(context(identityOf(3)))
  const hello = sent(dialer(identityOf(1), { expected: 2 }).receive(three.challenge))
  t.equal(codeOf(three.receive(hello)), 'us wrong-node')
})

t.test('a changed identity breaks the proof', async t => {
  const server = new AcceptorHandshake(context(identityOf(2)))
  const hello = JSON.parse(sent(dialer(identityOf(1)).receive(server.challenge)))
  hello.body = hello.body.replace('data-of-node-1', 'data-of-node-9')
  t.equal(codeOf(server.receive(JSON.stringify(hello))), 'us wrong-secret')
})

t.test('versions that do not meet are refused before any secret is looked at', async t => {
  const future = { type: 'challenge', lowest: 7, highest: 9, nonce: 'x' }
  const step = dialer(identityOf(1)).receive(JSON.stringify(future))
  t.equal(codeOf(step), 'us protocol-version')
  if (step.type === 'refused') t.match(step.refusal.message, /7 to 9.*1 to 1/)
  const body = JSON.stringify({ lowest: 7, highest: 9 })
  const server = new AcceptorHandshake(context(identityOf(2)))
  const hello = JSON.stringify({ type: 'hello', body, proof: '' })
  t.equal(codeOf(server.receive(hello)), 'us protocol-version')
})

t.test('a range of versions that includes ours is spoken to', async t => {
  const challenge = { type: 'challenge', lowest: 1, highest: 9, nonce: 'x' }
  t.equal(dialer(identityOf(1)).receive(JSON.stringify(challenge)).type, 'continue')
})

t.test('a refusal’s text is cut, and an unknown code is taken as malformed', async t => {
  const refusal = { type: 'refusal', code: '__proto__', message: 'x'.repeat(10_000) }
  const step = dialer(identityOf(1)).receive(JSON.stringify(refusal))
  t.equal(codeOf(step), 'them malformed')
  if (step.type === 'refused') t.ok(step.refusal.message.length < 1_000)
})

t.test('whatever text comes, a handshake refuses and never throws or succeeds', async t => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        type: fc.constantFrom('challenge', 'hello', 'answer', 'ready', 'refusal'),
        body: fc.oneof(fc.json(), fc.string(), fc.jsonValue()),
        proof: fc.oneof(fc.string(), fc.base64String(), fc.jsonValue()),
        nonce: fc.jsonValue(),
        lowest: fc.oneof(fc.constant(1), fc.jsonValue()),
        highest: fc.oneof(fc.constant(1), fc.jsonValue()),
        code: fc.jsonValue(),
        message: fc.jsonValue(),
      })
      .map(value => JSON.stringify(value)),
  )
  const started = (): readonly Handshake[] => {
    const greeted = dialer(identityOf(1))
    greeted.receive(new AcceptorHandshake(context(identityOf(2))).challenge)
    return [greeted, new AcceptorHandshake(context(identityOf(2)))]
  }
  fc.assert(
    fc.property(texts, text => started().every(one => one.receive(text).type === 'refused')),
    { numRuns: 500 },
  )
  t.pass('500 texts')
})

t.test('an identity is taken only when every field is in range', async t => {
  const good = identityOf(1, {
    listed: [{ nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2' }],
    beginning: [{ nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2', dataUuid: 'd' }],
  })
  t.same(readIdentity(JSON.parse(JSON.stringify(good))), good)
  const node = { nodeId: 1, raftAddress: 'a:1', apiAddress: 'a:2' }
  const bad: readonly Readonly<Record<string, unknown>>[] = [
    { clusterId: -1 },
    { clusterId: 1.5 },
    { clusterUuid: '' },
    { clusterUuid: 7 },
    { nodeId: 0 },
    { nodeId: 2 ** 53 },
    { dataUuid: 'with space' },
    { dataUuid: 'x'.repeat(65) },
    { raftAddress: 'a\nb' },
    { raftAddress: 'x'.repeat(301) },
    { apiAddress: null },
    { logEmpty: 'yes' },
    { listed: null },
    { listed: [node, node] },
    { listed: [{ ...node, nodeId: 2 }, node] },
    { listed: Array.from({ length: 101 }, (_, place) => ({ ...node, nodeId: place + 1 })) },
    { beginning: [node] },
    { beginning: 'none' },
  ]
  for (const change of bad)
    t.equal(readIdentity({ ...good, ...change }), null, JSON.stringify(change).slice(0, 60))
  // A program of before these were said is the first of its kind.
  const { program: _program, commandVersion: _version, ...older } = good
  t.match(readIdentity(older), { nodeId: 1, program: '', commandVersion: 1 })
  for (const change of [{ program: 7 }, { program: 'x'.repeat(101) }, { commandVersion: -1 }])
    t.equal(readIdentity({ ...good, ...change }), null, JSON.stringify(change).slice(0, 60))
  for (const field of Object.keys(older)) {
    const { [field]: _, ...rest } = good as Readonly<Record<string, unknown>>
    t.equal(readIdentity(rest), null, `without ${field}`)
  }
})

t.test('an announcement may change anything but node and data', async t => {
  const known = identityOf(1)
  const changed = identityOf(1, { logEmpty: false, clusterUuid: 'minted' })
  t.same(readAnnouncement(writeAnnouncement(changed), known), changed)
  t.equal(readAnnouncement(writeAnnouncement(identityOf(2)), known), null)
  t.equal(readAnnouncement(writeAnnouncement(identityOf(1, { dataUuid: 'x' })), known), null)
  t.equal(readAnnouncement('{"type":"identity"}', known), null)
})
