// /api/v1/allocations: take, read, change, renew, release.
import { Type } from '@sinclair/typebox'
import type { Allocation } from '../../../ledger/index.js'
import { readFacts } from '../../address-facts.js'
import { invalid } from '../../api-error.js'
import { notFound, parseId, requireId, spell } from '../../ids.js'
import { answerList, pageParameters } from '../../lists.js'
import { PAGE_LIMIT_MAX } from '../../options.js'
import { ifMatchRevision, isNotModified } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { expectAllocation, resultOf, submit } from '../../submit.js'
import { ttlMs } from '../../timestamps.js'
import { allocationCommand } from './allocation-command.js'
import { notModified } from './networks.js'
import { presentAllocation } from './presenters.js'
import { releaseRevision } from './release-revision.js'
import * as schemas from './schemas.js'

const tag = 'Allocations'

const createAllocation = defineRoute({
  method: 'POST',
  paths: ['/api/v1/allocations'],
  id: 'createAllocation',
  tag,
  summary: 'Allocate',
  description:
    'The lowest free address; or a run of `count`; or the address `ip`; or the lowest free block of `prefix_length`.',
  permission: 'allocate',
  body: schemas.NewAllocation,
  answers: { 201: { description: 'What was allocated.', schema: schemas.Allocation } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(call, allocationCommand<never>(body, ''), body)
    const allocation = expectAllocation(result)
    headers.push('Location', `/api/v1/allocations/${spell.allocation(allocation.id)}`)
    return allocationAnswer(allocation, 201, headers)
  },
})

const readAllocation = defineRoute({
  method: 'GET',
  paths: ['/api/v1/allocations/:id'],
  id: 'readAllocation',
  tag,
  summary: 'Read an allocation, also a past one',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The allocation.', schema: schemas.Allocation } },
  handle: async call => {
    await call.awaitRead()
    const text = call.param('id')
    const id = requireId('Allocation', text)
    const allocation = call.app.store.reads.allocation(id) ?? notFound('Allocation', text)
    if (isNotModified(call, allocation.revision)) return notModified(allocation.revision)
    return allocationAnswer(allocation, 200, [])
  },
})

const releaseAllocation = defineRoute({
  method: 'POST',
  paths: ['/api/v1/allocations/:id/release'],
  id: 'releaseAllocation',
  tag,
  summary: 'Release',
  permission: 'release',
  conditional: true,
  body: schemas.Release,
  bodyOptional: true,
  answers: { 204: { description: 'The addresses are free again (or kept back for a while).' } },
  handle: async (call, { body }) => {
    const id = requireId('Allocation', call.param('id'))
    const ifRevision = releaseRevision(call, body.revision)
    const { headers } = await submit(call, { type: 'allocation.release', id, ifRevision }, body)
    return { status: 204, body: null, headers }
  },
})

const renewAllocation = defineRoute({
  method: 'POST',
  paths: ['/api/v1/allocations/:id/renew'],
  id: 'renewAllocation',
  tag,
  summary: 'Set a new time to live, counted from now',
  permission: 'allocate',
  conditional: true,
  body: schemas.Renewal,
  answers: { 200: { description: 'The allocation as it is now.', schema: schemas.Allocation } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(
      call,
      {
        type: 'allocation.renew',
        id: requireId('Allocation', call.param('id')),
        ifRevision: ifMatchRevision(call),
        ttlMs: ttlMs(body.ttl_hours),
      },
      body,
    )
    return allocationAnswer(expectAllocation(result), 200, headers)
  },
})

const updateAllocation = defineRoute({
  method: 'PATCH',
  paths: ['/api/v1/allocations/:id'],
  id: 'updateAllocation',
  tag,
  summary: 'Change what is said of an allocation',
  description:
    'Another mac_address than the one it has makes a conflict, until the present one is said once more.',
  permission: 'update',
  conditional: true,
  body: schemas.AllocationPatch,
  answers: { 200: { description: 'The allocation as it is now.', schema: schemas.Allocation } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(
      call,
      {
        type: 'allocation.update',
        id: requireId('Allocation', call.param('id')),
        ifRevision: ifMatchRevision(call),
        set: {
          ...(body.hostname === undefined ? {} : { hostname: body.hostname || null }),
          ...(body.description === undefined ? {} : { description: body.description }),
          ...(body.tags === undefined ? {} : { tags: body.tags ?? [] }),
          ...readFacts(body),
        },
      },
      body,
    )
    return allocationAnswer(expectAllocation(result), 200, headers)
  },
})

const listAllocations = defineRoute({
  method: 'GET',
  paths: ['/api/v1/allocations'],
  id: 'listAllocations',
  tag,
  summary: 'List allocations, blocks and runs included',
  permission: 'read',
  reads: true,
  query: Type.Object({
    network_id: Type.Optional(
      Type.String({ maxLength: 64, description: 'Only of this network; unknown = none.' }),
    ),
    all: Type.Optional(Type.Boolean({ description: 'Also released and expired ones.' })),
    ...pageParameters(PAGE_LIMIT_MAX),
  }),
  answers: { 200: { description: 'Allocations.', schema: listOf(schemas.Allocation) } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const networkId = query.network_id === undefined ? null : parseId('Network', query.network_id)
    if (query.network_id !== undefined && networkId === null) return { status: 200, body: '[]' }
    const filter = { networkId, ended: query.all ?? false }
    const { reads, scans } = call.app.store
    return answerList(call, query, {
      page: page => reads.allocationPage(filter, page),
      scan: signal => scans.allocations(filter, signal),
      idOf: allocation => allocation.id,
      render: presentAllocation,
    })
  },
})

const bulk = defineRoute({
  method: 'POST',
  paths: ['/api/v1/allocations/bulk'],
  id: 'bulkAllocations',
  tag,
  summary: 'Allocate and release many at once, all or none',
  permission: 'allocate',
  body: schemas.Bulk,
  answers: {
    201: { description: 'One allocation for each step.', schema: schemas.BulkResult },
    412: { description: 'A release named an old revision.', schema: schemas.ErrorBody },
  },
  handle: async (call, { body }) => {
    const steps = body.steps.map(({ allocate, release }, index) => {
      if (allocate !== undefined)
        return allocationCommand<never>(allocate, `steps[${index}].allocate.`)
      if (release === undefined) throw invalid(`steps[${index}]`, {}, 'it asks for nothing')
      return {
        type: 'allocation.release' as const,
        id: requireId('Allocation', release.id),
        ifRevision: release.revision ?? null,
      }
    })
    const { result, headers } = await submit(call, { type: 'bulk', steps }, body)
    const allocations = resultOf(result, 'bulk').allocations.map(presentAllocation).join(',')
    return { status: 201, body: `{"allocations":[${allocations}]}`, headers }
  },
})

function allocationAnswer(allocation: Allocation, status: number, headers: string[]): Answer {
  headers.push('ETag', `"${allocation.revision}"`)
  return { status, body: presentAllocation(allocation), headers }
}

export const allocationRoutes: readonly Route[] = [
  createAllocation,
  readAllocation,
  releaseAllocation,
  renewAllocation,
  listAllocations,
  updateAllocation,
  bulk,
]
