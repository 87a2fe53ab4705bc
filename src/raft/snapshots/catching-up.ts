// Followers that were brought a snapshot and have not reached the log's tail yet: until they do, the log waits for them,
// or under load each would be overtaken by the next cut and need another snapshot.
import type { Index, NodeId, PeerProgress } from '../core/index.js'

export class CatchingUp {
  readonly #peers = new Set<NodeId>()

  add(nodeId: NodeId): void {
    this.#peers.add(nodeId)
  }

  clear(): void {
    this.#peers.clear()
  }

  /** What the slowest of them holds; null when nobody is waited for. @param tailStart who holds that much has arrived */
  least(progress: readonly PeerProgress[], tailStart: Index): Index | null {
    for (const nodeId of this.#peers) {
      const peer = progress.find(each => each.nodeId === nodeId)
      if (peer === undefined || !peer.active || peer.match >= tailStart) this.#peers.delete(nodeId)
    }
    const matches = progress.filter(peer => this.#peers.has(peer.nodeId)).map(peer => peer.match)
    return matches.length === 0 ? null : Math.min(...matches)
  }
}
