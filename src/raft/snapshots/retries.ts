// When a snapshot that failed is tried again: later each time, so that a follower without room is not asked all the time.
import type { NodeId } from '../core/index.js'
import { RETRY_FIRST_MS, RETRY_LAST_MS } from './limits.js'

export class Retries {
  readonly #byPeer = new Map<NodeId, { readonly atMs: number; readonly delayMs: number }>()

  /** @returns how long nothing is tried, ms */
  failed(peer: NodeId, nowMs: number): number {
    const before = this.#byPeer.get(peer)?.delayMs
    const delayMs = Math.min(before === undefined ? RETRY_FIRST_MS : 2 * before, RETRY_LAST_MS)
    this.#byPeer.set(peer, { atMs: nowMs + delayMs, delayMs })
    return delayMs
  }

  isTooEarly(peer: NodeId, nowMs: number): boolean {
    return nowMs < (this.#byPeer.get(peer)?.atMs ?? 0)
  }

  /** Whatever was the matter may be over. */
  forget(peer: NodeId): void {
    this.#byPeer.delete(peer)
  }

  clear(): void {
    this.#byPeer.clear()
  }
}
