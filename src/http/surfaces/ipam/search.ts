// GET /ipam/search (document 001, 16): regions and hosts that meet all conditions.
import {
  type Allocation,
  formatAddress,
  formatCidr,
  HOSTS_OF_REGION,
} from '../../../ledger/index.js'
import type { Found, HostQuery } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { defineRoute, type Route } from '../../route.js'
import { visitInSlices } from '../../slices.js'
import { AnswerCache } from './answer-cache.js'
import { sum } from './dashboard.js'
import { paginationOf, windowOf } from './pages.js'
import { at } from './paths.js'
import type { RegionHit } from './region-hit.js'
import { mergedPage } from './search-merge.js'
import {
  byAddress,
  compareHits,
  hostRelevance,
  readOrder,
  type SearchOrder,
  type Sortable,
} from './search-order.js'
import { readSearch, type SearchQuery } from './search-query.js'
import { regionHitAt, type SearchedRegions, searchRegions } from './search-regions.js'
import * as schemas from './search-schemas.js'
import { regionTotals } from './totals.js'
import { uuidOf } from './uuids.js'

const SEARCH_AGE_MS = 5 * 60_000
const searches = new AnswerCache(SEARCH_AGE_MS)
const writePage = jsonWriter(schemas.SearchPage)

type HostHit = Sortable & {
  readonly type: 'host'
  readonly host: Allocation
  readonly in: RegionHit
}
type Hit = RegionHit | HostHit
type Search = {
  readonly call: Call
  readonly query: SearchQuery
  readonly order: SearchOrder
  readonly regions: SearchedRegions
  /** How many hosts are hits, where memory knows; null: they are to be counted. */
  readonly hostCount: number | null
}

const search = defineRoute({
  method: 'GET',
  paths: at('/search'),
  id: 'ipamSearch',
  tag: 'Search',
  summary: 'Search regions and hosts',
  description:
    'All conditions are to hold. The best hits first: what is equal to what was asked for, then what begins with it, then what contains it; of equal ones regions first, then by address. Kept for five minutes, as long as nothing is written.',
  permission: 'read',
  reads: true,
  query: schemas.AskedSearch,
  answers: { 200: { description: 'A page of them.', schema: schemas.SearchPage } },
  handle: async (call, { query }) => {
    await call.awaitRead()
    const body = await searches.answer(call, query, () => searchText(call, query))
    return { status: 200, body }
  },
})

async function searchText(call: Call, asked: schemas.AskedSearch): Promise<string> {
  const query = readSearch(call, asked)
  const order = readOrder(asked.sort_by, query)
  const window = windowOf(asked)
  const regions = await searchRegions(call, { query, order }, window.skip + window.limit)
  const hostCount = await knownHosts(call, query, regions)
  const found = await pageOf({ call, query, order, regions, hostCount }, window)
  const { rows, total, totalIsExact } = found
  const pagination = paginationOf(asked, total)
  return writePage({
    results: rows.map(hit => presentHit(call, hit)),
    ...(totalIsExact
      ? { pagination }
      : { pagination: { ...pagination, has_next: true }, total_is_minimum: true }),
  })
}

type Window = { readonly skip: number; readonly limit: number }

async function pageOf(search: Search, window: Window): Promise<Found<Hit>> {
  const { order, regions, hostCount } = search
  const { shown, shownCount } = regions
  const counted = { total: 0, isExact: true }
  const hostsAt = async (skip: number, limit: number): Promise<HostHit[]> => {
    const found = await hostsOf(search, { skip, limit })
    counted.total = Math.max(counted.total, found.total)
    counted.isExact = found.totalIsExact
    return found.rows.flatMap(host => hostHit(search, host))
  }
  // A list that stands first as a whole is all before the other one.
  const compare = (region: RegionHit, host: HostHit) => {
    if (order.first !== null) return order.first === 'region' ? -1 : 1
    return compareHits(region, host, order)
  }
  const rows = await mergedPage<RegionHit, HostHit>({ regions: shown, hostsAt, compare }, window)
  return {
    rows,
    total: shownCount + (hostCount ?? counted.total),
    totalIsExact: hostCount !== null || counted.isExact,
  }
}

async function hostsOf(search: Search, window: Window): Promise<Found<Allocation>> {
  const { call, query, regions } = search
  const isNone = query.type === 'region' || regions.hostRegions?.keys.length === 0
  if (isNone || isEmpty(query)) return { rows: [], total: 0, totalIsExact: true }
  const asked = hostQuery(search, window)
  return withSignal(call, signal => call.app.store.finder.hosts(asked, signal))
}

/** A CIDR and a range that have nothing in common. */
function isEmpty({ range }: SearchQuery): boolean {
  return range !== null && range.first > range.last
}

function hostQuery({ query, order, regions, hostCount }: Search, window: Window): HostQuery {
  const { field, descending } = order.column ?? byAddress
  return {
    ranges: query.range === null ? [] : [query.range],
    beginning: query.address,
    hostname: query.hostname,
    deviceType: null,
    owner: query.owner,
    tags: query.tags.tags,
    anyTag: query.tags.any,
    fromMs: query.fromMs,
    beforeMs: query.beforeMs,
    ...(regions.hostRegions === null ? {} : { regions: regions.hostRegions }),
    order: field as HostQuery['order'],
    descending,
    total: hostCount,
    ...window,
  }
}

/** Where nothing is asked of hosts but their regions. */
async function knownHosts(
  call: Call,
  { address, range, hostname, owner, tags, fromMs, beforeMs, type }: SearchQuery,
  { around }: SearchedRegions,
): Promise<number | null> {
  if (type === 'region') return 0
  const conditions = [address, range, hostname, owner, fromMs, beforeMs]
  if (tags.tags.length > 0 || conditions.some(each => each !== null)) return null
  if (around === null) return sum(regionTotals(call).hosts)
  let count = 0
  await visitInSlices(call, around, ({ hosts }) => {
    count += hosts
  })
  return count
}

/** Of a host that is there no more, or whose region is not: nothing. */
function hostHit({ call, query }: Search, host: Allocation): HostHit[] {
  const region = regionHitAt(call, host.first, query)
  if (region === null) return []
  const { country, allocated, regionName } = region
  const { hostname, first } = host
  const address = formatAddress(4, first)
  const relevance = hostRelevance({ hostname, regionName, address }, query)
  return [
    {
      type: 'host',
      host,
      in: region,
      ...{ relevance, country, allocated, regionName, address: first },
      hostname: hostname?.toLowerCase() ?? null,
      createdMs: host.allocatedMs,
    },
  ]
}

function presentHit(call: Call, hit: Hit) {
  const { region, country, countryCode, allocated } = hit.type === 'region' ? hit : hit.in
  const shared = {
    region_name: region.region.name,
    region_id: uuidOf(call, 'region', region.id),
    country,
    country_code: countryCode,
    utilization: percentTenths(BigInt(allocated), BigInt(HOSTS_OF_REGION)),
    relevance_score: hit.relevance,
  }
  if (hit.type === 'region') {
    const { status } = region.region
    return { type: hit.type, ...shared, cidr: formatCidr(region), status }
  }
  const { id, first, hostname } = hit.host
  const address = { ip_address: formatAddress(4, first), hostname }
  return { type: hit.type, ...shared, host_id: uuidOf(call, 'host', id), ...address }
}

export const searchRoutes: readonly Route[] = [search]
