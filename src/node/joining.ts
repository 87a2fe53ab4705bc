// From an open log to membership: the links to the other nodes, and the wait until the cluster has begun.
import { type Config, formatHostPort } from '../config/index.js'
import type { MetNode } from '../effects/index.js'
import { type ClusterIdentity, COMMAND_VERSION } from '../ledger/index.js'
import { programVersion } from '../lib/index.js'
import {
  type Clock,
  ClusterBeginning,
  createPeerPolicy,
  type Log,
  type PeerAddress,
  type Random,
  WsTransport,
} from '../raft/index.js'
import { LonelyTransport } from './lonely-transport.js'
import type { NodeLog } from './memory.js'
import type { ProgramVersion } from './versions.js'

export type Joining = {
  readonly transport: WsTransport | LonelyTransport
  readonly beginning: ClusterBeginning
  /** Who is connected, and this node itself, as they describe themselves. */
  met(): readonly MetNode[]
  /** The programs of all that were met in this life of the process, and this one, by node id. */
  heard(): ReadonlyMap<number, ProgramVersion>
  /** Why this node is no member any more, as a sentence; null = it is one, as far as it was told. */
  removed(): string | null
  /** From now on the applied state says who is who and where. Returns a function that stops following it. */
  useState(state: MembersState): () => void
}

/** What the applied state, as the store has it, knows of the members. */
export type MembersState = {
  readonly reads: { cluster(): ClusterIdentity | null }
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
    {
      ...self,
      dataUuid,
      logEmpty: empty,
      beginning: bootstrap,
    },
    { record: members => directory.recordBootstrap(members), log: dependencies.log },
  )
  // As last applied: handshakes are answered until the links are closed, when the state may have failed or be closed.
  let cluster: ClusterIdentity | null = null
  const program = { program: programVersion, commandVersion: COMMAND_VERSION }
  const policy = createPeerPolicy({ clusterId: config.clusterId, ...program }, beginning, {
    members: () => cluster?.members ?? null,
    isRemoved: nodeId => cluster?.removed?.includes(nodeId) === true,
    clusterUuid: () => cluster?.clusterUuid ?? directory.identity.clusterUuid,
    commandVersion: () => cluster?.commandVersion ?? 1,
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
    met: () => {
      const { nodeId, raftAddress, apiAddress } = self
      const own = { nodeId, raftAddress, apiAddress, dataUuid, named: !config.join }
      return [own, ...beginning.met()]
    },
    heard: () => {
      return new Map(
        [...beginning.heard(), { nodeId: self.nodeId, ...program }].map(each => [
          each.nodeId,
          each,
        ]),
      )
    },
    removed: () => {
      if (cluster?.removed?.includes(config.nodeId)) return 'this node was removed from its cluster'
      const refusal = beginning.refusal()
      return refusal?.code === 'removed' ? refusal.message : null
    },
    useState(state) {
      const look = (): void => {
        const before = cluster
        cluster = state.reads.cluster()
        if (cluster === before) return
        setPeers()
        // Members are judged anew: who was removed is told so.
        transport.announce()
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
  for (const { nodeId, raftAddress } of cluster?.members ?? [])
    if (raftAddress !== '') addresses.set(nodeId, raftAddress)
  for (const nodeId of cluster?.removed ?? []) addresses.delete(nodeId)
  return [...addresses].map(([nodeId, raftAddress]) => ({ nodeId, raftAddress }))
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
  const refusal = beginning.refusal()
  if (refusal !== null) return `${refusal.code}: ${refusal.message}`
  if (state.type === 'member') return 'waiting for the first leader of the cluster'
  if (state.type === 'waiting') return `waiting: ${state.reason}`
  const [problem] = state.problems
  if (problem !== undefined) return `waiting: ${problem}`
  // It has only just started, or all have met and the first of them has not said so yet.
  if (state.missing.length === 0) return 'waiting for the cluster to begin'
  return `waiting for node ${state.missing.join(' and node ')} of the new cluster`
}
