// How a cluster begins, as a function: from what a node has on disk and whom it has met, what it may become.
//
// One node decides, the one with the lowest id on the list: it waits until every listed node has shown itself empty,
// with the same list, and binds each id to the data directory it met. All others take that list over from a node
// that has it. So there is at most one list for each first data directory, and a node that came back with a new disk
// can never stand in it: were each node to make its own list, one that met the old disk and one that met the new
// one could both begin, and two majorities could exist.
import type { NodeId } from '../core/index.js'
import type { BootstrapMember } from '../data-directory/identity.js'
import { rejoinRemedy } from '../data-directory/remedy.js'
import type { ListedNode, NodeIdentity } from '../ws-transport/identity.js'
import type { Refusal } from '../ws-transport/peer-policy.js'
import { differencesOf } from './differences.js'
import { sameMembers } from './same-members.js'

export type BeginningConfig = {
  /** `nodes` of the configuration, ascending by id; a standalone node lists itself alone. Empty with `join`. */
  readonly listed: readonly ListedNode[]
  /** Started to be added to a cluster that exists. */
  readonly join: boolean
}

/** What the data directory says. */
export type OwnData = {
  readonly nodeId: NodeId
  readonly dataUuid: string
  readonly raftAddress: string
  readonly apiAddress: string
  /** No entry, no snapshot, no term and no vote on disk. */
  readonly logEmpty: boolean
  /** The recorded beginning, if there is one. */
  readonly beginning: readonly BootstrapMember[] | null
}

/** A peer's last word in this life of our process. `refusal`: one of the two did not want to talk. */
export type MetPeer = {
  readonly peer: NodeIdentity
  /** False when a link with it broke since: what it said may be out of date. */
  readonly present: boolean
  readonly refusal: (Refusal & { readonly by: 'us' | 'them' }) | null
}

/**
 * `member`: the beginning is recorded and Raft may run; whether it may vote is then the membership's affair.
 * `gathering`: an empty node of a new cluster, never to vote as it is. `waiting`: a cluster exists and this node
 * has to be added to it, or something is wrong with its data.
 */
export type BeginningState =
  | { readonly type: 'member'; readonly members: readonly BootstrapMember[] }
  | {
      readonly type: 'gathering'
      /** Listed and not met, or met and lost again: a cluster begins with all its nodes reachable. */
      readonly missing: readonly NodeId[]
      /** What keeps the nodes that were met from beginning: full sentences. */
      readonly problems: readonly string[]
    }
  | { readonly type: 'waiting'; readonly reason: string }

/** `record`: the members are to be put on disk, and then this node is a member. */
export type Decision =
  | BeginningState
  | { readonly type: 'record'; readonly members: readonly BootstrapMember[] }

export function decide(
  config: BeginningConfig,
  own: OwnData,
  met: ReadonlyMap<NodeId, MetPeer>,
): Decision {
  if (own.beginning !== null) return { type: 'member', members: own.beginning }
  if (!own.logEmpty)
    return waiting(`this node has a log but no record of how its cluster began. ${rejoinRemedy}`)
  return (
    heedExistingCluster(own, [...met.values()]) ??
    (config.join ? waiting(JOIN_REASON) : gather(config.listed, own, met))
  )
}

const JOIN_REASON =
  'this node was started with --join and waits to be added: on a member, ipam cluster add ID ADDRESS'

/** What peers that are no longer empty make of us; null when there are none. */
function heedExistingCluster(own: OwnData, met: readonly MetPeer[]): Decision | null {
  const final = finalRefusal(met)
  if (final !== null) return waiting(final.message)
  const begun = met.filter(({ peer }) => peer.beginning !== null)
  for (const { peer } of begun) {
    const binding = peer.beginning?.find(member => member.nodeId === own.nodeId)
    if (binding !== undefined && binding.dataUuid !== own.dataUuid)
      return waiting(otherDataReason(own.nodeId))
  }
  // A member accepts only what it knows: the nodes its cluster began with, and those that were added since.
  const lists = begun.flatMap(({ peer, refusal }) => (refusal === null ? [peer.beginning] : []))
  const members = lists[0]
  if (members) {
    const agreed = lists.every(list => list !== null && sameMembers(list, members))
    if (agreed) return { type: 'record', members }
    return waiting(
      'the peers are of different clusters; correct the addresses of this node’s peers',
    )
  }
  const foreign = met.find(({ peer }) => peer.beginning !== null || !peer.logEmpty)
  if (foreign === undefined) return null
  return waiting(
    `node ${foreign.peer.nodeId} has data, so the cluster exists; add this node to it: ipam cluster add ID ADDRESS`,
  )
}

const FINAL: ReadonlySet<string> = new Set(['other-data', 'removed', 'program-too-old'])

/** A refusal of us by a member that no later handshake takes back while data directory and program are what they are. */
export function finalRefusal(met: readonly MetPeer[]): Refusal | null {
  for (const { refusal } of met) {
    if (refusal?.by !== 'them') continue
    if (FINAL.has(refusal.code)) return { code: refusal.code, message: refusal.message }
  }
  return null
}

export function otherDataReason(nodeId: NodeId): string {
  return `the cluster knows node ${nodeId} with another data directory (a wiped, copied or restored disk). ${rejoinRemedy}`
}

/** Nobody who was met has data. */
function gather(
  listed: readonly ListedNode[],
  own: OwnData,
  met: ReadonlyMap<NodeId, MetPeer>,
): Decision {
  if (!listed.some(node => node.nodeId === own.nodeId))
    return waiting(`node ${own.nodeId} is not on the nodes list; to be added, start it with --join`)
  const problems = [
    ...[...met.values()].flatMap(({ peer }) => differencesOf(own.nodeId, listed, peer)),
    ...copiesOf(own, met),
  ]
  const missing: NodeId[] = []
  const members: BootstrapMember[] = []
  for (const { nodeId, raftAddress, apiAddress } of listed) {
    const peer = met.get(nodeId)
    const isOwn = nodeId === own.nodeId
    if (!isOwn && (!peer?.present || peer.refusal !== null)) missing.push(nodeId)
    const dataUuid = isOwn ? own.dataUuid : peer?.peer.dataUuid
    if (dataUuid !== undefined) members.push({ nodeId, raftAddress, apiAddress, dataUuid })
  }
  const decides = listed[0]?.nodeId === own.nodeId
  if (decides && missing.length === 0 && problems.length === 0) return { type: 'record', members }
  return { type: 'gathering', missing, problems }
}

/** One data directory under two ids: copied, and not to be two votes. */
function copiesOf(own: OwnData, met: ReadonlyMap<NodeId, MetPeer>): string[] {
  const owners = new Map([[own.dataUuid, own.nodeId]])
  const problems: string[] = []
  for (const { peer } of met.values()) {
    const owner = owners.get(peer.dataUuid)
    if (owner === undefined) owners.set(peer.dataUuid, peer.nodeId)
    else
      problems.push(
        `nodes ${owner} and ${peer.nodeId} have the same data directory; delete the copy and start that node again`,
      )
  }
  return problems
}

function waiting(reason: string): BeginningState {
  return { type: 'waiting', reason }
}
