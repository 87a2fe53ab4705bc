// POST /api/v1/transactions: many steps of any kind, all or none, in one entry of the log.
import type { Result } from '../../../ledger/index.js'
import { ApiError } from '../../api-error.js'
import { demand } from '../../authorize.js'
import type { Call } from '../../call.js'
import { spell } from '../../ids.js'
import { defineRoute, type Route } from '../../route.js'
import { resultOf, submit } from '../../submit.js'
import { presentBlock, presentIpPool } from '../pools/presenters.js'
import { presentNumber, presentNumberPool } from './number-presenters.js'
import { presentAllocation, presentNetwork } from './presenters.js'
import { ErrorBody } from './schemas.js'
import { Transaction, TransactionResult } from './transaction-schemas.js'
import { type PlannedStep, planStep } from './transaction-steps.js'

const transact = defineRoute({
  method: 'POST',
  paths: ['/api/v1/transactions'],
  id: 'transact',
  tag: 'Transactions',
  summary: 'Create, allocate and release many things at once, all or none',
  description:
    'Each step has the body of its own endpoint. Where it wants a network, an allocation, a pool to take from or the CIDR of a block, {"step": n} names what an earlier step made. A refused step has the status of its own refusal, and `step` says which it is. A token must allow what the steps do: update to create, allocate, release.',
  permission: 'read',
  body: Transaction,
  answers: {
    200: { description: 'Every step released something.', schema: TransactionResult },
    201: { description: 'One result for each step.', schema: TransactionResult },
    412: { description: 'A release named an old revision.', schema: ErrorBody },
  },
  handle: async (call, { body }) => {
    const planned = body.steps.map(planNumbered)
    for (const permission of new Set(planned.map(step => step.permission)))
      await demand(call, permission)
    const steps = planned.map(step => step.command)
    const { result, headers } = await submit(call, { type: 'transaction', steps }, body)
    const { results } = resultOf(result, 'transaction')
    const shown = results.map(one => presentResult(call, one))
    const onlyReleases = planned.every(step => step.permission === 'release')
    return { status: onlyReleases ? 200 : 201, body: `{"results":[${shown.join(',')}]}`, headers }
  },
})

/** @throws ApiError 400, 404, with the step's number as the ledger's refusals have it */
function planNumbered(step: { readonly [kind: string]: unknown }, index: number): PlannedStep {
  try {
    return planStep(step, index)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { status, reason, message, fields } = error
    throw new ApiError(status, reason, message, { ...fields, step: index })
  }
}

/** Each in the form in which its own endpoint answers. */
function presentResult(call: Call, result: Result): string {
  switch (result.type) {
    case 'network': {
      const { network } = result
      const vrf = call.app.store.reads.vrfs().find(({ id }) => id === network.vrfId)
      return presentNetwork(network, vrf?.name ?? spell.vrf(network.vrfId))
    }
    case 'allocation':
      return presentAllocation(result.allocation)
    case 'pool':
      return presentIpPool(result.network, result.figures)
    case 'block':
      return presentBlock(result.allocation, result.network)
    case 'number-pool':
      return presentNumberPool(result.pool, result.figures)
    case 'number':
      return presentNumber(result.number, result.pool)
    default:
      throw new Error(`The ledger answered a step with ${result.type}.`)
  }
}

export const transactionRoutes: readonly Route[] = [transact]
