// What an earlier step of a transaction made, put where a later one refers to it.
import {
  type Command,
  formatCidr,
  type Result,
  type StepReference,
  type TransactionStep,
} from '../../src/ledger/index.js'
import { refuse } from './model-refused.js'

type Read = { readonly field: string; readonly what: string; read(result: Result): unknown }

const cidr: Read = {
  field: 'cidr',
  what: 'a block or network',
  read: result => {
    if (result.type === 'network' || result.type === 'pool') return formatCidr(result.network)
    if (result.type !== 'allocation' && result.type !== 'block') return null
    const { family, first, prefixLength } = result.allocation
    return prefixLength === null ? null : formatCidr({ family, first, prefixLength })
  },
}
const network = (field: string): Read => ({
  field,
  what: 'a network or pool',
  read: result => (result.type === 'network' || result.type === 'pool' ? result.network.id : null),
})
const reads = {
  cidr,
  parentId: network('parent'),
  networkId: network('network_id'),
  id: {
    field: 'id',
    what: 'an allocation or block',
    read: (result: Result) =>
      result.type === 'allocation' || result.type === 'block' ? result.allocation.id : null,
  },
} as const satisfies Record<string, Read>
const pool: Read = {
  field: 'pool',
  what: 'a pool',
  read: result => (result.type === 'pool' ? result.network.pool?.name : null),
}
const numberPool: Read = {
  field: 'pool',
  what: 'a number pool',
  read: result => (result.type === 'number-pool' ? result.pool.name : null),
}

/** @throws Refused when a reference leads nowhere. */
export function resolved(step: TransactionStep, results: readonly Result[]): Command {
  const all = { ...reads, pool: step.type === 'number.allocate' ? numberPool : pool }
  return replaced(step, all, results) as Command
}

function replaced(value: object, all: Record<string, Read>, results: readonly Result[]): object {
  const entries = Object.entries(value).map(([key, part]) => {
    if (key === 'place') return [key, replaced(part, all, results)]
    const read = all[key]
    return [key, isReference(part) && read !== undefined ? refer(part, read, results) : part]
  })
  return Object.fromEntries(entries)
}

function isReference(value: unknown): value is StepReference {
  return typeof value === 'object' && value !== null && 'step' in value
}

function refer({ step }: StepReference, { field, what, read }: Read, results: readonly Result[]) {
  const result = results[step]
  const wrong = (reason: string) =>
    refuse({ code: 'invalid', field, value: `step ${step}`, reason })
  if (result === undefined) return wrong('only an earlier step may be referred to')
  return read(result) ?? wrong(`that step does not give ${what}`)
}
