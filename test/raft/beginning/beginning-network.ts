// Nodes that begin a cluster without sockets: handshakes run step by step, disks are records that can be wiped.
import { ClusterBeginning } from '../../../src/raft/beginning/cluster-beginning.js'
import { createPeerPolicy } from '../../../src/raft/beginning/cluster-policy.js'
import type { NodeId } from '../../../src/raft/core/index.js'
import type { BootstrapMember } from '../../../src/raft/data-directory/identity.js'
import {
  AcceptorHandshake,
  DialerHandshake,
  type HandshakeStep,
} from '../../../src/raft/ws-transport/handshake.js'
import type { NodeIdentity } from '../../../src/raft/ws-transport/identity.js'
import type { PeerPolicy } from '../../../src/raft/ws-transport/peer-policy.js'
import { deriveLinkKey } from '../../../src/raft/ws-transport/proof.js'
import { listOf } from './beginning-support.js'

const KEY = deriveLinkKey(Buffer.from('the secret of this cluster'))
const LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export class BeginningNode {
  readonly nodeId: NodeId
  /** How often the disk was replaced; part of its data UUID. */
  disk = 0
  recorded: readonly BootstrapMember[] | null = null
  beginning!: ClusterBeginning
  policy!: PeerPolicy
  /** Finishes the write under way. */
  finishRecord: (() => void) | null = null
  readonly #listed: readonly NodeId[]

  constructor(nodeId: NodeId, listed: readonly NodeId[]) {
    this.nodeId = nodeId
    this.#listed = listed
    this.start()
  }

  get dataUuid(): string {
    return `data-${this.nodeId}-${this.disk}`
  }

  /** A new process on the disk as it is; what was not written yet is lost. */
  start(): void {
    this.finishRecord = null
    const life = {}
    this.#life = life
    const listed = listOf(...this.#listed)
    const line = listOf(this.nodeId)[0]
    if (line === undefined) throw new Error('every node has a line')
    const own = { ...line, dataUuid: this.dataUuid, logEmpty: true, beginning: this.recorded }
    const record = (members: readonly BootstrapMember[]) =>
      new Promise<void>(resolve => {
        this.finishRecord = () => {
          if (this.#life !== life) return
          this.recorded = members
          this.finishRecord = null
          resolve()
        }
      })
    const config = { listed, join: this.#listed.length === 0 }
    this.beginning = new ClusterBeginning(config, own, { record, log: LOG })
    this.policy = createPeerPolicy(
      { clusterId: 100, program: '1.0.0', commandVersion: 2 },
      this.beginning,
      {
        members: () => null,
        isRemoved: () => false,
        clusterUuid: () => null,
        commandVersion: () => 1,
      },
    )
    this.beginning.start()
  }
  #life: object = {}

  wipe(): void {
    this.disk += 1
    this.recorded = null
    this.start()
  }
}

/** One whole dial. @returns whether the two accepted one another */
export function dial(dialer: BeginningNode, acceptor: BeginningNode): boolean {
  const client = new DialerHandshake(
    { key: KEY, policy: dialer.policy },
    { expected: acceptor.nodeId, channel: 'messages' },
  )
  const server = new AcceptorHandshake({ key: KEY, policy: acceptor.policy })
  let text: string | null = server.challenge
  let [receiver, policy] = [client as DialerHandshake | AcceptorHandshake, dialer.policy]
  const accepted: (() => void)[] = []
  while (text !== null) {
    const step: HandshakeStep = receiver.receive(text)
    if (step.type === 'refused' && step.peer !== null)
      policy.refused(step.peer, step.refusal, step.by)
    const [owner, peer] = [policy, step.type === 'done' ? step.peer : null]
    if (peer !== null) accepted.push(() => owner.accepted(peer))
    text = step.send
    if (receiver === client) [receiver, policy] = [server, acceptor.policy]
    else [receiver, policy] = [client, dialer.policy]
    if (step.type === 'refused' && step.by === 'them') break
  }
  for (const tell of accepted) tell()
  return accepted.length === 2
}

/** An announcement on a link that stands: the other side judges anew. */
export function announce(from: BeginningNode, to: BeginningNode): void {
  const identity: NodeIdentity = from.policy.self()
  const refusal = to.policy.judge(identity)
  if (refusal === null) to.policy.accepted(identity)
  else to.policy.refused(identity, refusal, 'us')
}

/** Lets what a finished write resolves run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}
