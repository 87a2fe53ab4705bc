// What commands say of an allocation besides. It stands behind a command's other fields, and only where something is said:
// a command that says nothing of it is the same bytes as before there were facts.
import type { AllocationFacts, HostFacts } from '../../ledger/index.js'
import { decodeCustomFields, encodeCustomFields } from './custom-fields.js'
import { type FieldKind, readSet } from './set-fields.js'

const factKinds = {
  mac: 'text-or-null',
  deviceType: 'text-or-null',
  location: 'text-or-null',
  customFields: 'custom-fields',
  owner: 'text-or-null',
  host: 'host-facts',
} as const satisfies Record<keyof AllocationFacts, FieldKind>

const hostKinds = {
  osType: 'text-or-null',
  application: 'text-or-null',
  costCenter: 'text-or-null',
  purpose: 'text-or-null',
  notes: 'text-or-null',
} as const satisfies Record<keyof HostFacts, FieldKind>

export function encodeFacts(facts: AllocationFacts): object {
  return encodeCustomFields(facts)
}

/** @throws a full sentence on damage. */
export function readFacts(value: unknown): AllocationFacts {
  const { host, ...facts } = decodeCustomFields(readSet(value, factKinds))
  return host === undefined ? facts : { ...facts, host: readSet(host, hostKinds) }
}

/** @param set of an update. `facts`: as they are encoded; null when the update says none. */
export function splitFacts(set: AllocationFacts): {
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
