// In which order hits come, and how well each fits what was asked.
import { invalid } from '../../api-error.js'
import type { SearchQuery } from './search-query.js'

const fields = [
  'relevance',
  'type',
  'country',
  'utilization',
  'region_name',
  'hostname',
  'ip_address',
  'created_at',
] as const
export type SortField = (typeof fields)[number]
export type SortKey = { readonly field: SortField; readonly descending: boolean }
export type SearchOrder = {
  /** The type, where it stands first: one list after the other. */
  readonly first: 'region' | 'host' | null
  /** Of hosts it is their region's, of regions their own. */
  readonly keys: readonly SortKey[]
  /** What tells hosts of one region apart; null: nothing but their address. */
  readonly column: SortKey | null
}

/** What is compared of a hit. `key`: X · 256 + Y of the region. */
export type Sortable = {
  readonly type: 'region' | 'host'
  readonly relevance: number
  readonly country: string | null
  /** Addresses in use in the region. */
  readonly allocated: number
  readonly regionName: string
  readonly hostname: string | null
  readonly address: bigint
  readonly createdMs: number
}

export const byAddress: SortKey = { field: 'ip_address', descending: false }

const EQUAL = 1
const BEGINS = 0.9
const WITHIN = 0.8

/** By how much of the text a word is. @param word in small letters, somewhere in the text */
export function fit(text: string, word: string): number {
  const letters = text.toLowerCase()
  if (letters === word) return EQUAL
  return letters.startsWith(word) ? BEGINS : WITHIN
}

/** Of a region, which fits. */
export function regionRelevance(name: string, query: SearchQuery): number {
  if (query.regionName !== null) return fit(name, query.regionName)
  if (query.address === null) return EQUAL
  return isWhole(query.address) ? WITHIN : BEGINS
}

/** Of a host, which fits: by its own name; by its region's, a little less; by its address. */
export function hostRelevance(
  {
    hostname,
    regionName,
    address,
  }: { hostname: string | null; regionName: string; address: string },
  query: SearchQuery,
): number {
  if (query.hostname !== null) return fit(hostname ?? '', query.hostname)
  if (query.regionName !== null) return Math.round(fit(regionName, query.regionName) * 90) / 100
  if (query.address === null || query.address === address) return EQUAL
  return isWhole(query.address) ? WITHIN : BEGINS
}

function isWhole(address: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(address)
}

/** @throws ApiError 400 */
export function readOrder(text: string | undefined, query: SearchQuery): SearchOrder {
  const keys = (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => readKey(part, text))
  const asked: readonly SortKey[] =
    keys.length === 0 ? [{ field: 'relevance', descending: true }] : keys
  const first = asked[0]?.field === 'type' ? asked[0] : null
  const rest = first === null ? asked : asked.slice(1)
  const column = rest.findIndex(({ field }) => isOfHosts(field, query))
  checkRelevance(rest, query, text)
  return {
    first: first === null ? null : first.descending ? 'region' : 'host',
    keys: column === -1 ? rest : rest.slice(0, column),
    column: rest[column] ?? null,
  }
}

function readKey(part: string, text: string | undefined): SortKey {
  const [name = '', direction = name === 'relevance' ? 'desc' : 'asc', ...more] = part.split(':')
  const field = fields.find(known => known === name)
  if (field === undefined || more.length > 0)
    throw invalid('sort_by', text, `fields are ${fields.join(', ')}`)
  if (direction !== 'asc' && direction !== 'desc')
    throw invalid('sort_by', text, 'a direction is asc or desc')
  return { field, descending: direction === 'desc' }
}

/** Whether hosts of one region may differ in it. */
function isOfHosts(field: SortField, { hostname }: SearchQuery): boolean {
  if (field === 'relevance') return hostname !== null
  return field === 'hostname' || field === 'ip_address' || field === 'created_at'
}

function checkRelevance(keys: readonly SortKey[], query: SearchQuery, text: string | undefined) {
  const at = keys.findIndex(({ field }) => field === 'relevance')
  if (at === -1) return
  if (keys[at]?.descending === false)
    throw invalid('sort_by', text, 'relevance has only one direction, desc')
  if (at > 0 && isOfHosts('relevance', query))
    throw invalid(
      'sort_by',
      text,
      'relevance can only come first where names of hosts are asked for',
    )
}

/** By what hosts have of their region. */
export function compareKeys(one: Sortable, other: Sortable, { keys }: SearchOrder): number {
  for (const { field, descending } of keys) {
    const compared = compareIn(one, other, field)
    if (compared !== 0) return descending ? -compared : compared
  }
  return 0
}

/** The same order as the finder's where both are hosts. */
export function compareHits(one: Sortable, other: Sortable, order: SearchOrder): number {
  const byKeys = compareKeys(one, other, order)
  if (byKeys !== 0) return byKeys
  const { field, descending } = order.column ?? byAddress
  const compared = order.column === null ? 0 : compareIn(one, other, field)
  if (compared !== 0) return descending ? -compared : compared
  if (one.type !== other.type) return one.type === 'region' ? -1 : 1
  const place = compareIn(one, other, 'ip_address')
  return descending && field !== 'relevance' ? -place : place
}

function compareIn(one: Sortable, other: Sortable, field: SortField): number {
  return compareValues(valueIn(one, field), valueIn(other, field))
}

export type SortValue = string | number | bigint | null

export function valueIn(hit: Sortable, field: SortField): SortValue {
  switch (field) {
    case 'relevance':
      return hit.relevance
    case 'type':
      return hit.type
    case 'country':
      return hit.country
    case 'utilization':
      return hit.allocated
    case 'region_name':
      return hit.regionName
    case 'hostname':
      return hit.hostname
    case 'ip_address':
      return hit.address
    case 'created_at':
      return hit.createdMs
  }
}

/** Of one field. None comes behind all. */
export function compareValues(one: SortValue, other: SortValue): number {
  if (one === other) return 0
  if (one === null || other === null) return one === null ? 1 : -1
  return one < other ? -1 : 1
}
