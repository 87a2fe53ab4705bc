// /api/v1/number-pools: pools of route targets, route distinguishers, VLAN ids and AS numbers.
import { Type } from '@sinclair/typebox'
import type { NumberKind, NumberPool } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { answerList, pageParameters } from '../../lists.js'
import { createNumberPool } from '../../number-commands.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { poolNameOf, poolNotFound, poolPath } from '../../pool-names.js'
import { ifMatchRevision } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { type ResultOf, resultOf, submit } from '../../submit.js'
import { presentNumberPool } from './number-presenters.js'
import * as schemas from './number-schemas.js'

export const NUMBER_TAG = 'Number pools'
export const NUMBER_POOLS = '/api/v1/number-pools'

const everyKind: readonly NumberKind[] = ['rt', 'rd', 'vlan', 'asn']

const listPools = defineRoute({
  method: 'GET',
  paths: [NUMBER_POOLS],
  id: 'listNumberPools',
  tag: NUMBER_TAG,
  summary: 'List number pools',
  permission: 'read',
  reads: true,
  query: Type.Object({
    kind: Type.Optional(schemas.numberKind),
    ...pageParameters(PAGE_LIMIT_MAX),
  }),
  answers: { 200: { description: 'Pools.', schema: listOf(schemas.NumberPool) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const { reads, scans } = call.app.store
    const kinds = query.kind === undefined ? everyKind : [query.kind as NumberKind]
    return answerList(call, query, {
      page: page => reads.numberPoolPage(kinds, page),
      scan: signal => scans.numberPools(kinds, signal),
      idOf: pool => pool.id,
      render: pool => {
        const figures = reads.numberFigures(pool.id)
        return figures === null ? null : presentNumberPool(pool, figures)
      },
    })
  },
})

const createPool = defineRoute({
  method: 'POST',
  paths: [NUMBER_POOLS],
  id: 'createNumberPool',
  tag: NUMBER_TAG,
  summary: 'Create a number pool',
  permission: 'update',
  body: schemas.NewNumberPool,
  answers: { 201: { description: 'The new pool.', schema: schemas.NumberPool } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(call, createNumberPool(body.kind, body), body)
    const created = resultOf(result, 'number-pool')
    headers.push('Location', poolPath(NUMBER_POOLS, created.pool.name))
    return poolAnswer(created, 201, headers)
  },
})

const readPool = defineRoute({
  method: 'GET',
  paths: [`${NUMBER_POOLS}/:name`],
  id: 'readNumberPool',
  tag: NUMBER_TAG,
  summary: 'Read a number pool',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The pool.', schema: schemas.NumberPool } },
  handle: async call => {
    await call.awaitRead()
    const pool = findNumberPool(call)
    const figures = call.app.store.reads.numberFigures(pool.id)
    if (figures === null) throw poolNotFound('number', pool.name)
    return poolAnswer({ pool, figures }, 200, [])
  },
})

const updatePool = defineRoute({
  method: 'PATCH',
  paths: [`${NUMBER_POOLS}/:name`],
  id: 'updateNumberPool',
  tag: NUMBER_TAG,
  summary: 'Change the description of a number pool',
  permission: 'update',
  conditional: true,
  body: schemas.NumberPoolPatch,
  answers: { 200: { description: 'The pool as it is now.', schema: schemas.NumberPool } },
  handle: async (call, { body }) => {
    const name = poolNameOf(call, 'number')
    const ifRevision = ifMatchRevision(call)
    const set = { description: body.description }
    const command = { type: 'number-pool.update' as const, name, ifRevision, set }
    const { result, headers } = await submit(call, command, body)
    return poolAnswer(resultOf(result, 'number-pool'), 200, headers)
  },
})

const deletePool = defineRoute({
  method: 'DELETE',
  paths: [`${NUMBER_POOLS}/:name`],
  id: 'deleteNumberPool',
  tag: NUMBER_TAG,
  summary: 'Delete a number pool and all its allocations',
  permission: 'update',
  conditional: true,
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const name = poolNameOf(call, 'number')
    const ifRevision = ifMatchRevision(call)
    const { headers } = await submit(call, { type: 'number-pool.delete', name, ifRevision }, null)
    return { status: 204, body: null, headers }
  },
})

/** @throws Refused */
export function findNumberPool(call: Call): NumberPool {
  const name = poolNameOf(call, 'number')
  const pool = call.app.store.reads.numberPool(name)
  if (pool === null) throw poolNotFound('number', name)
  return pool
}

type WithFigures = Pick<ResultOf<'number-pool'>, 'pool' | 'figures'>

function poolAnswer({ pool, figures }: WithFigures, status: number, headers: string[]): Answer {
  headers.push('ETag', `"${pool.revision}"`)
  return { status, body: presentNumberPool(pool, figures), headers }
}

export const numberPoolRoutes: readonly Route[] = [
  readPool,
  listPools,
  createPool,
  updatePool,
  deletePool,
]
