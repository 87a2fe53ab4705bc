// What a public link shows of its resource (document 001): who answers for it, internal ids and comments are left out.
import { Type } from '@sinclair/typebox'
import { formatAddress, formatCidr, type Share } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { percentTenths } from '../../percent.js'
import { isRegion, regionOf } from './found.js'
import { countryOfId } from './named-resources.js'
import { shownTags, tagMapOf } from './tag-map.js'
import { regionTotals } from './totals.js'

/** Addresses of a region that can be a host's. */
const HOSTS_OF_REGION = 254n

const text = Type.String()
const textOrNull = Type.String({ nullable: true })
const count = Type.Integer()
const utilization = Type.Number({ description: 'Percent, one decimal.' })

/** What it has of these depends on what it is. */
export const SharedData = Type.Object(
  {
    country_code: Type.Optional(text),
    country_name: Type.Optional(text),
    continent: Type.Optional(text),
    region_count: Type.Optional(count),
    host_count: Type.Optional(count),
    utilization: Type.Optional(utilization),
    region_name: Type.Optional(text),
    cidr: Type.Optional(text),
    status: Type.Optional(text),
    tags: Type.Optional(shownTags),
    hostname: Type.Optional(textOrNull),
    ip_address: Type.Optional(text),
    device_type: Type.Optional(textOrNull),
    os_type: Type.Optional(textOrNull),
    application: Type.Optional(textOrNull),
  },
  { title: 'SharedData', additionalProperties: false },
)

/** @returns null when it is gone. The caller has awaited a read. */
export function presentShared(call: Call, { resourceType, resourceId }: Share): object | null {
  switch (resourceType) {
    case 'country':
      return sharedCountry(call, resourceId)
    case 'region':
      return sharedRegion(call, resourceId)
    case 'host':
      return sharedHost(call, resourceId)
  }
}

function sharedCountry(call: Call, id: number): object | null {
  const country = countryOfId(call, id)
  if (country === null) return null
  const { code, name, continent, xFirst, xLast } = country
  const totals = regionTotals(call)
  const sum = (figures: readonly number[]) =>
    figures.slice(xFirst, xLast + 1).reduce((left, right) => left + right, 0)
  const regions = sum(totals.regions)
  return {
    country_code: code,
    country_name: name,
    continent,
    region_count: regions,
    host_count: sum(totals.hosts),
    utilization: percentTenths(BigInt(sum(totals.allocated)), HOSTS_OF_REGION * BigInt(regions)),
  }
}

function sharedRegion({ app }: Call, id: number): object | null {
  const network = app.store.reads.network(id)
  const figures = app.store.reads.regions.regionFigures(id)
  if (network === null || !isRegion(network) || figures === null) return null
  return {
    region_name: network.region.name,
    cidr: formatCidr(network),
    status: network.region.status,
    utilization: percentTenths(BigInt(figures.allocated), HOSTS_OF_REGION),
    host_count: figures.hosts,
    tags: tagMapOf(network.tags),
  }
}

function sharedHost(call: Call, id: number): object | null {
  const host = call.app.store.reads.allocation(id)
  if (host === null || host.status !== 'allocated') return null
  const region = regionOf(call, host)
  if (region === null) return null
  return {
    hostname: host.hostname,
    ip_address: formatAddress(host.family, host.first),
    status: 'Active',
    region_name: region.region.name,
    device_type: host.details?.deviceType ?? null,
    os_type: host.details?.host?.osType ?? null,
    application: host.details?.host?.application ?? null,
    tags: tagMapOf(host.tags),
  }
}
