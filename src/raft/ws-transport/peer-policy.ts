// The port through which the transport asks who it is and whom it may talk to; it decides neither itself.
import type { NodeId } from '../core/index.js'
import type { NodeIdentity } from './identity.js'

/** Why two nodes do not talk. */
export type RefusalCode =
  | 'malformed'
  | 'protocol-version'
  | 'wrong-secret'
  | 'wrong-cluster'
  | 'wrong-node'
  | 'self-connection'
  | 'same-node-id'
  | 'unknown-node'
  | 'removed'
  | 'other-data'
  | 'program-too-old'

/** `message` is a full sentence for the log of both sides, with the remedy where there is one. */
export type Refusal = { readonly code: RefusalCode; readonly message: string }

export type PeerPolicy = {
  /** Asked anew for each handshake. */
  readonly self: () => NodeIdentity
  /** Called with a peer that has proved the secret and is of our cluster as far as either side knows. */
  readonly judge: (peer: NodeIdentity) => Refusal | null
  /** The link is up. Also called when a connected peer announces that its identity changed. */
  readonly accepted: (peer: NodeIdentity) => void
  /** A peer that has proved the secret, and one of the two does not want to talk. */
  readonly refused: (peer: NodeIdentity, refusal: Refusal, by: 'us' | 'them') => void
  /** A link with it broke; what it said may be out of date until it is accepted again. */
  readonly lost: (nodeId: NodeId) => void
}

/**
 * What every link demands whatever the policy: the same cluster, and another node than ourselves.
 * @returns null when `peer` may go on to the policy's judgement
 */
export function judgeCluster(self: NodeIdentity, peer: NodeIdentity): Refusal | null {
  if (peer.nodeId === self.nodeId && peer.dataUuid === self.dataUuid)
    return refuse(
      'self-connection',
      `node ${self.nodeId} dialed itself; correct the raft address of the node it meant`,
    )
  if (peer.clusterId !== self.clusterId)
    return refuse(
      'wrong-cluster',
      `node ${peer.nodeId} is of cluster ${peer.clusterId} and node ${self.nodeId} of cluster ${self.clusterId}`,
    )
  if (peer.clusterUuid !== null && self.clusterUuid !== null)
    if (peer.clusterUuid !== self.clusterUuid)
      return refuse(
        'wrong-cluster',
        `node ${peer.nodeId} holds data of another cluster (${peer.clusterUuid}) than node ${self.nodeId} (${self.clusterUuid}), though both are labelled ${self.clusterId}; if one of the two was restored or recovered, stop the other, delete its data directory, and add it under a new id`,
      )
  if (peer.nodeId === self.nodeId)
    return refuse(
      'same-node-id',
      `two nodes are started as node ${self.nodeId}; a copied data directory or a wrong --node`,
    )
  return null
}

export function refuse(code: RefusalCode, message: string): Refusal {
  return { code, message }
}
