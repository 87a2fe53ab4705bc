// The regions that a search is about: those that it shows, and those whose hosts it shows. All of them are gone over in memory, in slices.
import {
  type AddressRange,
  DEFAULT_VRF_ID,
  type Network,
  networkRange,
  parseAddress,
} from '../../../ledger/index.js'
import type { HostQuery } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { visitInSlices } from '../../slices.js'
import { sortInSlices } from '../../sort-in-slices.js'
import { isRegion, type Region } from './found.js'
import { octetsOf } from './region-presenter.js'
import {
  compareHits,
  compareKeys,
  regionRelevance,
  type SearchOrder,
  type Sortable,
} from './search-order.js'
import type { SearchQuery } from './search-query.js'

/** A region is 2^8 addresses. */
const REGION_BITS = 8n
/** Places that are looked at one by one rather than all regions. */
const CANDIDATES_MAX = 512n

export type RegionHit = Sortable & {
  readonly type: 'region'
  readonly region: Region
  readonly countryCode: string | null
  readonly hosts: number
}

/** `shown` in order. `hostRegions` null: hosts of all regions, in no order of these. */
export type SearchedRegions = {
  readonly shown: readonly RegionHit[]
  readonly hostRegions: NonNullable<HostQuery['regions']> | null
  /** How many hosts there are in regions that hosts are looked for in; null: nobody counted. */
  readonly hosts: number | null
}

/** The caller has awaited a read. @throws ClientGone */
export async function searchRegions(
  call: Call,
  query: SearchQuery,
  order: SearchOrder,
): Promise<SearchedRegions> {
  const showsRegions = query.type !== 'host' && (query.hostname === null || query.isEither)
  const [isLimited, isOrdered] = [limitsHosts(query), ordersHosts(query, order)]
  if (!showsRegions && !isLimited && !isOrdered)
    return { shown: [], hostRegions: null, hosts: null }
  const around: RegionHit[] = []
  const shown: RegionHit[] = []
  const hasHosts = regionFilter(query)
  await visitInSlices(call, candidates(call, query), network => {
    if (!isRegion(network) || !hasHosts(network)) return
    const isHit = showsRegions && isShown(network, query)
    if (!isHit && !isLimited && !isOrdered) return
    const hit = hitOf(call, network, query)
    if (isLimited || isOrdered) around.push(hit)
    if (isHit) shown.push(hit)
  })
  const sorted = await sortInSlices(call, shown, (a, b) => compareHits(a, b, order))
  if (!isLimited && !isOrdered) return { shown: sorted, hostRegions: null, hosts: null }
  const hosts = around.reduce((sum, hit) => sum + hit.hosts, 0)
  return { shown: sorted, hostRegions: await ranked(call, around, order), hosts }
}

/** Whether the order of regions is that of their hosts, too. */
function ordersHosts({ hostname, regionName }: SearchQuery, { keys }: SearchOrder): boolean {
  const isOfRegions = regionName !== null && hostname === null
  return keys.some(({ field }) => field !== 'type' && (field !== 'relevance' || isOfRegions))
}

/** All regions, or those of the few places where there can be any. */
function candidates(call: Call, query: SearchQuery): Iterable<Network> {
  const { regions } = call.app.store.reads
  const asked = query.range ?? addressRange(query.address)
  if (asked === null) return regions.regions()
  const [first, last] = [asked.first >> REGION_BITS, asked.last >> REGION_BITS]
  if (last - first >= CANDIDATES_MAX) return regions.regions()
  const found: Network[] = []
  for (let at = first; at <= last; at += 1n) {
    const network = regions.regionAt({ family: 4, value: at << REGION_BITS })
    if (network !== null) found.push(network)
  }
  return found
}

/** Of a whole one; null: it is the beginning of many. */
function addressRange(text: string | null): AddressRange | null {
  const address = text === null ? null : parseAddress(text)
  return address === null ? null : { first: address.value, last: address.value }
}

