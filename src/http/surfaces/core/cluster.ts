// /api/v1/cluster/* (and /cluster/*): who is in the cluster, and whether the nodes agree.
import type { LeaderView } from '../../../gateway/index.js'
import { ApiError } from '../../api-error.js'
import type { App } from '../../app.js'
import type { Call } from '../../call.js'
import { jsonWriter } from '../../json-writer.js'
import type { RaftStatusView } from '../../ports.js'
import { defineRoute, type Route } from '../../route.js'
import { heldReason } from './held.js'
import { ClusterStatus, StateHash } from './system-schemas.js'

const tag = 'Cluster'
/** Status answers soon, also where the leader does not. */
const LEADER_VIEW_MS = 500
const writeStatus = jsonWriter(ClusterStatus)

const raftStates: { readonly [Role in RaftStatusView['role']]: string } = {
  leader: 'StateLeader',
  follower: 'StateFollower',
  candidate: 'StateCandidate',
  'pre-candidate': 'StatePreCandidate',
}

/** CONTRACT.md D-15. @throws ApiError 404 */
export function requireCluster(call: Call): void {
  if (call.app.cluster.mode === 'standalone')
    throw new ApiError(404, 'not-in-cluster-mode', 'not in cluster mode')
}

const status = defineRoute({
  method: 'GET',
  paths: ['/api/v1/cluster/status', '/cluster/status'],
  id: 'clusterStatus',
  tag,
  summary: 'The cluster as this node sees it',
  permission: 'read',
  direct: true,
  answers: { 200: { description: 'Its members and their state.', schema: ClusterStatus } },
  handle: async call => {
    requireCluster(call)
    return { status: 200, body: writeStatus(statusBody(call.app, await leaderView(call))) }
  },
})

/** This node answers for itself; what only the leader knows is asked for, and left out when nobody says it soon. */
async function leaderView(call: Call): Promise<LeaderView | null> {
  const { gateway, raft } = call.app
  if (raft.status().leaderId === 0) return null
  try {
    return await gateway.leaderView(LEADER_VIEW_MS)
  } catch {
    return null
  }
}

function statusBody(app: App, view: LeaderView | null) {
  const raft = app.raft.status()
  const head = app.store.reads.chainHead()
  const identity = app.store.reads.cluster()
  return {
    node_id: app.cluster.nodeId,
    cluster_id: identity?.clusterId ?? app.cluster.clusterId,
    role: raft.role === 'pre-candidate' ? 'candidate' : raft.role,
    raft_state: raftStates[raft.role],
    members: membersOf(app, raft, view),
    leader_id: raft.leaderId === 0 ? null : raft.leaderId,
    term: raft.term,
    commit_index: raft.commit,
    applied_index: app.store.appliedIndex(),
    first_index: raft.firstIndex,
    last_index: raft.lastIndex,
    leader_heard_ms: raft.leaderHeardMs,
    removed: app.cluster.removed(),
    command_version: identity?.commandVersion ?? 1,
    membership_changing: raft.membership.votersOutgoing.length > 0,
    cluster_uuid: identity?.clusterUuid ?? null,
    change_head: {
      revision: head.revision,
      n: head.n,
      hash: Buffer.from(head.hash).toString('hex'),
    },
  }
}

function membersOf(app: App, raft: RaftStatusView, view: LeaderView | null) {
  const { voters, votersOutgoing, learners, learnersNext } = raft.membership
  const learning = new Set([...learners, ...learnersNext])
  const lines = app.store.reads.cluster()?.members ?? []
  const book = new Map(lines.map(line => [line.nodeId, line]))
  const ids = [...voters, ...votersOutgoing, ...learners, ...learnersNext, ...book.keys()]
  const addresses = new Map(app.cluster.addressBook().map(entry => [entry.nodeId, entry]))
  const progress = new Map((view?.progress ?? []).map(entry => [entry.nodeId, entry]))
  return [...new Set(ids)]
    .sort((left, right) => left - right)
    .map(nodeId => {
      const peer = progress.get(nodeId)
      const line = book.get(nodeId)
      const program = app.cluster.programOf(nodeId)
      const votes =
        voters.includes(nodeId) || (!learning.has(nodeId) && votersOutgoing.includes(nodeId))
      const follower = votes ? 'follower' : 'learner'
      return {
        node_id: nodeId,
        addr: addresses.get(nodeId)?.raftAddress ?? '',
        role: nodeId === raft.leaderId ? 'leader' : follower,
        api_addr: addresses.get(nodeId)?.apiAddress ?? '',
        match_index: peer?.match ?? null,
        lag: peer === undefined ? null : Math.max(0, (view?.lastIndex ?? 0) - peer.match),
        active: peer?.active ?? null,
        progress: peer?.state ?? null,
        leaving: line?.leaving === true,
        replaces: line?.replaces ?? null,
        program: program?.program ?? null,
        command_version: program?.commandVersion ?? null,
        held: line === undefined || view === null ? null : heldReason(line, lines, view),
      }
    })
}

const stateHash = defineRoute({
  method: 'GET',
  paths: ['/api/v1/cluster/state-hash', '/cluster/state-hash'],
  id: 'stateHash',
  tag,
  summary: "SHA-256 over this node's whole state: equal applied index, equal hash",
  permission: 'admin',
  direct: true,
  answers: { 200: { description: 'The hash and where it stands.', schema: StateHash } },
  handle: async call => {
    requireCluster(call)
    const controller = new AbortController()
    const cancel = call.app.clock.after(call.timeoutMs, () => controller.abort())
    const gone = () => controller.abort()
    call.response.once('close', gone)
    try {
      const { appliedIndex, hash } = await call.app.store.scans.stateHash(controller.signal)
      return { status: 200, body: JSON.stringify({ applied_index: appliedIndex, hash }) }
    } catch (error) {
      if (!controller.signal.aborted) throw error
      throw new ApiError(
        503,
        'timeout',
        `Hashing the state took longer than ${call.timeoutMs / 1000} s; say Request-Timeout to allow more.`,
        { outcome: 'known' },
        ['Retry-After', '1'],
      )
    } finally {
      cancel()
      call.response.off('close', gone)
    }
  },
})

export const clusterRoutes: readonly Route[] = [status, stateHash]
