// When this node campaigns without waiting for an election timeout: its leader's link broke, or it votes alone.
import type { NodeId, RaftNode } from './core/index.js'
import type { Clock, Random } from './ports.js'

export type CampaignsDependencies = {
  readonly core: RaftNode
  readonly clock: Clock
  readonly random: Random
  readonly guard: (work: () => void) => void
  readonly onCampaign: () => void
}

export class Campaigns {
  readonly #heartbeatMs: number
  readonly #dependencies: CampaignsDependencies
  readonly #connected = new Set<NodeId>()
  #cancel: () => void = () => {}

  constructor(options: { readonly heartbeatMs: number }, dependencies: CampaignsDependencies) {
    this.#heartbeatMs = options.heartbeatMs
    this.#dependencies = dependencies
  }

  peerConnected(nodeId: NodeId): void {
    this.#connected.add(nodeId)
  }

  /** A pre-vote starts within a heartbeat, at a random moment, as the others have lost the leader's link as well. */
  peerDisconnected(nodeId: NodeId): void {
    this.#connected.delete(nodeId)
    const { core, clock, random, guard } = this.#dependencies
    if (core.status().leaderId !== nodeId) return
    this.#cancel()
    this.#cancel = clock.after(random() * this.#heartbeatMs, () => {
      if (this.#connected.has(nodeId) || core.status().leaderId !== nodeId) return
      guard(() => this.#campaign())
    })
  }

  /** The only voter waits for nobody. */
  campaignIfAlone(): void {
    const { nodeId, role, membership } = this.#dependencies.core.status()
    const { voters, votersOutgoing } = membership
    const alone = voters.length === 1 && voters[0] === nodeId && votersOutgoing.length === 0
    if (alone && role === 'follower') this.#campaign()
  }

  stop(): void {
    this.#cancel()
  }

  #campaign(): void {
    this.#dependencies.core.campaign()
    this.#dependencies.onCampaign()
  }
}
