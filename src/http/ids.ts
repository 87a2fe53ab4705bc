// Ids as the core surface spells them: the ledger's integers behind a prefix, `net-12`, `alloc-7`, `vrf-1`.
import type { PoolKind } from '../ledger/index.js'
import { ApiError } from './api-error.js'
import type { IdSpelling } from './messages.js'

export const spell = {
  vrf: (id: number) => `vrf-${id}`,
  network: (id: number) => `net-${id}`,
  allocation: (id: number) => `alloc-${id}`,
  pool: (kind: PoolKind, id: number) => (kind === 'ip' ? `pool-${id}` : `numpool-${id}`),
  other: (noun: string, id: number) => `${noun}-${id}`,
} satisfies IdSpelling

/** The ledger's integers as they are, as the office surface gives them (document 004). */
export const plainIds: IdSpelling = {
  vrf: id => `vrf-${id}`,
  network: id => id,
  allocation: id => id,
  pool: (_kind, id) => id,
  other: (_noun, id) => id,
}

/** A claim on a number of a pool. */
export const spellNumber = (id: number) => `num-${id}`

type Noun = 'Network' | 'Allocation' | 'VRF'
const prefixes: { readonly [noun in Noun]: string } = {
  Network: 'net-',
  Allocation: 'alloc-',
  VRF: 'vrf-',
}

/** Far below 2^53, so that no id loses a digit. */
const DIGITS = /^[1-9]\d{0,14}$/

/** @returns null when the text cannot be an id of that kind. */
export function parseId(noun: Noun, text: string): number | null {
  const prefix = prefixes[noun]
  const digits = text.slice(prefix.length)
  return text.startsWith(prefix) && DIGITS.test(digits) ? Number(digits) : null
}

/** What cannot be an id names nothing. @throws ApiError 404 with the text as given */
export function requireId(noun: Noun, text: string): number {
  return parseId(noun, text) ?? notFound(noun, text)
}

/** The id, or the step of a transaction that stands for it. @throws ApiError 404 */
export function idOrStep<Ref>(noun: Noun, id: string | Ref): number | Ref {
  return typeof id === 'string' ? requireId(noun, id) : id
}

/** @throws ApiError 404 */
export function notFound(noun: Noun, text: string): never {
  const shown = text.length <= 100 ? text : `${text.slice(0, 100)}…`
  throw new ApiError(404, `${noun.toLowerCase()}-not-found`, `${noun} ${shown} not found.`)
}
