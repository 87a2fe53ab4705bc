// /api/v1/cluster/* (and /cluster/*): who is in the cluster, and whether the nodes agree.
import { isIP } from 'node:net'
import fastJson from 'fast-json-stringify'
import { ApiError, invalid } from '../../api-error.js'
import type { App } from '../../app.js'
import type { Call } from '../../call.js'
import type { RaftStatusView } from '../../ports.js'
import { defineRoute, type Route } from '../../route.js'
import { ErrorBody } from './schemas.js'
import { ClusterStatus, NewMember, StateHash } from './system-schemas.js'

const tag = 'Cluster'
const writeStatus = fastJson(ClusterStatus)

const raftStates: { readonly [Role in RaftStatusView['role']]: string } = {
  leader: 'StateLeader',
  follower: 'StateFollower',
  candidate: 'StateCandidate',
  'pre-candidate': 'StatePreCandidate',
}

/** CONTRACT.md D-15. @throws ApiError 404 */
function requireCluster(call: Call): void {
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
  answers: { 200: { description: 'Its members and their state.', schema: ClusterStatus } },
  handle: call => {
    requireCluster(call)
    return { status: 200, body: writeStatus(statusBody(call.app)) }
  },
})

function statusBody(app: App) {
  const raft = app.raft.status()
  const head = app.store.reads.chainHead()
  const identity = app.store.reads.cluster()
  return {
    node_id: app.cluster.nodeId,
    cluster_id: identity?.clusterId ?? app.cluster.clusterId,
    role: raft.role === 'pre-candidate' ? 'candidate' : raft.role,
    raft_state: raftStates[raft.role],
    members: membersOf(app, raft),
    leader_id: raft.leaderId === 0 ? null : raft.leaderId,
    term: raft.term,
    commit_index: raft.commit,
    applied_index: app.store.appliedIndex(),
    first_index: raft.firstIndex,
    last_index: raft.lastIndex,
    leader_heard_ms: raft.leaderHeardMs,
    membership_changing: raft.membership.votersOutgoing.length > 0,
    cluster_uuid: identity?.clusterUuid ?? null,
    change_head: {
      revision: head.revision,
      n: head.n,
      hash: Buffer.from(head.hash).toString('hex'),
    },
  }
}

function membersOf(app: App, raft: RaftStatusView) {
  const { voters, votersOutgoing, learners, learnersNext } = raft.membership
  const learning = new Set([...learners, ...learnersNext])
  const ids = [...new Set([...voters, ...votersOutgoing, ...learners, ...learnersNext])]
  const addresses = new Map(app.cluster.addressBook().map(entry => [entry.nodeId, entry]))
  const progress = new Map(raft.progress.map(entry => [entry.nodeId, entry]))
  return ids
    .sort((left, right) => left - right)
    .map(nodeId => {
      const peer = progress.get(nodeId)
      const follower = learning.has(nodeId) && !voters.includes(nodeId) ? 'learner' : 'follower'
      return {
        node_id: nodeId,
        addr: addresses.get(nodeId)?.raftAddress ?? '',
        role: nodeId === raft.leaderId ? 'leader' : follower,
        api_addr: addresses.get(nodeId)?.apiAddress ?? '',
        match_index: peer?.match ?? null,
        lag: peer === undefined ? null : Math.max(0, raft.lastIndex - peer.match),
        active: peer?.active ?? null,
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

const addNode = defineRoute({
  method: 'POST',
  paths: ['/api/v1/cluster/nodes', '/cluster/nodes'],
  id: 'addNode',
  tag,
  summary: 'Add a node',
  permission: 'admin',
  body: NewMember,
  answers: {
    204: { description: 'It is being added.' },
    501: { description: 'Not supported by this version.', schema: ErrorBody },
  },
  handle: (call, { body }) => {
    requireCluster(call)
    checkAddress('addr', body.addr)
    if (body.api_addr !== undefined) checkAddress('api_addr', body.api_addr)
    throw notYet('Adding nodes')
  },
})

const removeNode = defineRoute({
  method: 'DELETE',
  paths: ['/api/v1/cluster/nodes/:id', '/cluster/nodes/:id'],
  id: 'removeNode',
  tag,
  summary: 'Remove a node',
  permission: 'admin',
  answers: {
    204: { description: 'It is no member any more.' },
    501: { description: 'Not supported by this version.', schema: ErrorBody },
  },
  handle: call => {
    requireCluster(call)
    const text = call.param('id')
    if (!/^[1-9]\d{0,14}$/.test(text)) throw invalid('node id', text, 'it must be a whole number')
    throw notYet('Removing nodes')
  },
})

function notYet(what: string): ApiError {
  return new ApiError(
    501,
    'not-implemented',
    `${what} while the cluster runs is not supported by this version; its members are those of its configuration.`,
    { outcome: 'known' },
  )
}

/** @throws ApiError 400 */
function checkAddress(field: string, text: string): void {
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, colon)
  const port = text.slice(colon + 1)
  const hostIsGood = host.startsWith('[')
    ? host.endsWith(']') && isIP(host.slice(1, -1)) === 6
    : /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(host)
  if (colon < 0 || !hostIsGood || !/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535)
    throw invalid(field, text, 'it must be host:port, with a port from 1 to 65535')
}

export const clusterRoutes: readonly Route[] = [status, stateHash, addNode, removeNode]
