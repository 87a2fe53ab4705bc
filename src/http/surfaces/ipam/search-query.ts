// What a search asks for, read: conditions that are all to hold.
import {
  type AddressRange,
  type Country,
  lastAddress,
  parseAddress,
  parseCidr,
  type RegionStatus,
} from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { beginOf } from '../../dates.js'
import { countryNamed } from './found.js'
import type { AskedSearch } from './search-schemas.js'
import { readTagQuery, type TagQuery } from './tag-query.js'

export type SearchQuery = {
  /** An address, or how it begins. */
  readonly address: string | null
  /** null: any address. */
  readonly range: AddressRange | null
  /** Small letters, as all that follows. */
  readonly hostname: string | null
  readonly regionName: string | null
  /** Whether `hostname` and `regionName` are one word, of hosts the one and of regions the other. */
  readonly isEither: boolean
  /** null: any. Empty: none there is. */
  readonly countries: readonly Country[] | null
  readonly status: RegionStatus | null
  readonly owner: string | null
  readonly tags: TagQuery
  readonly fromMs: number | null
  readonly beforeMs: number | null
  readonly type: 'region' | 'host' | null
}

const ADDRESS_BEGINNING = /^[\d.]+$/
const RANGE = /^\s*([\d.]+)\s*-\s*([\d.]+)\s*$/

/** The caller has awaited a read. @throws ApiError 400 */
export function readSearch(call: Call, asked: AskedSearch): SearchQuery {
  const { q, tags, created_after: after, created_before: before } = asked
  const isAddress = ADDRESS_BEGINNING.test(q?.trim() ?? '')
  if (wordOf(q) !== null) checkAlone(asked, isAddress)
  const word = isAddress ? null : wordOf(q)
  const hostname = word ?? wordOf(asked.hostname)
  return {
    address: addressOf(isAddress ? q : asked.ip_address, isAddress ? 'q' : 'ip_address'),
    range: rangeOf(asked),
    hostname,
    regionName: word ?? wordOf(asked.region_name),
    isEither: word !== null,
    countries: countriesOf(call, asked),
    status: (asked.status as RegionStatus | undefined) ?? null,
    owner: wordOf(asked.owner),
    tags: tags === undefined || tags.trim() === '' ? { tags: [], any: false } : readTagQuery(tags),
    fromMs: after === undefined ? null : beginOf('created_after', after),
    beforeMs: before === undefined ? null : beginOf('created_before', before),
    type: (asked.resource_type as SearchQuery['type'] | undefined) ?? null,
  }
}

/** null: nothing was said. */
function wordOf(text: string | undefined): string | null {
  const word = text?.trim().toLowerCase() ?? ''
  return word === '' ? null : word
}

function checkAlone(asked: AskedSearch, isAddress: boolean): void {
  const others = isAddress ? (['ip_address'] as const) : (['hostname', 'region_name'] as const)
  const other = others.find(name => wordOf(asked[name]) !== null)
  if (other !== undefined) throw invalid('q', asked.q, `it does not go with ${other}`)
}

function addressOf(text: string | undefined, field: string): string | null {
  const word = wordOf(text)
  if (word === null || ADDRESS_BEGINNING.test(word)) return word
  throw invalid(field, text, 'it must be an IPv4 address, or its beginning')
}

function rangeOf({ cidr, ip_range: range }: AskedSearch): AddressRange | null {
  const ranges = [readCidr(cidr), readRange(range)].filter(each => each !== null)
  const [one = null, other = one] = ranges
  if (one === null || other === null) return null
  const first = one.first > other.first ? one : other
  const last = one.last < other.last ? one : other
  return { first: first.first, last: last.last }
}

function readCidr(text: string | undefined): AddressRange | null {
  if (wordOf(text) === null || text === undefined) return null
  const cidr = parseCidr(text.trim())
  if ('reason' in cidr) throw invalid('cidr', text, cidr.reason)
  if (cidr.family !== 4) throw invalid('cidr', text, 'it must be IPv4')
  return { first: cidr.first, last: lastAddress(cidr) }
}

function readRange(text: string | undefined): AddressRange | null {
  if (wordOf(text) === null || text === undefined) return null
  const [, from = '', to = ''] = RANGE.exec(text) ?? []
  const [first, last] = [parseAddress(from), parseAddress(to)]
  if (first === null || last === null || first.family !== 4 || last.family !== 4)
    throw invalid('ip_range', text, 'it must be two IPv4 addresses, like 10.5.23.1-10.5.23.50')
  if (last.value < first.value)
    throw invalid('ip_range', text, 'its last address must not be below its first')
  return { first: first.value, last: last.value }
}

function countriesOf(call: Call, { country, continent }: AskedSearch): readonly Country[] | null {
  const [name, part] = [wordOf(country), wordOf(continent)]
  if (name === null && part === null) return null
  const named = name === null ? null : countryNamed(call, name)
  const all = call.app.store.reads.regions.countries()
  const countries = name === null ? all : all.filter(({ id }) => id === named?.id)
  return countries.filter(each => part === null || each.continent.toLowerCase() === part)
}
