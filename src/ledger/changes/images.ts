// Entities as history keeps them: JSON values under the core surface's field names. What is once written here is
// read for years: fields may be added, never renamed.
import { formatAddress } from '../address/address-text.js'
import { formatCidr } from '../address/cidr-text.js'
import type {
  Allocation,
  AllocationDetails,
  Image,
  Member,
  Network,
  NumberClaim,
  NumberPool,
  Vrf,
} from '../entities.js'
import { formatNumber } from '../number-space/number-format.js'
import type { ClusterIdentity } from '../ports.js'
import { isoTime, isoTimeOrNull } from './iso-time.js'
import { hostFields, regionFields } from './region-images.js'

export function vrfImage(vrf: Vrf): Image {
  return {
    id: vrf.id,
    name: vrf.name,
    description: vrf.description,
    created_at: isoTime(vrf.createdMs),
    revision: vrf.revision,
  }
}

export function networkImage(network: Network): Image {
  return {
    id: network.id,
    vrf_id: network.vrfId,
    cidr: formatCidr(network),
    description: network.description,
    tags: network.tags,
    hold_hours: network.holdHours,
    created_at: isoTime(network.createdMs),
    updated_at: isoTime(network.updatedMs),
    revision: network.revision,
    ...poolFields(network),
    ...subnetFields(network),
    ...regionFields(network),
  }
}

/** Histories of networks without a pool read as they did before there were pools. */
function poolFields({ pool }: Network): Image {
  if (pool === null) return {}
  return {
    pool_id: pool.id,
    pool_name: pool.name,
    pool_description: pool.description,
    pool_strategy: pool.strategy,
    pool_created_at: isoTime(pool.createdMs),
  }
}

/** As with pools. */
function subnetFields({ family, subnet }: Network): Image {
  if (subnet === null) return {}
  return {
    gateway: subnet.gateway === null ? null : formatAddress(family, subnet.gateway),
    vlan_id: subnet.vlanId,
    location: subnet.location,
    custom_fields: subnet.customFields,
    created_by: subnet.createdBy,
  }
}

/** `end_ip` is null for one address; `allocated_cidr` for all but blocks. */
export function allocationImage(allocation: Allocation): Image {
  const { blockId, owner, details } = allocation
  const image = {
    id: allocation.id,
    vrf_id: allocation.vrfId,
    network_id: allocation.networkId,
    ip: formatAddress(allocation.family, allocation.first),
    end_ip:
      allocation.kind === 'address' ? null : formatAddress(allocation.family, allocation.last),
    allocated_cidr: blockCidr(allocation),
    hostname: allocation.hostname,
    description: allocation.description,
    tags: allocation.tags,
    status: allocation.status,
    allocated_at: isoTime(allocation.allocatedMs),
    expires_at: isoTimeOrNull(allocation.expiresMs),
    released_at: isoTimeOrNull(allocation.releasedMs),
    held_until: isoTimeOrNull(allocation.heldUntilMs),
    revision: allocation.revision,
  }
  if (blockId === null && owner === null && details === null) return image
  return {
    ...image,
    ...(blockId === null ? {} : { block_id: blockId }),
    ...(owner === null ? {} : { owner }),
    ...(details === null ? {} : detailFields(details)),
  }
}

/** Histories of allocations of which nothing of the kind was said read as they did before it could be. */
function detailFields(details: AllocationDetails): Image {
  return {
    mac_address: details.mac,
    former_macs: details.formerMacs,
    device_type: details.deviceType,
    location: details.location,
    custom_fields: details.customFields,
    allocated_by: details.allocatedBy,
    release_reason: details.releaseReason,
    ...hostFields(details),
  }
}

export function numberPoolImage(pool: NumberPool): Image {
  return {
    id: pool.id,
    name: pool.name,
    description: pool.description,
    kind: pool.kind,
    format_type: pool.format,
    admin_value: pool.administrator,
    range_start: pool.rangeStart,
    range_end: pool.rangeEnd,
    created_at: isoTime(pool.createdMs),
    updated_at: isoTime(pool.updatedMs),
    revision: pool.revision,
  }
}

/** `value` as the pool writes it: `65000:1000`. */
export function numberImage(claim: NumberClaim, pool: NumberPool): Image {
  return {
    id: claim.id,
    pool_id: claim.poolId,
    pool_name: pool.name,
    value: formatNumber(pool, claim.value),
    description: claim.description,
    owner: claim.owner,
    status: claim.status,
    allocated_at: isoTime(claim.allocatedMs),
    released_at: isoTimeOrNull(claim.releasedMs),
    revision: claim.revision,
  }
}

/** Members as `<node id> <raft address>`. */
export function clusterImage(cluster: ClusterIdentity): Image {
  return {
    cluster_id: cluster.clusterId,
    cluster_uuid: cluster.clusterUuid,
    members: cluster.members.map(member => `${member.nodeId} ${member.raftAddress}`),
    ...(cluster.effects === undefined ? {} : { effects: cluster.effects }),
  }
}

export function memberImage(member: Member): Image {
  return {
    node_id: member.nodeId,
    addr: member.raftAddress,
    api_addr: member.apiAddress,
    data_uuid: member.dataUuid,
    leaving: member.leaving === true,
    replaces: member.replaces ?? null,
    ...(member.forced === true ? { forced: true } : {}),
  }
}

/** A claim as a person would write it: `10.0.0.5`, `10.0.0.5-10.0.0.9` or `10.0.0.64/26`. */
export function claimText(claim: Allocation): string {
  const first = formatAddress(claim.family, claim.first)
  const block = blockCidr(claim)
  if (block !== null) return block
  return claim.kind === 'address' ? first : `${first}-${formatAddress(claim.family, claim.last)}`
}

function blockCidr(claim: Allocation): string | null {
  const { family, first, prefixLength } = claim
  return prefixLength === null ? null : formatCidr({ family, first, prefixLength })
}
