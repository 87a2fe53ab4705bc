// Hosts as this surface shows them: allocations of an address or a run in a region, whoever made them.
import { type Allocation, formatAddress } from '../../../ledger/index.js'
import type { Call } from '../../call.js'
import { jsonWriter } from '../../json-writer.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import { type Region, regionOf } from './found.js'
import * as schemas from './host-schemas.js'
import { octetsOf } from './region-presenter.js'
import { tagMapOf } from './tag-map.js'
import { uuidOf } from './uuids.js'

const writeHost = jsonWriter(schemas.Host)

/** @param region in which it lies; null: in none, or it is gone by now */
export function presentHost(
  call: Call,
  allocation: Allocation,
  region: Region | null = regionOf(call, allocation),
) {
  const { reads } = call.app.store
  const { family, first, last, details, status, allocatedMs, revision } = allocation
  const { x, y, z } = octetsOf(allocation)
  const { host = null, allocatedBy = null } = details ?? {}
  const creator = allocatedBy === null ? null : reads.identities().user(allocatedBy)
  return {
    host_id: uuidOf(call, 'host', allocation.id),
    hostname: allocation.hostname,
    ip_address: formatAddress(family, first),
    ...(first === last ? {} : { end_ip_address: formatAddress(family, last) }),
    x_octet: x,
    y_octet: y,
    z_octet: z,
    region_id: region === null ? null : uuidOf(call, 'region', region.id),
    region_name: region?.region.name ?? null,
    country_code: reads.regions.countryOfX(x)?.code ?? null,
    device_type: details?.deviceType ?? null,
    os_type: host?.osType ?? null,
    application: host?.application ?? null,
    cost_center: host?.costCenter ?? null,
    owner: allocation.owner,
    purpose: host?.purpose ?? null,
    description: allocation.description,
    notes: host?.notes ?? null,
    tags: tagMapOf(allocation.tags),
    status: status === 'allocated' ? 'Active' : 'Released',
    created_by: creator?.username ?? null,
    created_at: timestamp(allocatedMs),
    updated_at: timestamp(reads.revisionTimeMs(revision) ?? allocatedMs),
    expires_at: timestampOrNull(allocation.expiresMs),
  }
}

export type ShownHost = ReturnType<typeof presentHost>

/** Those that lie in a region: of the others nothing is shown here. */
export function presentHosts(call: Call, allocations: readonly Allocation[]): ShownHost[] {
  return allocations.flatMap(allocation => {
    const region = regionOf(call, allocation)
    return region === null ? [] : [presentHost(call, allocation, region)]
  })
}

export function hostText(shown: ShownHost): string {
  return writeHost(shown)
}
