// What commands say of an allocation besides. It stands behind a command's other fields, and only where something is said:
// a command that says nothing of it is the same bytes as before there were facts.
import type { AllocationFacts, Command } from '../../ledger/index.js'
import { decodeCustomFields, encodeCustomFields } from './custom-fields.js'
import { type FieldKind, readSet } from './set-fields.js'

const factKinds = {
  mac: 'text-or-null',
  deviceType: 'text-or-null',
  location: 'text-or-null',
  customFields: 'custom-fields',
  owner: 'text-or-null',
} as const satisfies Record<keyof AllocationFacts, FieldKind>

type AllocationSet = Extract<Command, { readonly type: 'allocation.update' }>['set']

export function encodeFacts(facts: AllocationFacts): object {
  return encodeCustomFields(facts)
}

/** @throws a full sentence on damage. */
export function readFacts(value: unknown): AllocationFacts {
  return decodeCustomFields(readSet(value, factKinds))
}

/** `facts`: as they are encoded; null when the update says none. */
export function splitFacts(set: AllocationSet): {
  readonly others: object
  readonly facts: object | null
} {
  const facts = Object.entries(set).filter(isFact)
  if (facts.length === 0) return { others: set, facts: null }
  const others = Object.entries(set).filter(entry => !isFact(entry))
  return { others: Object.fromEntries(others), facts: encodeFacts(Object.fromEntries(facts)) }
}

function isFact([name]: [string, unknown]): boolean {
  return Object.hasOwn(factKinds, name)
}
