// What went to and came from one peer on the link of messages: for metrics. It outlives links, and goes with the peer.
import type { NodeId } from '../core/index.js'

export type PeerTraffic = {
  readonly nodeId: NodeId
  framesSent: number
  bytesSent: number
  framesReceived: number
  bytesReceived: number
  /** Monotonic ms of the last sign of life, a ping included; null = never. */
  heardMs: number | null
}

export function newTraffic(nodeId: NodeId): PeerTraffic {
  return {
    nodeId,
    framesSent: 0,
    bytesSent: 0,
    framesReceived: 0,
    bytesReceived: 0,
    heardMs: null,
  }
}
