// /api/v1/networks: document 002's four endpoints and statistics, with parents, VRFs and changes beside them.
import { Type } from '@sinclair/typebox'
import { DEFAULT_VRF_NAME, type Network } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { notFound, requireId, spell } from '../../ids.js'
import { answerList, pageParameters } from '../../lists.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { ifMatchRevision, isNotModified } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { expectNetwork, submit } from '../../submit.js'
import { networkCommand } from './network-command.js'
import { presentNetwork, presentStatistics } from './presenters.js'
import * as schemas from './schemas.js'

const tag = 'Networks'

const listNetworks = defineRoute({
  method: 'GET',
  paths: ['/api/v1/networks'],
  id: 'listNetworks',
  tag,
  summary: 'List networks',
  permission: 'read',
  reads: true,
  query: Type.Object({ vrf: Type.Optional(schemas.vrfName), ...pageParameters(PAGE_LIMIT_MAX) }),
  answers: { 200: { description: 'Networks.', schema: listOf(schemas.Network) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { reads, scans } = call.app.store
    const name = query.vrf ?? DEFAULT_VRF_NAME
    const vrf = reads.vrfs().find(candidate => candidate.name === name)
    if (vrf === undefined) return notFound('VRF', name)
    return answerList(call, query, {
      page: page => reads.networkPage(vrf.id, page),
      scan: signal => scans.networks(vrf.id, signal),
      idOf: network => network.id,
      render: network => presentNetwork(network, vrf.name),
    })
  },
})

const createNetwork = defineRoute({
  method: 'POST',
  paths: ['/api/v1/networks'],
  id: 'createNetwork',
  tag,
  summary: 'Create a network',
  description:
    'From a CIDR, or as the lowest free child of a given prefix length in a parent network.',
  permission: 'update',
  body: schemas.NewNetwork,
  answers: { 201: { description: 'The new network.', schema: schemas.Network } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(call, networkCommand<never>(body, ''), body)
    const network = expectNetwork(result)
    headers.push('Location', `/api/v1/networks/${spell.network(network.id)}`)
    return networkAnswer(call, network, 201, headers)
  },
})

const readNetwork = defineRoute({
  method: 'GET',
  paths: ['/api/v1/networks/:id'],
  id: 'readNetwork',
  tag,
  summary: 'Read a network',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The network.', schema: schemas.Network } },
  handle: async call => {
    await call.awaitRead()
    const network = findNetwork(call)
    if (isNotModified(call, network.revision)) return notModified(network.revision)
    return networkAnswer(call, network, 200, [])
  },
})

const updateNetwork = defineRoute({
  method: 'PATCH',
  paths: ['/api/v1/networks/:id'],
  id: 'updateNetwork',
  tag,
  summary: 'Change a network',
  permission: 'update',
  conditional: true,
  body: schemas.NetworkPatch,
  answers: { 200: { description: 'The network as it is now.', schema: schemas.Network } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(
      call,
      {
        type: 'network.update',
        id: requireId('Network', call.param('id')),
        ifRevision: ifMatchRevision(call),
        set: {
          ...(body.description === undefined ? {} : { description: body.description }),
          ...(body.tags === undefined ? {} : { tags: body.tags ?? [] }),
          ...(body.hold_hours === undefined ? {} : { holdHours: body.hold_hours }),
        },
      },
      body,
    )
    return networkAnswer(call, expectNetwork(result), 200, headers)
  },
})

const deleteNetwork = defineRoute({
  method: 'DELETE',
  paths: ['/api/v1/networks/:id'],
  id: 'deleteNetwork',
  tag,
  summary: 'Delete a network that has no active allocations',
  permission: 'update',
  conditional: true,
  answers: { 204: { description: 'It is gone; its child networks moved up.' } },
  handle: async call => {
    const id = requireId('Network', call.param('id'))
    const ifRevision = ifMatchRevision(call)
    const { headers } = await submit(call, { type: 'network.delete', id, ifRevision }, null)
    return { status: 204, body: null, headers }
  },
})

const readStatistics = defineRoute({
  method: 'GET',
  paths: ['/api/v1/networks/:id/stats'],
  id: 'readNetworkStatistics',
  tag,
  summary: 'How full a network is',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'Exact figures.', schema: schemas.NetworkStats } },
  handle: async call => {
    await call.awaitRead()
    const network = findNetwork(call)
    const figures = call.app.store.reads.statistics(network.id)
    if (figures === null) return notFound('Network', call.param('id'))
    return { status: 200, body: presentStatistics(network, figures) }
  },
})

/** @throws ApiError 404 */
function findNetwork(call: Call): Network {
  const text = call.param('id')
  return call.app.store.reads.network(requireId('Network', text)) ?? notFound('Network', text)
}

function networkAnswer(call: Call, network: Network, status: number, headers: string[]): Answer {
  const vrf = call.app.store.reads.vrfs().find(candidate => candidate.id === network.vrfId)
  headers.push('ETag', `"${network.revision}"`)
  return { status, body: presentNetwork(network, vrf?.name ?? spell.vrf(network.vrfId)), headers }
}

export function notModified(revision: number): Answer {
  return { status: 304, body: null, headers: ['ETag', `"${revision}"`] }
}

export const networkRoutes: readonly Route[] = [
  readNetwork,
  readStatistics,
  createNetwork,
  listNetworks,
  updateNetwork,
  deleteNetwork,
]