/** Whether what is asked of regions is asked of hosts, too. */
function limitsHosts({ countries, status, regionName, isEither }: SearchQuery): boolean {
  return countries !== null || status !== null || (regionName !== null && !isEither)
}

function regionFilter({ countries, status, regionName, isEither }: SearchQuery) {
  return (network: Region): boolean => {
    const { x } = octetsOf(network)
    if (countries !== null && !countries.some(({ xFirst, xLast }) => xFirst <= x && x <= xLast))
      return false
    if (status !== null && network.region.status !== status) return false
    const isNamed = regionName !== null && !isEither
    return !isNamed || network.region.name.toLowerCase().includes(regionName)
  }
}

function hitOf(call: Call, region: Region, query: SearchQuery): RegionHit {
  const { regions } = call.app.store.reads
  const country = regions.countryOfX(octetsOf(region).x)
  const figures = regions.regionFigures(region.id)
  return {
    type: 'region',
    region,
    relevance: regionRelevance(region.region.name, query),
    country: country?.name ?? null,
    countryCode: country?.code ?? null,
    allocated: figures?.allocated ?? 0,
    hosts: figures?.hosts ?? 0,
    regionName: region.region.name,
    hostname: null,
    address: region.first,
    createdMs: region.region.createdMs,
  }
}

function isShown(network: Region, query: SearchQuery): boolean {
  const { isEither, regionName, owner, tags, fromMs, beforeMs, range } = query
  const { region } = network
  const { name, createdMs } = region
  if (isEither && !name.toLowerCase().includes(regionName ?? '')) return false
  if (owner !== null && region.owner?.toLowerCase() !== owner) return false
  if (fromMs !== null && createdMs < fromMs) return false
  if (beforeMs !== null && createdMs >= beforeMs) return false
  if (range !== null && !overlap(range, networkRange(network))) return false
  const bears = (tag: string) => network.tags.some(own => own === tag || own.startsWith(`${tag}=`))
  if (tags.tags.length > 0 && !(tags.any ? tags.tags.some(bears) : tags.tags.every(bears)))
    return false
  return query.address === null || hasAddress(network, query.address)
}

function overlap(one: AddressRange, other: AddressRange): boolean {
  const isAny = one.first <= one.last
  return isAny && one.first <= other.last && other.first <= one.last
}

/** A whole address is in it; a beginning is that of its first address. */
function hasAddress(region: Region, address: string): boolean {
  const { x, y } = octetsOf(region)
  const parts = address.split('.')
  if (parts.length === 4 && parts[3] !== '') return address.startsWith(`10.${x}.${y}.`)
  return `10.${x}.${y}.0`.startsWith(address)
}

/** Their keys, and a rank for all that are equal in what hosts have of them. */
async function ranked(
  call: Call,
  hits: readonly RegionHit[],
  order: SearchOrder,
): Promise<NonNullable<HostQuery['regions']>> {
  const sorted = await sortInSlices(call, hits, (a, b) => compareKeys(a, b, order))
  const [keys, ranks] = [new Uint16Array(sorted.length), new Uint16Array(sorted.length)]
  let rank = 0
  for (const [at, hit] of sorted.entries()) {
    const before = sorted[at - 1]
    if (before !== undefined && compareKeys(before, hit, order) !== 0) rank += 1
    const { x, y } = octetsOf(hit.region)
    keys[at] = x * 256 + y
    ranks[at] = rank
  }
  return { keys, ranks }
}

/** In which a host of the default VRF lies; null: it is gone by now. */
export function regionHitAt(call: Call, address: bigint, query: SearchQuery): RegionHit | null {
  const network = call.app.store.reads.regions.regionAt({ family: 4, value: address })
  if (network?.vrfId !== DEFAULT_VRF_ID || !isRegion(network)) return null
  return hitOf(call, network, query)
}
