// /api/v1/effects: whether the cluster does by itself what time asks for. Off after a restore, until somebody says on.
import { Type } from '@sinclair/typebox'
import { defineRoute, type Route } from '../../route.js'
import { submit } from '../../submit.js'
import { Effects } from './system-schemas.js'

const tag = 'System'

const show = defineRoute({
  method: 'GET',
  paths: ['/api/v1/effects'],
  id: 'effects',
  tag,
  summary: 'Whether leases end and history is pruned',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'As it is.', schema: Effects } },
  handle: async call => {
    await call.awaitRead()
    const enabled = call.app.store.reads.cluster()?.effects !== 'off'
    return { status: 200, body: JSON.stringify({ enabled }) }
  },
})

const switchEffects = defineRoute({
  method: 'POST',
  paths: ['/api/v1/effects'],
  id: 'switchEffects',
  tag,
  summary: 'Have leases end and history pruned, or not',
  description:
    'A restored cluster begins without: a lease that was renewed after the backup was taken must not end, and its address not be handed out, before somebody has looked.',
  permission: 'admin',
  body: Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false }),
  answers: { 200: { description: 'It is so.', schema: Effects } },
  handle: async (call, { body }) => {
    const { enabled } = body
    const { headers } = await submit(call, { type: 'effects.switch', on: enabled }, body)
    return { status: 200, body: JSON.stringify({ enabled }), headers }
  },
})

export const effectsRoutes: readonly Route[] = [show, switchEffects]
