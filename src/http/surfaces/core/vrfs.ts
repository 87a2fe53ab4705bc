// /api/v1/vrfs: address spaces; ranges in different ones may overlap.
import type { Vrf } from '../../../ledger/index.js'
import { notFound, requireId, spell } from '../../ids.js'
import { ifMatchRevision, isNotModified } from '../../request-headers.js'
import { type Answer, defineRoute, type Route } from '../../route.js'
import { listOf } from '../../schema-parts.js'
import { expectVrf, submit } from '../../submit.js'
import { notModified } from './networks.js'
import { presentVrf } from './presenters.js'
import * as schemas from './schemas.js'

const tag = 'VRFs'

const listVrfs = defineRoute({
  method: 'GET',
  paths: ['/api/v1/vrfs'],
  id: 'listVrfs',
  tag,
  summary: 'List VRFs',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'VRFs.', schema: listOf(schemas.Vrf) } },
  handle: async call => {
    await call.awaitRead()
    return { status: 200, body: `[${call.app.store.reads.vrfs().map(presentVrf).join(',')}]` }
  },
})

const createVrf = defineRoute({
  method: 'POST',
  paths: ['/api/v1/vrfs'],
  id: 'createVrf',
  tag,
  summary: 'Create a VRF',
  permission: 'update',
  body: schemas.NewVrf,
  answers: { 201: { description: 'The new VRF.', schema: schemas.Vrf } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(
      call,
      { type: 'vrf.create', name: body.name, description: body.description ?? null },
      body,
    )
    const vrf = expectVrf(result)
    headers.push('Location', `/api/v1/vrfs/${spell.vrf(vrf.id)}`)
    return vrfAnswer(vrf, 201, headers)
  },
})

const readVrf = defineRoute({
  method: 'GET',
  paths: ['/api/v1/vrfs/:id'],
  id: 'readVrf',
  tag,
  summary: 'Read a VRF',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'The VRF.', schema: schemas.Vrf } },
  handle: async call => {
    await call.awaitRead()
    const text = call.param('id')
    const id = requireId('VRF', text)
    const vrf = call.app.store.reads.vrfs().find(candidate => candidate.id === id)
    if (vrf === undefined) return notFound('VRF', text)
    if (isNotModified(call, vrf.revision)) return notModified(vrf.revision)
    return vrfAnswer(vrf, 200, [])
  },
})

const updateVrf = defineRoute({
  method: 'PATCH',
  paths: ['/api/v1/vrfs/:id'],
  id: 'updateVrf',
  tag,
  summary: 'Rename or describe a VRF',
  permission: 'update',
  conditional: true,
  body: schemas.VrfPatch,
  answers: { 200: { description: 'The VRF as it is now.', schema: schemas.Vrf } },
  handle: async (call, { body }) => {
    const { result, headers } = await submit(
      call,
      {
        type: 'vrf.update',
        id: requireId('VRF', call.param('id')),
        ifRevision: ifMatchRevision(call),
        set: {
          ...(body.name === undefined ? {} : { name: body.name }),
          ...(body.description === undefined ? {} : { description: body.description }),
        },
      },
      body,
    )
    return vrfAnswer(expectVrf(result), 200, headers)
  },
})

const deleteVrf = defineRoute({
  method: 'DELETE',
  paths: ['/api/v1/vrfs/:id'],
  id: 'deleteVrf',
  tag,
  summary: 'Delete a VRF that has no networks',
  permission: 'update',
  conditional: true,
  answers: { 204: { description: 'It is gone.' } },
  handle: async call => {
    const id = requireId('VRF', call.param('id'))
    const ifRevision = ifMatchRevision(call)
    const { headers } = await submit(call, { type: 'vrf.delete', id, ifRevision }, null)
    return { status: 204, body: null, headers }
  },
})

function vrfAnswer(vrf: Vrf, status: number, headers: string[]): Answer {
  headers.push('ETag', `"${vrf.revision}"`)
  return { status, body: presentVrf(vrf), headers }
}

export const vrfRoutes: readonly Route[] = [listVrfs, createVrf, readVrf, updateVrf, deleteVrf]
