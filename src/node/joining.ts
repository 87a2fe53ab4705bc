// From an open log to membership: the links to the other nodes, and the wait until the cluster has begun.
import { type Config, formatHostPort } from '../config/index.js'
import type { ClusterIdentity } from '../ledger/index.js'
import {
  type Clock,
  ClusterBeginning,
  createPeerPolicy,
  type Log,
  type Membership,
  type PeerAddress,
  type Random,
  WsTransport,
} from '../raft/index.js'
import { LonelyTransport } from './lonely-transport.js'
import type { NodeLog } from './memory.js'

export type Joining = {
  readonly transport: WsTransport | LonelyTransport
  readonly beginning: ClusterBeginning
  /** From now on the applied state says who is who and where. Returns a function that stops following it. */
  useState(state: MembersState): () => void
}

/** What the applied state, as the store has it, knows of the members. */
export type MembersState = {
  readonly reads: { cluster(): ClusterIdentity | null }
  readonly applied: { readonly membership: Membership }
  onApplied(listener: () => void): () => void
}

/** Makes the transport, not started yet: its handlers are the driver's. */
export function prepareJoining(
  config: Config,
  { directory, empty }: NodeLog,
  dependencies: { readonly clock: Clock; readonly random: Random; readonly log: Log },
): Joining {
  const self = ownLine(config)
  const { dataUuid, bootstrap } = directory.identity
  const listed = config.join ? [] : config.nodes.length > 0 ? [...config.nodes] : [self]
  listed.sort((left, right) => left.nodeId - right.nodeId)
  const beginning = new ClusterBeginning(
    { listed, join: config.join },
    { ...self, dataUuid, logEmpty: empty, beginning: bootstrap },
    { record: members => directory.recordBootstrap(members), log: dependencies.log },
  )
  // As last applied: handshakes are answered until the links are closed, when the state may have failed or be closed.
  let cluster: ClusterIdentity | null = null
  let membership: Membership | null = null
  const policy = createPeerPolicy(config.clusterId, beginning, {
    members: () => cluster?.members ?? null,
    isRemoved: nodeId => isRemoved(nodeId, cluster, membership),
    clusterUuid: () => cluster?.clusterUuid ?? directory.identity.clusterUuid,
  })
  const transport =
    config.peerListen.length === 0 || config.secret === null
      ? new LonelyTransport()
      : new WsTransport(
          {
            nodeId: config.nodeId,
            listen: config.peerListen,
            secret: new TextEncoder().encode(config.secret),
            ...(config.peerTls === null ? {} : { tls: config.peerTls }),
          },
          { policy, ...dependencies },
        )
  const setPeers = (): void => transport.setPeers(peerAddresses(beginning.peers(), cluster))
  setPeers()
  beginning.onChange(() => {
    setPeers()
    transport.announce()
  })
  return {
    transport,
    beginning,
    useState(state) {
      const look = (): void => {
        const before = cluster
        cluster = state.reads.cluster()
        membership = state.applied.membership
        if (cluster !== before) setPeers()
      }
      look()
      return state.onApplied(look)
    },
  }
}

/** Where the peers are: by the state's address book, and of nodes that it does not have (yet), as listed or met. */
function peerAddresses(
  listedOrMet: readonly PeerAddress[],
  cluster: ClusterIdentity | null,
): readonly PeerAddress[] {
  const addresses = new Map(listedOrMet.map(peer => [peer.nodeId, peer.raftAddress]))
  for (const { nodeId, raftAddress } of cluster?.members ?? []) addresses.set(nodeId, raftAddress)
  return [...addresses].map(([nodeId, raftAddress]) => ({ nodeId, raftAddress }))
}

/** Once a member, and none any more. */
function isRemoved(
  nodeId: number,
  cluster: ClusterIdentity | null,
  membership: Membership | null,
): boolean {
  if (cluster === null || membership === null) return false
  const { voters, votersOutgoing, learners, learnersNext } = membership
  const present = [voters, votersOutgoing, learners, learnersNext].some(ids => ids.includes(nodeId))
  return !present && cluster.members.some(member => member.nodeId === nodeId)
}

function ownLine(config: Config): { nodeId: number; raftAddress: string; apiAddress: string } {
  const listed = config.nodes.find(node => node.nodeId === config.nodeId)
  if (listed !== undefined) return listed
  const [peer] = config.peerListen
  const [api] = config.listen
  return {
    nodeId: config.nodeId,
    raftAddress: peer === undefined ? '' : formatHostPort(peer),
    apiAddress: api === undefined ? '' : formatHostPort(api),
  }
}

/**
 * Rejects once a member has told us that this data directory is none of its cluster's (wiped, copied, removed): no
 * wait changes that, so the process ends with the remedy where its supervisor and operator see it.
 */
export function refusedForGood(beginning: ClusterBeginning): Promise<never> {
  return new Promise((_, reject) => {
    const look = (): void => {
      const refusal = beginning.refusal()
      if (refusal !== null) reject(new Error(`This node is refused: ${refusal.message}`))
    }
    beginning.onChange(look)
    look()
  })
}

/** @throws when the operator ends the wait. */
export async function unlessAborted<T>(wait: Promise<T>, abort: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Error('stopped before the cluster had begun'))
    if (abort.aborted) stop()
    else abort.addEventListener('abort', stop, { once: true })
  })
  return Promise.race([wait, aborted])
}

/** Why the cluster has not begun here, as a clause. */
export function describeWait(beginning: ClusterBeginning): string {
  const state = beginning.state()
  if (state.type === 'member') return 'waiting for the first leader of the cluster'
  if (state.type === 'waiting') return `waiting: ${state.reason}`
  const [problem] = state.problems
  if (problem !== undefined) return `waiting: ${problem}`
  return `waiting for node ${state.missing.join(' and node ')} of the new cluster`
}
