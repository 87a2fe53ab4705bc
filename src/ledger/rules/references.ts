// A step of a transaction with the results of earlier steps put where it refers to them.
import { unreachable } from '../../lib/index.js'
import { formatCidr } from '../address/cidr-text.js'
import type {
  AllocateBlockCommand,
  AllocateNumberCommand,
  CreateAllocationCommand,
  CreateNetworkCommand,
  CreateNumberPoolCommand,
  CreatePoolCommand,
  ReleaseAllocationCommand,
  ReleaseBlockCommand,
  ReleaseNumberCommand,
  StepReference,
  TransactionStep,
} from '../commands.js'
import type { Result } from '../outcomes.js'
import { type Decision, invalid } from './decision.js'

export type StepCommand =
  | CreateNetworkCommand
  | CreateAllocationCommand
  | ReleaseAllocationCommand
  | CreatePoolCommand
  | AllocateBlockCommand
  | ReleaseBlockCommand
  | CreateNumberPoolCommand
  | AllocateNumberCommand
  | ReleaseNumberCommand

/** What a field wants of a result; null when the result has no such thing. */
type Wanted<Value> = { readonly what: string; read(result: Result): Value | null }

const networkId: Wanted<number> = {
  what: 'a network or pool',
  read: result => (result.type === 'network' || result.type === 'pool' ? result.network.id : null),
}
const allocationId: Wanted<number> = {
  what: 'an allocation or block',
  read: result =>
    result.type === 'allocation' || result.type === 'block' ? result.allocation.id : null,
}
const cidr: Wanted<string> = { what: 'a block or network', read: cidrOf }
const poolName: Wanted<string> = {
  what: 'a pool',
  read: result => (result.type === 'pool' ? (result.network.pool?.name ?? null) : null),
}
const numberPoolName: Wanted<string> = {
  what: 'a number pool',
  read: result => (result.type === 'number-pool' ? result.pool.name : null),
}

type Referred<Value> = { readonly value: Value } | { readonly refused: Decision }

/** @param results of the steps before this one, in order. */
export function resolveStep(
  step: TransactionStep,
  results: readonly Result[],
): { readonly command: StepCommand } | { readonly refused: Decision } {
  switch (step.type) {
    case 'network.create':
      return resolveNetwork(step, results)
    case 'allocation.create': {
      const found = refer(results, 'network_id', step.networkId, networkId)
      return 'refused' in found ? found : { command: { ...step, networkId: found.value } }
    }
    case 'allocation.release': {
      const found = refer(results, 'id', step.id, allocationId)
      return 'refused' in found ? found : { command: { ...step, id: found.value } }
    }
    case 'pool.create': {
      const found = refer(results, 'cidr', step.cidr, cidr)
      return 'refused' in found ? found : { command: { ...step, cidr: found.value } }
    }
    case 'block.allocate': {
      const found = refer(results, 'pool', step.pool, poolName)
      return 'refused' in found ? found : { command: { ...step, pool: found.value } }
    }
    case 'number.allocate': {
      const found = refer(results, 'pool', step.pool, numberPoolName)
      return 'refused' in found ? found : { command: { ...step, pool: found.value } }
    }
    case 'block.release':
    case 'number-pool.create':
    case 'number.release':
      return { command: step }
    default:
      return unreachable(step, 'step of a transaction')
  }
}

function resolveNetwork(
  step: Extract<TransactionStep, { type: 'network.create' }>,
  results: readonly Result[],
): { readonly command: StepCommand } | { readonly refused: Decision } {
  const { place } = step
  if ('cidr' in place) {
    const found = refer(results, 'cidr', place.cidr, cidr)
    if ('refused' in found) return found
    return { command: { ...step, place: { cidr: found.value } } }
  }
  const found = refer(results, 'parent', place.parentId, networkId)
  if ('refused' in found) return found
  return { command: { ...step, place: { ...place, parentId: found.value } } }
}

function refer<Value extends string | number>(
  results: readonly Result[],
  field: string,
  given: Value | StepReference,
  wanted: Wanted<Value>,
): Referred<Value> {
  if (typeof given !== 'object') return { value: given }
  const result = results[given.step]
  const wrong = (reason: string) => ({ refused: invalid(field, `step ${given.step}`, reason) })
  if (result === undefined) return wrong('only an earlier step may be referred to')
  const value = wanted.read(result)
  return value === null ? wrong(`that step does not give ${wanted.what}`) : { value }
}

function cidrOf(result: Result): string | null {
  switch (result.type) {
    case 'network':
    case 'pool':
      return formatCidr(result.network)
    case 'block':
    case 'allocation': {
      const { family, first, prefixLength } = result.allocation
      return prefixLength === null ? null : formatCidr({ family, first, prefixLength })
    }
    default:
      return null
  }
}
