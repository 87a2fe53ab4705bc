// Changes of the cluster's members: a wish in the replicated address book, which the leader carries out; any node takes it.
import { isIP } from 'node:net'
import { Type } from '@sinclair/typebox'
import { describeRisk, type LeaderView, riskWithout } from '../../../gateway/index.js'
import { ApiError, invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { defineRoute, type Route } from '../../route.js'
import { submit } from '../../submit.js'
import { requireCluster } from './cluster.js'
import { ErrorBody } from './schemas.js'
import { Kept, NewMember, Replacement, Transfer } from './system-schemas.js'

const tag = 'Cluster'
/** How often it is looked whether a change is done. */
const LOOK_MS = 20
/** A leader that has only just begun has heard of nobody: whoever is up answers it within this. */
const HEARD_WITHIN_MS = 1_000

const force = Type.Optional(
  Type.Boolean({
    description: 'Also when fewer voters than a majority would be heard from afterwards.',
  }),
)
const notFound = { description: 'No such member.', schema: ErrorBody }
const conflict = { description: 'Not possible as the members are now.', schema: ErrorBody }

const addNode = defineRoute({
  method: 'POST',
  paths: ['/api/v1/cluster/nodes', '/cluster/nodes'],
  id: 'addNode',
  tag,
  summary: 'Add a node',
  description:
    'It becomes a learner, catches up (see its lag in the status), and is made a voter by the leader. Start it with --join, before or after.',
  permission: 'admin',
  guarded: true,
  body: NewMember,
  answers: { 204: { description: 'It is being added.' }, 409: conflict },
  handle: async (call, { body }) => {
    requireCluster(call)
    const { headers } = await submit(call, { ...newcomer(body), replaces: null }, body)
    return { status: 204, body: null, headers }
  },
})

const removeNode = defineRoute({
  method: 'DELETE',
  paths: ['/api/v1/cluster/nodes/:id', '/cluster/nodes/:id'],
  id: 'removeNode',
  tag,
  summary: 'Remove a node',
  description:
    'Answers when it is done. A leader hands over first. The id is never used again. Of a node that is to replace another: takes the replacement back. While it would leave no majority that is heard, it is held (`held` in the status), unless forced.',
  permission: 'admin',
  guarded: true,
  query: Type.Object({ force }),
  answers: {
    204: { description: 'It is no member any more, and can be stopped.' },
    404: notFound,
    409: conflict,
  },
  handle: async (call, { query }) => {
    requireCluster(call)
    const nodeId = nodeIdOf(call.param('id'))
    if (query.force !== true) requireLiveQuorum(await leaderView(call), nodeId)
    const forced = query.force === true ? ({ forced: true } as const) : {}
    const { headers } = await submit(call, { type: 'member.remove', nodeId, ...forced }, null)
    const { cluster, store } = call.app
    await until(call, `node ${nodeId} is leaving`, () => {
      if (nodeId === cluster.nodeId && cluster.removed()) return true
      return store.reads.cluster()?.removed?.includes(nodeId) === true
    })
    return { status: 204, body: null, headers }
  },
})

const keepNode = defineRoute({
  method: 'POST',
  paths: ['/api/v1/cluster/keep', '/cluster/keep'],
  id: 'keepNode',
  tag,
  summary: 'Take a removal or a replacement back',
  description:
    'As long as the node is still there. One that was to be replaced stays, and the node that was to take its place is removed.',
  permission: 'admin',
  guarded: true,
  body: Kept,
  answers: { 204: { description: 'It stays.' }, 404: notFound, 409: conflict },
  handle: async (call, { body }) => {
    requireCluster(call)
    const { headers } = await submit(call, { type: 'member.keep', nodeId: body.node_id }, body)
    return { status: 204, body: null, headers }
  },
})

const replaceNode = defineRoute({
  method: 'POST',
  paths: ['/api/v1/cluster/replace', '/cluster/replace'],
  id: 'replaceNode',
  tag,
  summary: 'Replace a node by another',
  description:
    'The new node becomes a learner and catches up; then one joint change makes it a voter and removes the old one. The status shows how far it is.',
  permission: 'admin',
  guarded: true,
  body: Replacement,
  answers: { 204: { description: 'It is being replaced.' }, 404: notFound, 409: conflict },
  handle: async (call, { body }) => {
    requireCluster(call)
    const { old_node_id: replaces } = body
    const { headers } = await submit(call, { ...newcomer(body), replaces }, body)
    return { status: 204, body: null, headers }
  },
})

const transferLeadership = defineRoute({
  method: 'POST',
  paths: ['/api/v1/cluster/transfer', '/cluster/transfer'],
  id: 'transferLeadership',
  tag,
  summary: 'Hand leadership over',
  permission: 'admin',
  direct: true,
  body: Transfer,
  bodyOptional: true,
  answers: { 204: { description: 'That node leads.' }, 404: notFound, 409: conflict },
  handle: async (call, { body }) => {
    requireCluster(call)
    const { raft } = call.app
    const view = await viewWithHeard(call, body.node_id ?? null)
    const target = body.node_id ?? mostCaughtUp(view)
    if (target === view.leaderId) return { status: 204, body: null }
    requireMember(call, target)
    requireElectable(view, target)
    raft.transferLeadership(target)
    await until(call, `node ${target} does not lead yet`, () => raft.status().leaderId === target)
    return { status: 204, body: null }
  },
})

/**
 * The leader's view once that node has answered it, or any other voter if none is named; as it is after a while, or at
 * once when there is nothing to wait for.
 */
async function viewWithHeard(call: Call, target: number | null): Promise<LeaderView> {
  const { clock } = call.app
  const untilMs = clock.monotonicMs() + Math.min(HEARD_WITHIN_MS, call.timeoutMs)
  for (;;) {
    const view = await leaderView(call)
    const { leaderId, voters, progress } = view
    const awaited = (target === null ? voters : [target]).filter(id => id !== leaderId)
    const isHeard = (id: number) => progress.find(peer => peer.nodeId === id)?.active === true
    const isEnough = awaited.some(isHeard) || !awaited.some(id => voters.includes(id))
    if (isEnough || clock.monotonicMs() >= untilMs) return view
    await new Promise<void>(resolve => clock.after(LOOK_MS, resolve))
  }
}

/** @throws ApiError 409 */
function requireElectable({ voters, progress }: LeaderView, target: number): void {
  const isVoter = voters.includes(target)
  if (isVoter && progress.find(({ nodeId }) => nodeId === target)?.active === true) return
  const why = isVoter ? 'does not answer the leader' : 'is not a voter'
  throw new ApiError(409, 'not-electable', `Node ${target} cannot lead now: it ${why}.`)
}

function newcomer(body: { node_id: number; addr: string; api_addr?: string }) {
  checkAddress('addr', body.addr)
  if (body.api_addr !== undefined) checkAddress('api_addr', body.api_addr)
  const { node_id: nodeId, addr: raftAddress, api_addr: apiAddress = '' } = body
  return { type: 'member.add', nodeId, raftAddress, apiAddress } as const
}

function leaderView(call: Call): Promise<LeaderView> {
  return call.app.gateway.leaderView(call.timeoutMs)
}

/** @throws ApiError 400 */
function nodeIdOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw invalid('node id', text, 'it must be a whole number')
  return Number(text)
}

