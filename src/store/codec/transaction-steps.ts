// Steps of a transaction as commands: a step that names an earlier one is the command with nothing in that field, and
// the earlier step's number beside it. Each kind of step has at most one such field.
import type { Command, StepReference, TransactionStep } from '../../ledger/index.js'

/** `reference`: number of the earlier step; null when it names none. */
export type SplitStep = { readonly command: Command; readonly reference: number | null }

const stepTypes: ReadonlySet<Command['type']> = new Set<TransactionStep['type']>([
  'network.create',
  'allocation.create',
  'allocation.release',
  'pool.create',
  'block.allocate',
  'block.release',
  'number-pool.create',
  'number.allocate',
  'number.release',
])

export function isStepType(type: Command['type']): type is TransactionStep['type'] {
  return stepTypes.has(type)
}

export function splitStep(step: TransactionStep): SplitStep {
  switch (step.type) {
    case 'network.create': {
      const { place } = step
      if ('cidr' in place) {
        const { value, reference } = split(place.cidr, '')
        return { command: { ...step, place: { cidr: value } }, reference }
      }
      const { value, reference } = split(place.parentId, 0)
      return { command: { ...step, place: { ...place, parentId: value } }, reference }
    }
    case 'allocation.create': {
      const { value, reference } = split(step.networkId, 0)
      return { command: { ...step, networkId: value }, reference }
    }
    case 'allocation.release': {
      const { value, reference } = split(step.id, 0)
      return { command: { ...step, id: value }, reference }
    }
    case 'pool.create': {
      const { value, reference } = split(step.cidr, '')
      return { command: { ...step, cidr: value }, reference }
    }
    case 'block.allocate': {
      const { value, reference } = split(step.pool, '')
      return { command: { ...step, pool: value }, reference }
    }
    case 'number.allocate': {
      const { value, reference } = split(step.pool, '')
      return { command: { ...step, pool: value }, reference }
    }
    default:
      return { command: step, reference: null }
  }
}

/** The inverse of `splitStep`. @throws a full sentence when the command is no step, or one that names no other. */
export function joinStep({ command, reference }: SplitStep): TransactionStep {
  if (!isStep(command)) throw new Error(`A transaction is damaged: ${command.type} is no step.`)
  if (reference === null) return command
  const at: StepReference = { step: reference }
  switch (command.type) {
    case 'network.create': {
      const { place } = command
      return 'cidr' in place
        ? { ...command, place: { cidr: at } }
        : { ...command, place: { ...place, parentId: at } }
    }
    case 'allocation.create':
      return { ...command, networkId: at }
    case 'allocation.release':
      return { ...command, id: at }
    case 'pool.create':
      return { ...command, cidr: at }
    case 'block.allocate':
      return { ...command, pool: at }
    case 'number.allocate':
      return { ...command, pool: at }
    default:
      throw new Error(`A transaction is damaged: a ${command.type} names no earlier step.`)
  }
}

type StepCommand = Extract<Command, { readonly type: TransactionStep['type'] }>

function isStep(command: Command): command is StepCommand {
  return stepTypes.has(command.type)
}

function split<T extends string | number>(
  field: T | StepReference,
  nothing: T,
): { readonly value: T; readonly reference: number | null } {
  return typeof field === 'object'
    ? { value: nothing, reference: field.step }
    : { value: field, reference: null }
}
