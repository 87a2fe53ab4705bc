// /api/v1/ip-pools/{name}/allocate, release, allocations: the blocks of a pool (document 003).
import { Type } from '@sinclair/typebox'
import { formatCidr } from '../../../ledger/index.js'
import { answerInnerList, pageParameters } from '../../lists.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { allocateBlock } from '../../pool-commands.js'
import { poolNameOf } from '../../pool-names.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { blocksOf, findIpPool, IP_POOLS, IP_TAG } from './found-ip-pool.js'
import * as schemas from './ip-schemas.js'
import { allocationsHead, blockCidr, facetOf, presentBlock, presentReleased } from './presenters.js'
import { Released } from './schemas.js'

const allocate = defineRoute({
  method: 'POST',
  paths: [`${IP_POOLS}/:name/allocate`],
  id: 'allocateBlock',
  tag: IP_TAG,
  summary: 'Allocate a block',
  description: 'A free block of that prefix length, aligned to its size, by the strategy.',
  permission: 'allocate',
  body: schemas.NewBlock,
  answers: { 200: { description: 'The block.', schema: schemas.Block } },
  handle: async (call, { body }) => {
    const command = allocateBlock(poolNameOf(call, 'ip'), body)
    const { result, headers } = await submit(call, command, body)
    const { allocation, network } = resultOf(result, 'block')
    headers.push('ETag', `"${allocation.revision}"`)
    return { status: 200, body: presentBlock(allocation, network), headers }
  },
})

const release = defineRoute({
  method: 'POST',
  paths: [`${IP_POOLS}/:name/release`],
  id: 'releaseBlock',
  tag: IP_TAG,
  summary: 'Release a block',
  description: 'Exactly that block; 409 while networks stand in it.',
  permission: 'release',
  conditional: true,
  body: schemas.BlockRelease,
  answers: { 200: { description: 'Its addresses are free again.', schema: Released } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(
      call,
      {
        type: 'block.release',
        pool: poolNameOf(call, 'ip'),
        cidr: body.allocated_cidr,
        ifRevision: ifMatchRevision(call),
      },
      body,
    )
    const cidr = blockCidr(resultOf(result, 'block').allocation)
    return { status: 200, body: presentReleased('Block', formatCidr(cidr)), headers }
  },
})

const list = defineRoute({
  method: 'GET',
  paths: [`${IP_POOLS}/:name/allocations`],
  id: 'listBlocks',
  tag: IP_TAG,
  summary: 'List the allocations of an IP pool',
  permission: 'read',
  reads: true,
  query: Type.Object(pageParameters(PAGE_LIMIT_MAX)),
  answers: { 200: { description: 'All current ones.', schema: schemas.BlockList } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const network = findIpPool(call)
    const { name } = facetOf(network)
    const head = (total: number) => allocationsHead(name, total)
    return answerInnerList(call, query, { ...blocksOf(call, network), head }, [])
  },
})

export const blockRoutes: readonly Route[] = [allocate, release, list]
