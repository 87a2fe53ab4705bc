// Identities and lists for the tests of how a cluster begins.
import type { NodeId } from '../../../src/raft/core/index.js'
import type { BootstrapMember } from '../../../src/raft/data-directory/identity.js'
import type { ListedNode, NodeIdentity } from '../../../src/raft/ws-transport/identity.js'

export function listOf(...nodeIds: readonly NodeId[]): ListedNode[] {
  return nodeIds.map(nodeId => ({
    nodeId,
    raftAddress: `node${nodeId}:5000`,
    apiAddress: `node${nodeId}:8080`,
  }))
}

export function dataOf(nodeId: NodeId): string {
  return `data-${nodeId}`
}

/** @param data data UUIDs that differ from `data-<id>` */
export function membersOf(
  nodeIds: readonly NodeId[],
  data: Readonly<Record<NodeId, string>> = {},
): BootstrapMember[] {
  return listOf(...nodeIds).map(node => ({
    ...node,
    dataUuid: data[node.nodeId] ?? dataOf(node.nodeId),
  }))
}

/** An empty node of a new cluster of the nodes 1, 2 and 3. */
export function emptyPeer(nodeId: NodeId, changes: Partial<NodeIdentity> = {}): NodeIdentity {
  return {
    clusterId: 100,
    clusterUuid: null,
    nodeId,
    dataUuid: dataOf(nodeId),
    raftAddress: `node${nodeId}:5000`,
    apiAddress: `node${nodeId}:8080`,
    logEmpty: true,
    program: '1.0.0',
    commandVersion: 2,
    listed: listOf(1, 2, 3),
    beginning: null,
    ...changes,
  }
}

export function begunPeer(nodeId: NodeId, changes: Partial<NodeIdentity> = {}): NodeIdentity {
  return emptyPeer(nodeId, { logEmpty: false, beginning: membersOf([1, 2, 3]), ...changes })
}
