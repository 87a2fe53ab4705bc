// From a step of a transaction to the ledger's, and what a token must allow for it.
import type { Permission, StepReference, TransactionStep } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import { idOrStep } from '../../ids.js'
import { allocateNumber, createNumberPool } from '../../number-commands.js'
import { allocateBlock, checkedCidr, createPool } from '../../pool-commands.js'
import { allocationCommand } from './allocation-command.js'
import { networkCommand } from './network-command.js'
import type { StepBody, StepKind } from './transaction-schemas.js'

type StepRule<Kind extends StepKind> = {
  readonly permission: Permission
  /** @param place what stands before field names in errors: 'steps[3].allocate.' @throws ApiError 400, 404 */
  command(body: StepBody<Kind>, place: string): TransactionStep
}

const rules: { readonly [Kind in StepKind]: StepRule<Kind> } = {
  create_network: {
    permission: 'update',
    command: (body, place) => networkCommand<StepReference>(body, place),
  },
  create_pool: { permission: 'update', command: createPoolStep },
  create_number_pool: {
    permission: 'update',
    command: body => createNumberPool(body.kind, body),
  },
  allocate: {
    permission: 'allocate',
    command: (body, place) => allocationCommand<StepReference>(body, place),
  },
  allocate_block: { permission: 'allocate', command: body => allocateBlock(body.pool, body) },
  allocate_number: { permission: 'allocate', command: body => allocateNumber(body.pool, body) },
  release: {
    permission: 'release',
    command: body => ({
      type: 'allocation.release',
      id: idOrStep('Allocation', body.id),
      ifRevision: body.revision ?? null,
    }),
  },
  release_block: {
    permission: 'release',
    command: body => ({
      type: 'block.release',
      pool: body.pool,
      cidr: body.allocated_cidr,
      ifRevision: body.revision ?? null,
    }),
  },
  release_number: {
    permission: 'release',
    command: body => ({
      type: 'number.release',
      pool: body.pool,
      value: body.value,
      ifRevision: body.revision ?? null,
    }),
  },
}

function createPoolStep(body: StepBody<'create_pool'>, place: string): TransactionStep {
  const { cidr, pool_type: poolType } = body
  if (typeof cidr === 'string') return createPool(body, checkedCidr(cidr, poolType, place))
  if (poolType !== undefined)
    throw invalid(`${place}pool_type`, poolType, 'it is that of the step that cidr names')
  return createPool(body, cidr)
}

export type PlannedStep = { readonly permission: Permission; readonly command: TransactionStep }

/** @param step as the schema has let it through: exactly one kind @throws ApiError 400, 404 */
export function planStep(step: { readonly [kind: string]: unknown }, index: number): PlannedStep {
  const [[kind, body] = ['', null]] = Object.entries(step)
  const { permission, command } = rules[kind as StepKind]
  const run = command as (body: unknown, place: string) => TransactionStep
  return { permission, command: run(body, `steps[${index}].${kind}.`) }
}
