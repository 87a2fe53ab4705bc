// Real transports on loopback for the tests of this folder: identities, a policy that records, a log that is kept.
import { createServer } from 'node:net'
import type { Test } from 'tap'
import type { Message, NodeId } from '../../../src/raft/core/index.js'
import type { Log } from '../../../src/raft/index.js'
import { systemClock } from '../../../src/raft/system-clock.js'
import type { NodeIdentity } from '../../../src/raft/ws-transport/identity.js'
import type { LinkLimits } from '../../../src/raft/ws-transport/limits.js'
import type { PeerTls } from '../../../src/raft/ws-transport/link-context.js'
import type { PeerPolicy, Refusal } from '../../../src/raft/ws-transport/peer-policy.js'
import { WsTransport } from '../../../src/raft/ws-transport/ws-transport.js'

export const HOST = '127.0.0.1'
export const SECRET = Buffer.from('the secret of this cluster')

export function identityOf(nodeId: NodeId, changes: Partial<NodeIdentity> = {}): NodeIdentity {
  return {
    clusterId: 100,
    clusterUuid: null,
    nodeId,
    dataUuid: `data-of-node-${nodeId}`,
    raftAddress: `${HOST}:1`,
    apiAddress: `${HOST}:2`,
    logEmpty: true,
    program: '1.0.0',
    commandVersion: 2,
    listed: [],
    beginning: null,
    ...changes,
  }
}

export type LogLine = { readonly level: string; readonly fields: object; readonly message: string }

export function keptLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  const keep = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const log = { debug: () => {}, info: keep('info'), warn: keep('warn'), error: keep('error') }
  return { log, lines }
}

export type NodeSetup = {
  readonly nodeId: NodeId
  readonly port?: number
  readonly secret?: Uint8Array
  readonly tls?: PeerTls
  readonly limits?: Partial<LinkLimits>
  readonly identity?: Partial<NodeIdentity>
  readonly judge?: (peer: NodeIdentity) => Refusal | null
}

export type TestNode = {
  readonly nodeId: NodeId
  readonly transport: WsTransport
  /** What `policy.self()` answers; a test may change it. */
  identity: NodeIdentity
  readonly accepted: NodeIdentity[]
  readonly refused: {
    readonly peer: NodeIdentity
    readonly refusal: Refusal
    readonly by: string
  }[]
  readonly lost: NodeId[]
  readonly lines: LogLine[]
  readonly messages: { readonly from: NodeId; readonly message: Message }[]
  readonly frames: { readonly from: NodeId; readonly frame: Uint8Array }[]
  /** Every onPeer event, as `2 connected`. */
  readonly events: string[]
  readonly port: () => number
  readonly meet: (...others: readonly TestNode[]) => void
}

/** A node with its transport made and not started. */
export function makeNode(setup: NodeSetup): TestNode {
  const { log, lines } = keptLog()
  const accepted: NodeIdentity[] = []
  const refused: TestNode['refused'] = []
  const lost: NodeId[] = []
  const policy: PeerPolicy = {
    self: () => node.identity,
    judge: setup.judge ?? (() => null),
    accepted: peer => void accepted.push(peer),
    refused: (peer, refusal, by) => void refused.push({ peer, refusal, by }),
    lost: nodeId => void lost.push(nodeId),
  }
  const transport = new WsTransport(
    {
      nodeId: setup.nodeId,
      listen: [{ host: HOST, port: setup.port ?? 0 }],
      secret: setup.secret ?? SECRET,
      ...(setup.tls ? { tls: setup.tls } : {}),
      ...(setup.limits ? { limits: setup.limits } : {}),
    },
    { policy, clock: systemClock, random: Math.random, log },
  )
  const node: TestNode = {
    nodeId: setup.nodeId,
    transport,
    identity: identityOf(setup.nodeId, setup.identity),
    accepted,
    refused,
    lost,
    lines,
    messages: [],
    frames: [],
    events: [],
    port: () => transport.addresses[0]?.port ?? 0,
    meet: (...others) =>
      transport.setPeers(
        others.map(other => ({ nodeId: other.nodeId, raftAddress: `${HOST}:${other.port()}` })),
      ),
  }
  transport.handlers = {
    onMessages: (from, messages) => {
      for (const message of messages) node.messages.push({ from, message })
    },
    onApplication: (from, frame) => void node.frames.push({ from, frame }),
    onPeer: (nodeId, state) => void node.events.push(`${nodeId} ${state}`),
  }
  return node
}

/** Makes, starts, and closes at the end of the test. */
export async function startNode(t: Test, setup: NodeSetup): Promise<TestNode> {
  const node = makeNode(setup)
  t.teardown(() => node.transport.close())
  await node.transport.start()
  return node
}

export async function startPair(
  t: Test,
  both: Partial<NodeSetup> = {},
): Promise<readonly [TestNode, TestNode]> {
  const one = await startNode(t, { ...both, nodeId: 1 })
  const two = await startNode(t, { ...both, nodeId: 2 })
  one.meet(two)
  two.meet(one)
  await until(() => isConnected(one, 2) && isConnected(two, 1))
  return [one, two]
}

export function isConnected(node: TestNode, peer: NodeId): boolean {
  return node.events.findLast(event => event.startsWith(`${peer} `)) === `${peer} connected`
}

export function heartbeat(from: NodeId, to: NodeId, commit: number): Message {
  return { type: 'heartbeat', from, to, term: 1, commit, round: 0, compactable: 0 }
}

export function commits(node: TestNode): number[] {
  return node.messages.map(({ message }) => (message.type === 'heartbeat' ? message.commit : -1))
}

/** @throws when the condition does not hold within a generous limit */
export async function until(condition: () => boolean, limitMs = 20_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${condition}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, HOST, resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
