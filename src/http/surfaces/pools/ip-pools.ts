// /api/v1/ip-pools: pools of addresses (document 003).
import { Type } from '@sinclair/typebox'
import type { PlacementStrategy } from '../../../ledger/index.js'
import { answerInnerList, answerList, pageParameters } from '../../lists.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { checkedCidr, createPool } from '../../pool-commands.js'
import { poolNameOf, poolNotFound, poolPath } from '../../pool-names.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { type ResultOf, resultOf, submit } from '../../submit.js'
import { blocksOf, findIpPool, IP_POOLS, IP_TAG } from './found-ip-pool.js'
import * as schemas from './ip-schemas.js'
import { facetOf, presentIpPool, withAllocations } from './presenters.js'

const createIpPool = defineRoute({
  method: 'POST',
  paths: [IP_POOLS],
  id: 'createIpPool',
  tag: IP_TAG,
  summary: 'Create an IP pool',
  permission: 'update',
  body: schemas.NewIpPool,
  answers: { 201: { description: 'The new pool.', schema: schemas.IpPool } },
  handle: async (call, { body }) => {
    const command = createPool(body, checkedCidr(body.cidr, body.pool_type, ''))
    const { result, headers } = await submit(call, command, body)
    const pool = resultOf(result, 'pool')
    headers.push('Location', poolPath(IP_POOLS, facetOf(pool.network).name))
    return poolAnswer(pool, 201, headers)
  },
})

const listIpPools = defineRoute({
  method: 'GET',
  paths: [IP_POOLS],
  id: 'listIpPools',
  tag: IP_TAG,
  summary: 'List all IP pools',
  permission: 'read',
  reads: true,
  query: Type.Object(pageParameters(PAGE_LIMIT_MAX)),
  answers: { 200: { description: 'Pools.', schema: listOf(schemas.IpPool) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { reads, scans } = call.app.store
    return answerList(call, query, {
      page: page => reads.poolPage(page),
      scan: signal => scans.pools(signal),
      idOf: network => facetOf(network).id,
      render: network => {
        const figures = reads.poolFigures(network.id)
        return figures === null ? null : presentIpPool(network, figures)
      },
    })
  },
})

const readIpPool = defineRoute({
  method: 'GET',
  paths: [`${IP_POOLS}/:name`],
  id: 'readIpPool',
  tag: IP_TAG,
  summary: 'Read an IP pool with all its allocations',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The pool.', schema: schemas.IpPoolDetail } },
  handle: async call => {
    await call.awaitRead()
    const network = findIpPool(call)
    const figures = call.app.store.reads.poolFigures(network.id)
    if (figures === null) throw poolNotFound('ip', call.param('name'))
    const head = withAllocations(presentIpPool(network, figures))
    // For If-Match only: allocations come and go without a new revision of their pool, so nothing is ever "not modified".
    const headers = ['ETag', `"${network.revision}"`]
    return answerInnerList(call, {}, { ...blocksOf(call, network), head: () => head }, headers)
  },
})

const updateIpPool = defineRoute({
  method: 'PATCH',
  paths: [`${IP_POOLS}/:name`],
  id: 'updateIpPool',
  tag: IP_TAG,
  summary: 'Change the description or the strategy of an IP pool',
  permission: 'update',
  conditional: true,
  body: schemas.IpPoolPatch,
  answers: { 200: { description: 'The pool as it is now.', schema: schemas.IpPool } },
  handle: async (call, { body }) => {
    const { description, strategy } = body
    const { result, headers } = await submit(
      call,
      {
        type: 'pool.update',
        name: poolNameOf(call, 'ip'),
        ifRevision: ifMatchRevision(call),
        set: {
          ...(description === undefined ? {} : { description }),
          ...(strategy === undefined ? {} : { strategy: strategy as PlacementStrategy }),
        },
      },
      body,
    )
    return poolAnswer(resultOf(result, 'pool'), 200, headers)
  },
})

const deleteIpPool = defineRoute({
  method: 'DELETE',
  paths: [`${IP_POOLS}/:name`],
  id: 'deleteIpPool',
  tag: IP_TAG,
  summary: 'Delete an IP pool and all its allocations',
  permission: 'update',
  conditional: true,
  answers: { 204: { description: 'It is gone; networks in its blocks stay and move up.' } },
  handle: async call => {
    const name = poolNameOf(call, 'ip')
    const ifRevision = ifMatchRevision(call)
    const { headers } = await submit(call, { type: 'pool.delete', name, ifRevision }, null)
    return { status: 204, body: null, headers }
  },
})

function poolAnswer(
  { network, figures }: ResultOf<'pool'>,
  status: number,
  headers: string[],
): Answer {
  headers.push('ETag', `"${network.revision}"`)
  return { status, body: presentIpPool(network, figures), headers }
}

export const ipPoolRoutes: readonly Route[] = [
  readIpPool,
  listIpPools,
  createIpPool,
  updateIpPool,
  deleteIpPool,
]
