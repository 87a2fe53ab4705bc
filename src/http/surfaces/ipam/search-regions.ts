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
import { Best } from './best.js'
import { isRegion, type Region } from './found.js'
import { RegionHit } from './region-hit.js'
import { octetsOf } from './region-presenter.js'
import { ranked } from './region-ranks.js'
import { compareHits, type SearchOrder } from './search-order.js'
import type { SearchQuery } from './search-query.js'

/** A region is 2^8 addresses. */
const REGION_BITS = 8n
/** Places that are looked at one by one rather than all regions. */
const CANDIDATES_MAX = 512n

/** `hostRegions` null: hosts of all regions, in no order of these. */
export type SearchedRegions = {
  /** In order; those that the first rows may be. */
  readonly shown: readonly RegionHit[]
  /** How many regions are hits. */
  readonly shownCount: number
  readonly hostRegions: NonNullable<HostQuery['regions']> | null
  /** The only ones whose hosts are hits; null: those of all may be. */
  readonly around: readonly RegionHit[] | null
}

/** The caller has awaited a read. @param rows of the search that are wanted, from its first on. @throws ClientGone */
export async function searchRegions(
  call: Call,
  { query, order }: { readonly query: SearchQuery; readonly order: SearchOrder },
  rows: number,
): Promise<SearchedRegions> {
  const showsRegions = query.type !== 'host' && (query.hostname === null || query.isEither)
  const [isLimited, isOrdered] = [limitsHosts(query), ordersHosts(query, order)]
  if (!showsRegions && !isLimited && !isOrdered)
    return { shown: [], shownCount: 0, hostRegions: null, around: null }
  const compare = (one: RegionHit, other: RegionHit) => compareHits(one, other, order)
  const around: RegionHit[] = []
  const shown = new Best<RegionHit>(rows, compare)
  const hasHosts = regionFilter(query)
  await visitInSlices(call, candidates(call, query), network => {
    if (!isRegion(network) || !hasHosts(network)) return
    const isHit = showsRegions && isShown(network, query)
    if (!isHit && !isLimited && !isOrdered) return
    const hit = new RegionHit(call, network, query)
    if (isLimited || isOrdered) around.push(hit)
    if (isHit) shown.add(hit)
  })
  const found = { shown: await sortInSlices(call, shown.kept, compare), shownCount: shown.count }
  if (!isLimited && !isOrdered) return { ...found, hostRegions: null, around: null }
  const hostRegions = await ranked(call, around, order)
  return { ...found, hostRegions, around: isLimited ? around : null }
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

/** In which a host of the default VRF lies; null: it is gone by now. */
export function regionHitAt(call: Call, address: bigint, query: SearchQuery): RegionHit | null {
  const network = call.app.store.reads.regions.regionAt({ family: 4, value: address })
  if (network?.vrfId !== DEFAULT_VRF_ID || !isRegion(network)) return null
  return new RegionHit(call, network, query)
}
