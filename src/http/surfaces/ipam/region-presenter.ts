// Regions as this surface shows them.
import { formatCidr } from '../../../ledger/index.js'
import type { RegionFigures } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { timestamp } from '../../timestamps.js'
import type { Region } from './found.js'
import * as schemas from './region-schemas.js'
import { tagMapOf } from './tag-map.js'
import { uuidOf } from './uuids.js'

/** Hosts that a region has room for. */
export const CAPACITY = 254

const writeRegion = jsonWriter(schemas.Region)

export function presentRegion(call: Call, network: Region) {
  const { regions } = call.app.store.reads
  const { id, region, description, tags, createdMs, updatedMs } = network
  const { x, y } = octetsOf(network)
  const country = regions.countryOfX(x)
  const { hosts, allocated } = figuresOf(call, id)
  const utilization = percentTenths(BigInt(allocated), BigInt(CAPACITY))
  return {
    region_id: uuidOf(call, 'region', id),
    region_name: region.name,
    country: country?.name ?? null,
    country_code: country?.code ?? null,
    continent: country?.continent ?? null,
    x_octet: x,
    y_octet: y,
    cidr: formatCidr(network),
    description,
    owner: region.owner,
    status: region.status,
    tags: tagMapOf(tags),
    utilization,
    utilization_percentage: utilization,
    host_count: hosts,
    allocated_hosts: allocated,
    capacity: CAPACITY,
    created_by: region.createdByName,
    created_at: timestamp(region.createdMs),
    updated_at: timestamp(Math.max(updatedMs, createdMs)),
  }
}

export function regionText(call: Call, network: Region): string {
  return writeRegion(presentRegion(call, network))
}

/** Of one that is gone again by the time that the first answer is given once more: none. */
export function figuresOf({ app }: Call, id: number): RegionFigures {
  return app.store.reads.regions.regionFigures(id) ?? { hosts: 0, allocated: 0, available: 0 }
}

/** Of an address of 10.X.Y.Z. */
export function octetsOf({ first }: { readonly first: bigint }) {
  const address = Number(first)
  return { x: (address >>> 16) & 0xff, y: (address >>> 8) & 0xff, z: address & 0xff }
}