/** @throws ApiError 404 */
function requireMember(call: Call, nodeId: number): void {
  const members = call.app.store.reads.cluster()?.members ?? []
  if (members.some(member => member.nodeId === nodeId)) return
  throw new ApiError(404, 'member-not-found', `Node ${nodeId} is no member of the cluster.`)
}

/** @throws ApiError 409 */
function requireLiveQuorum({ voters, progress }: LeaderView, gone: number): void {
  const isActive = (id: number) => progress.find(peer => peer.nodeId === id)?.active === true
  const risk = riskWithout(gone, voters, isActive)
  if (risk === null) return
  throw new ApiError(
    409,
    'quorum-at-risk',
    `Without node ${gone} ${describeRisk(risk)}. With force=true it is removed all the same.`,
    risk,
  )
}

/** @throws ApiError 409 when there is nobody else. */
function mostCaughtUp({ leaderId, voters, progress }: LeaderView): number {
  const best = progress
    .filter(({ nodeId, active }) => nodeId !== leaderId && active && voters.includes(nodeId))
    .sort((left, right) => right.match - left.match)[0]
  if (best !== undefined) return best.nodeId
  throw new ApiError(409, 'not-electable', 'No other voter answers the leader.')
}

/** @throws ApiError 503 when it is not so within the request's time. */
async function until(call: Call, what: string, isDone: () => boolean): Promise<void> {
  const { clock } = call.app
  while (!isDone()) {
    if (clock.monotonicMs() - call.startedMs >= call.timeoutMs)
      throw new ApiError(
        503,
        'timeout',
        `After ${call.timeoutMs / 1000} s ${what}; it may still come about. Look at the status, or ask again.`,
        { outcome: 'unknown' },
        ['Retry-After', '1'],
      )
    await new Promise<void>(resolve => clock.after(LOOK_MS, resolve))
  }
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

export const memberRoutes: readonly Route[] = [
  addNode,
  removeNode,
  keepNode,
  replaceNode,
  transferLeadership,
]
