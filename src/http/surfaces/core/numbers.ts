// /api/v1/number-pools/{name}/allocate, release, allocations: the numbers of a pool.
import { Type } from '@sinclair/typebox'
import { answerList, pageParameters, rowsOf } from '../../lists.js'
import { allocateNumber } from '../../number-commands.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { poolNameOf } from '../../pool-names.js'
import { defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { resultOf, submit } from '../../submit.js'
import { findNumberPool, NUMBER_POOLS, NUMBER_TAG } from './number-pools.js'
import { presentNumber } from './number-presenters.js'
import * as schemas from './number-schemas.js'
import { releaseRevision } from './release-revision.js'

const allocate = defineRoute({
  method: 'POST',
  paths: [`${NUMBER_POOLS}/:name/allocate`],
  id: 'allocateNumber',
  tag: NUMBER_TAG,
  summary: 'Allocate a number',
  description: 'That `value`, or the lowest free one. The body may be left out.',
  permission: 'allocate',
  body: schemas.NewNumber,
  bodyOptional: true,
  answers: { 201: { description: 'The number.', schema: schemas.NumberClaim } },
  handle: async (call, { body }) => {
    const command = allocateNumber(poolNameOf(call, 'number'), body)
    const { result, headers } = await submit(call, command, body)
    const { number, pool } = resultOf(result, 'number')
    headers.push('ETag', `"${number.revision}"`)
    return { status: 201, body: presentNumber(number, pool), headers }
  },
})

const release = defineRoute({
  method: 'POST',
  paths: [`${NUMBER_POOLS}/:name/release`],
  id: 'releaseNumber',
  tag: NUMBER_TAG,
  summary: 'Release a number',
  permission: 'release',
  conditional: true,
  body: schemas.NumberRelease,
  answers: { 204: { description: 'It is free again.' } },
  handle: async (call, { body }) => {
    const { value } = body
    const pool = poolNameOf(call, 'number')
    const ifRevision = releaseRevision(call, body.revision)
    const command = { type: 'number.release' as const, pool, value, ifRevision }
    const { headers } = await submit(call, command, body)
    return { status: 204, body: null, headers }
  },
})

const list = defineRoute({
  method: 'GET',
  paths: [`${NUMBER_POOLS}/:name/allocations`],
  id: 'listNumbers',
  tag: NUMBER_TAG,
  summary: 'List what a number pool has handed out',
  permission: 'read',
  reads: true,
  query: Type.Object(pageParameters(PAGE_LIMIT_MAX)),
  answers: { 200: { description: 'All current ones.', schema: listOf(schemas.NumberClaim) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const pool = findNumberPool(call)
    const { reads, scans } = call.app.store
    return answerList(call, query, {
      page: page => reads.numberPage(pool.id, page),
      scan: signal => rowsOf(scans.numbers(pool.id, signal)),
      idOf: claim => claim.id,
      render: claim => presentNumber(claim, pool),
    })
  },
})

export const numberRoutes: readonly Route[] = [allocate, release, list]
