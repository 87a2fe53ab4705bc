// Whom a node talks to: anyone with the secret while it has no cluster, afterwards the cluster it belongs to.
import type { NodeId } from '../core/index.js'
import type { BootstrapMember } from '../data-directory/identity.js'
import type { NodeIdentity } from '../ws-transport/identity.js'
import { type PeerPolicy, type Refusal, refuse } from '../ws-transport/peer-policy.js'
import type { ClusterBeginning } from './cluster-beginning.js'
import { otherDataReason } from './decide.js'
import { sameMembers } from './same-members.js'

/** What the applied state knows of the members. */
export type AddressBook = {
  /** null until the state holds a membership. `dataUuid` null: added, and not met yet. */
  readonly members: () => readonly { nodeId: NodeId; dataUuid: string | null }[] | null
  /** Ids are never used again. */
  readonly isRemoved: (nodeId: NodeId) => boolean
  /** null until the cluster's first entry was applied here. */
  readonly clusterUuid: () => string | null
  /** Version of commands that the state was brought to; who applies less cannot be a member any more. */
  readonly commandVersion: () => number
}

export function createPeerPolicy(
  own: Pick<NodeIdentity, 'clusterId' | 'program' | 'commandVersion'>,
  beginning: ClusterBeginning,
  addressBook: AddressBook,
): PeerPolicy {
  return {
    self: () => ({ ...own, clusterUuid: addressBook.clusterUuid(), ...beginning.own() }),
    judge: peer => judgePeer(beginning.own().beginning, addressBook, peer),
    accepted: peer => beginning.onPeer(peer),
    refused: (peer, refusal, by) => beginning.onPeerRefused(peer, refusal, by),
    lost: nodeId => beginning.onPeerLost(nodeId),
  }
}

/** @param begun our recorded beginning; without one everybody is heard, because nobody can be told apart yet */
export function judgePeer(
  begun: readonly BootstrapMember[] | null,
  addressBook: Pick<AddressBook, 'members' | 'isRemoved' | 'commandVersion'>,
  peer: NodeIdentity,
): Refusal | null {
  const { nodeId } = peer
  if (addressBook.isRemoved(nodeId))
    return refuse(
      'removed',
      `node ${nodeId} was removed from the cluster; an id is never used again, so add it under a new one`,
    )
  if (begun === null) return null
  const needed = addressBook.commandVersion()
  if (peer.commandVersion < needed)
    return refuse(
      'program-too-old',
      `the program of node ${nodeId} applies commands up to version ${peer.commandVersion}, and the cluster has come to version ${needed}; start node ${nodeId} with a newer program`,
    )
  const members = addressBook.members() ?? begun
  const known = members.find(member => member.nodeId === nodeId)
  if (known !== undefined) {
    const same = known.dataUuid === null || known.dataUuid === peer.dataUuid
    return same ? null : refuse('other-data', otherDataReason(nodeId))
  }
  // Our state may lag behind: without the links of members that it has not heard of yet it would never catch up.
  // Who has the record of our beginning was accepted by a member before.
  if (peer.beginning !== null && sameMembers(peer.beginning, begun)) return null
  return refuse(
    'unknown-node',
    `node ${nodeId} is no member of the cluster; add it first: ipam cluster add ${nodeId} ADDRESS`,
  )
}
