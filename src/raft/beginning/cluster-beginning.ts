// Follows a node from its start to membership: remembers whom it met, decides, and records the beginning once.
import { type Deferred, deferred } from '../../lib/index.js'
import type { NodeId } from '../core/index.js'
import type { BootstrapMember } from '../data-directory/identity.js'
import type { Log, PeerAddress } from '../ports.js'
import type { NodeIdentity } from '../ws-transport/identity.js'
import type { Refusal } from '../ws-transport/peer-policy.js'
import {
  type BeginningConfig,
  type BeginningState,
  decide,
  finalRefusal,
  type MetPeer,
  type OwnData,
} from './decide.js'

export type ClusterBeginningDependencies = {
  /** Puts the members on disk, durably. A rejection is final: `begun` rejects with it. */
  readonly record: (members: readonly BootstrapMember[]) => Promise<void>
  readonly log: Log
}

/** Peers remembered; far above what a cluster has. */
const PEERS_MET_MAX = 1_000

export class ClusterBeginning {
  readonly #config: BeginningConfig
  readonly #dependencies: ClusterBeginningDependencies
  readonly #met = new Map<NodeId, MetPeer>()
  readonly #listeners = new Set<() => void>()
  readonly #begun: Deferred<readonly BootstrapMember[]> = deferred()
  #own: OwnData
  #state: BeginningState
  /** What `record` is putting on disk. Peers are told of it already: nobody may count us among the empty any more. */
  #recording: readonly BootstrapMember[] | null = null
  #told = ''

  constructor(config: BeginningConfig, own: OwnData, dependencies: ClusterBeginningDependencies) {
    this.#config = config
    this.#own = own
    this.#dependencies = dependencies
    this.#state = { type: 'gathering', missing: [], problems: [] }
  }

  /** Decides what can be decided without having met anybody. */
  start(): void {
    this.#evaluate()
  }

  /** Resolves, once the beginning is on disk, with the members that the cluster began with; Raft starts from there. */
  get begun(): Promise<readonly BootstrapMember[]> {
    return this.#begun.promise
  }

  state(): BeginningState {
    return this.#state
  }

  /** What this node says of itself in a handshake, but for what the state machine knows. */
  own(): Omit<NodeIdentity, 'clusterId' | 'clusterUuid' | 'program' | 'commandVersion'> {
    const beginning = this.#own.beginning ?? this.#recording
    return { ...this.#own, beginning, listed: this.#config.listed }
  }

  /**
   * Whom to hold a connection to as long as no address book says more: the list, and whoever found us. Once the cluster
   * has begun, a node's own word about its address is younger than the record of the beginning.
   */
  peers(): readonly PeerAddress[] {
    const { beginning, nodeId } = this.#own
    const addresses = new Map<NodeId, string>()
    const listed = beginning ?? this.#config.listed
    for (const node of listed) addresses.set(node.nodeId, node.raftAddress)
    for (const { peer, refusal } of this.#met.values()) {
      const known = addresses.get(peer.nodeId) ?? ''
      if (refusal !== null || (known !== '' && beginning === null)) continue
      if (known === '' || isNamed(peer)) addresses.set(peer.nodeId, peer.raftAddress)
    }
    addresses.delete(nodeId)
    return [...addresses]
      .filter(([, raftAddress]) => raftAddress !== '')
      .map(([nodeId, raftAddress]) => ({ nodeId, raftAddress }))
      .sort((left, right) => left.nodeId - right.nodeId)
  }

  /** Who is connected now, as they describe themselves. `named`: their configuration says that this is their address. */
  met(): readonly (NodeIdentity & { readonly named: boolean })[] {
    return [...this.#met.values()]
      .filter(({ present, refusal }) => present && refusal === null)
      .map(({ peer }) => ({ ...peer, named: isNamed(peer) }))
  }

  /** Everyone who was met in this life of our process, also who is away now, as they described themselves last. */
  heard(): readonly NodeIdentity[] {
    return [...this.#met.values()].filter(({ refusal }) => refusal === null).map(met => met.peer)
  }

  /** Set when a member has told us that we are no part of its cluster (removed, or another data directory). */
  refusal(): Refusal | null {
    return finalRefusal([...this.#met.values()])
  }

  onPeer(peer: NodeIdentity): void {
    this.#meet({ peer, present: true, refusal: null })
  }

  onPeerRefused(peer: NodeIdentity, refusal: Refusal, by: 'us' | 'them'): void {
    this.#meet({ peer, present: true, refusal: { ...refusal, by } })
  }

  onPeerLost(nodeId: NodeId): void {
    const met = this.#met.get(nodeId)
    if (met === undefined) return
    this.#met.set(nodeId, { ...met, present: false })
    this.#evaluate()
  }

  /** Called after state, peers or refusal changed; returns a function that unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #meet(met: MetPeer): void {
    if (this.#met.size >= PEERS_MET_MAX && !this.#met.has(met.peer.nodeId)) return
    const before = this.#met.get(met.peer.nodeId)?.peer
    // Its two connections may overtake one another, but a beginning is never taken back.
    const stale =
      before?.dataUuid === met.peer.dataUuid &&
      before.beginning !== null &&
      met.peer.beginning === null
    this.#met.set(met.peer.nodeId, stale ? { ...met, peer: before } : met)
    this.#evaluate()
  }

  #evaluate(): void {
    const decision = decide(this.#config, this.#own, this.#met)
    if (decision.type === 'record') {
      if (this.#recording === null) void this.#record(decision.members)
      return
    }
    const same = JSON.stringify(decision) === JSON.stringify(this.#state)
    const told = JSON.stringify([decision, this.peers(), this.refusal()])
    if (told === this.#told) return
    this.#state = decision
    this.#told = told
    if (!same) this.#tell(decision)
    for (const listener of this.#listeners) listener()
  }

  async #record(members: readonly BootstrapMember[]): Promise<void> {
    this.#recording = members
    try {
      await this.#dependencies.record(members)
    } catch (error) {
      this.#begun.reject(error instanceof Error ? error : new Error(String(error)))
      return
    }
    this.#own = { ...this.#own, beginning: members }
    this.#evaluate()
  }

  #tell(state: BeginningState): void {
    const { log } = this.#dependencies
    switch (state.type) {
      case 'member':
        log.info(
          { members: state.members.map(member => member.nodeId) },
          'member of a cluster that has begun',
        )
        this.#begun.resolve(state.members)
        return
      case 'waiting':
        log.warn({ reason: state.reason }, 'waiting, this node is no member')
        return
      case 'gathering':
        if (state.problems.length === 0)
          log.info({ missing: state.missing }, 'gathering the nodes of a new cluster')
        else log.warn({ problems: state.problems }, 'the nodes cannot begin a cluster as they are')
    }
  }
}

/** A node that joins has no list, and says only what it happens to listen on. */
function isNamed(peer: NodeIdentity): boolean {
  return peer.listed.some(
    ({ nodeId, raftAddress }) => nodeId === peer.nodeId && raftAddress === peer.raftAddress,
  )
}
