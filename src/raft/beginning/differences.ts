// Names what is different between two nodes' lists, so that the operator need not compare files.
import type { NodeId } from '../core/index.js'
import type { ListedNode, NodeIdentity } from '../ws-transport/identity.js'

/** Full sentences; none when the peer has the very same list. */
export function differencesOf(
  ownId: NodeId,
  listed: readonly ListedNode[],
  peer: NodeIdentity,
): string[] {
  if (peer.listed.length === 0)
    return [`node ${peer.nodeId} has no nodes list (was it started with --join?)`]
  const theirs = new Map(peer.listed.map(node => [node.nodeId, node]))
  const ours = new Set(listed.map(node => node.nodeId))
  const differences: string[] = []
  for (const node of listed) {
    const other = theirs.get(node.nodeId)
    if (other === undefined)
      differences.push(`node ${ownId} lists node ${node.nodeId}, node ${peer.nodeId} does not`)
    else differences.push(...addressDifferences(ownId, node, peer.nodeId, other))
  }
  for (const nodeId of theirs.keys())
    if (!ours.has(nodeId))
      differences.push(`node ${peer.nodeId} lists node ${nodeId}, node ${ownId} does not`)
  return differences
}

function addressDifferences(
  ownId: NodeId,
  own: ListedNode,
  peerId: NodeId,
  theirs: ListedNode,
): string[] {
  const differences: string[] = []
  for (const field of ['raftAddress', 'apiAddress'] as const) {
    const name = field === 'raftAddress' ? 'raft_addr' : 'api_addr'
    if (own[field] !== theirs[field])
      differences.push(
        `${name} of node ${own.nodeId} is ${own[field]} for node ${ownId} and ${theirs[field]} for node ${peerId}`,
      )
  }
  return differences
}
