// Custom fields as a list of pairs: a map of MessagePack cannot have every name (`__proto__`), and a list keeps their order.
import type { CustomFields } from '../../ledger/index.js'

export type CustomFieldPair = readonly [name: string, value: string | number | boolean]

export function customFieldPairs(fields: CustomFields): CustomFieldPair[] {
  return Object.entries(fields)
}

export function isCustomFieldPairs(value: unknown): value is readonly CustomFieldPair[] {
  return Array.isArray(value) && value.every(isPair)
}

function customFieldsOf(pairs: readonly CustomFieldPair[]): CustomFields {
  return Object.fromEntries(pairs.map(([name, value]) => [name, plainValue(value)]))
}

/** @throws a full sentence when they are no pairs. */
export function readCustomFields(value: unknown): CustomFields {
  if (!isCustomFieldPairs(value)) throw new Error('Custom fields are damaged: they are no pairs.')
  return customFieldsOf(value)
}

function isPair(pair: unknown): boolean {
  if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') return false
  const value = pair[1]
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

/** Without the sign of zero: JSON, in which rows have them, does not keep it, and a node that was restarted would differ. */
function plainValue(value: CustomFieldPair[1]): CustomFieldPair[1] {
  return value === 0 ? 0 : value
}

/** Of what sets custom fields or leaves them out. */
export function encodeCustomFields(set: { readonly customFields?: CustomFields }): object {
  const { customFields, ...others } = set
  return customFields === undefined
    ? set
    : { ...others, customFields: customFieldPairs(customFields) }
}

/** The inverse of `encodeCustomFields`. */
export function decodeCustomFields<
  Set extends { readonly customFields?: readonly CustomFieldPair[] },
>(set: Set): Omit<Set, 'customFields'> & { readonly customFields?: CustomFields } {
  const { customFields, ...others } = set
  return customFields === undefined
    ? others
    : { ...others, customFields: customFieldsOf(customFields) }
}
