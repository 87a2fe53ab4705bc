// /api/v1/rtrd-pools/{name}/allocate, release, allocations: the values of a pool (document 003).
import { Type } from '@sinclair/typebox'
import { formatNumber } from '../../../ledger/index.js'
import { answerInnerList, pageParameters } from '../../lists.js'
import { allocateNumber } from '../../number-commands.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { ifMatchRevision } from '../../request-headers.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { findRtrdPool, RTRD_POOLS, RTRD_TAG, rtrdNameToWrite, valuesOf } from './found-rtrd-pool.js'
import { allocationsHead, presentReleased, presentValue } from './presenters.js'
import * as schemas from './rtrd-schemas.js'
import { Released } from './schemas.js'

const allocate = defineRoute({
  method: 'POST',
  paths: [`${RTRD_POOLS}/:name/allocate`],
  id: 'allocateValue',
  tag: RTRD_TAG,
  summary: 'Allocate a value',
  description: 'The lowest free one. The body may be left out.',
  permission: 'allocate',
  body: schemas.NewRtrdValue,
  bodyOptional: true,
  answers: { 200: { description: 'The value.', schema: schemas.RtrdValue } },
  handle: async (call, { body }) => {
    const command = allocateNumber(await rtrdNameToWrite(call), body)
    const { result, headers } = await submit(call, command, body)
    const { number, pool } = resultOf(result, 'number')
    headers.push('ETag', `"${number.revision}"`)
    return { status: 200, body: presentValue(number, pool), headers }
  },
})

const release = defineRoute({
  method: 'POST',
  paths: [`${RTRD_POOLS}/:name/release`],
  id: 'releaseValue',
  tag: RTRD_TAG,
  summary: 'Release a value',
  permission: 'release',
  conditional: true,
  body: schemas.ValueRelease,
  answers: { 200: { description: 'It is free again.', schema: Released } },
  handle: async (call, { body }) => {
    const { value } = body
    const pool = await rtrdNameToWrite(call)
    const ifRevision = ifMatchRevision(call)
    const command = { type: 'number.release' as const, pool, value, ifRevision }
    const { result, headers } = await submit(call, command, body)
    const released = resultOf(result, 'number')
    const text = formatNumber(released.pool, released.number.value)
    return { status: 200, body: presentReleased('Value', text), headers }
  },
})

const list = defineRoute({
  method: 'GET',
  paths: [`${RTRD_POOLS}/:name/allocations`],
  id: 'listValues',
  tag: RTRD_TAG,
  summary: 'List the allocations of an RT/RD pool',
  permission: 'read',
  reads: true,
  query: Type.Object(pageParameters(PAGE_LIMIT_MAX)),
  answers: { 200: { description: 'All current ones.', schema: schemas.RtrdValueList } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const pool = findRtrdPool(call)
    const head = (total: number) => allocationsHead(pool.name, total)
    return answerInnerList(call, query, { ...valuesOf(call, pool), head }, [])
  },
})

export const rtrdValueRoutes: readonly Route[] = [allocate, release, list]
