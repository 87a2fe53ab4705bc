// /api/v1/rtrd-pools: pools of route targets and route distinguishers (document 003).
import { Type } from '@sinclair/typebox'
import { answerInnerList, answerList, pageParameters } from '../../lists.js'
import { createNumberPool } from '../../number-commands.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { poolNotFound, poolPath } from '../../pool-names.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { type ResultOf, resultOf, submit } from '../../submit.js'
import {
  findRtrdPool,
  RTRD_KINDS,
  RTRD_POOLS,
  RTRD_TAG,
  rtrdNameToWrite,
  valuesOf,
} from './found-rtrd-pool.js'
import { presentRtrdPool, withAllocations } from './presenters.js'
import * as schemas from './rtrd-schemas.js'

const createRtrdPool = defineRoute({
  method: 'POST',
  paths: [RTRD_POOLS],
  id: 'createRtrdPool',
  tag: RTRD_TAG,
  summary: 'Create an RT/RD pool',
  description:
    'Pools of one kind, format and admin_value may overlap: a value taken in one of them is taken in all.',
  permission: 'update',
  body: schemas.NewRtrdPool,
  answers: { 201: { description: 'The new pool.', schema: schemas.RtrdPool } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(call, createNumberPool(body.pool_type, body), body)
    const created = resultOf(result, 'number-pool')
    headers.push('Location', poolPath(RTRD_POOLS, created.pool.name))
    return poolAnswer(created, 201, headers)
  },
})

const listRtrdPools = defineRoute({
  method: 'GET',
  paths: [RTRD_POOLS],
  id: 'listRtrdPools',
  tag: RTRD_TAG,
  summary: 'List all RT/RD pools',
  permission: 'read',
  reads: true,
  query: Type.Object(pageParameters(PAGE_LIMIT_MAX)),
  answers: { 200: { description: 'Pools.', schema: listOf(schemas.RtrdPool) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { reads, scans } = call.app.store
    return answerList(call, query, {
      page: page => reads.numberPoolPage(RTRD_KINDS, page),
      scan: signal => scans.numberPools(RTRD_KINDS, signal),
      idOf: pool => pool.id,
      render: pool => {
        const figures = reads.numberFigures(pool.id)
        return figures === null ? null : presentRtrdPool(pool, figures)
      },
    })
  },
})

const readRtrdPool = defineRoute({
  method: 'GET',
  paths: [`${RTRD_POOLS}/:name`],
  id: 'readRtrdPool',
  tag: RTRD_TAG,
  summary: 'Read an RT/RD pool with all its allocations',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The pool.', schema: schemas.RtrdPoolDetail } },
  handle: async call => {
    await call.awaitRead()
    const pool = findRtrdPool(call)
    const figures = call.app.store.reads.numberFigures(pool.id)
    if (figures === null) throw poolNotFound('number', pool.name)
    const head = withAllocations(presentRtrdPool(pool, figures))
    const headers = ['ETag', `"${pool.revision}"`]
    return answerInnerList(call, {}, { ...valuesOf(call, pool), head: () => head }, headers)
  },
})

const updateRtrdPool = defineRoute({
  method: 'PATCH',
  paths: [`${RTRD_POOLS}/:name`],
  id: 'updateRtrdPool',
  tag: RTRD_TAG,
  summary: 'Change the description of an RT/RD pool',
  permission: 'update',
  conditional: true,
  body: schemas.RtrdPoolPatch,
  answers: { 200: { description: 'The pool as it is now.', schema: schemas.RtrdPool } },
  handle: async (call, { body }) => {
    const name = await rtrdNameToWrite(call)
    const ifRevision = ifMatchRevision(call)
    const set = { description: body.description }
    const command = { type: 'number-pool.update' as const, name, ifRevision, set }
    const { result, headers } = await submit(call, command, body)
    return poolAnswer(resultOf(result, 'number-pool'), 200, headers)
  },
})

const deleteRtrdPool = defineRoute({
  method: 'DELETE',
  paths: [`${RTRD_POOLS}/:name`],
  id: 'deleteRtrdPool',
  tag: RTRD_TAG,
  summary: 'Delete an RT/RD pool and all its allocations',
  permission: 'update',
  conditional: true,
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const name = await rtrdNameToWrite(call)
    const ifRevision = ifMatchRevision(call)
    const { headers } = await submit(call, { type: 'number-pool.delete', name, ifRevision }, null)
    return { status: 204, body: null, headers }
  },
})

function poolAnswer(
  { pool, figures }: ResultOf<'number-pool'>,
  status: number,
  headers: string[],
): Answer {
  headers.push('ETag', `"${pool.revision}"`)
  return { status, body: presentRtrdPool(pool, figures), headers }
}

export const rtrdPoolRoutes: readonly Route[] = [
  readRtrdPool,
  listRtrdPools,
  createRtrdPool,
  updateRtrdPool,
  deleteRtrdPool,
]
