// Everyone the leader replicates to, itself included: one Progress a member, kept in step with the membership.
import type { InflightsOptions } from './inflights.js'
import { memberIds } from './membership.js'
import { Progress } from './progress.js'
import type { Index, Membership, NodeId } from './types.js'

export class Peers {
  #byId = new Map<NodeId, Progress>()
  #list: readonly Progress[] = []

  constructor(readonly window: InflightsOptions) {}

  /** Sorted by node id. */
  get list(): readonly Progress[] {
    return this.#list
  }

  get(nodeId: NodeId): Progress | undefined {
    return this.#byId.get(nodeId)
  }

  match(nodeId: NodeId): Index {
    return this.#byId.get(nodeId)?.match ?? 0
  }

  /**
   * Follows a new membership: members keep what is known of them, new ones are probed from `lastIndex`.
   * They count as heard from, or the next look for a quorum could depose a leader that just added them.
   */
  follow(membership: Membership, lastIndex: Index): void {
    const start = { next: Math.max(lastIndex, 1), active: true }
    this.#set(membership, nodeId => this.#byId.get(nodeId) ?? this.#create(nodeId, start))
  }

  /** A new leader knows nothing of the others but that they may agree at the end of its log. */
  reset(membership: Membership, lastIndex: Index): void {
    this.#set(membership, nodeId => this.#create(nodeId, { next: lastIndex + 1, active: false }))
  }

  #create(nodeId: NodeId, start: { next: Index; active: boolean }): Progress {
    return new Progress(nodeId, this.window, start, false)
  }

  #set(membership: Membership, progressOf: (nodeId: NodeId) => Progress): void {
    this.#list = memberIds(membership).map(progressOf)
    for (const peer of this.#list) peer.learner = membership.learners.includes(peer.nodeId)
    this.#byId = new Map(this.#list.map(peer => [peer.nodeId, peer]))
  }
}
