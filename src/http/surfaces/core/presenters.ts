// Entities of the ledger in the words of document 002, as JSON text.
import {
  type Allocation,
  formatAddress,
  formatCidr,
  type Network,
  type NetworkStatistics,
  type Vrf,
} from '../../../ledger/index.js'
import { spell } from '../../ids.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { timestamp, timestampOrNull } from '../../timestamps.js'
import * as schemas from './schemas.js'

const writeNetwork = jsonWriter(schemas.Network)
const writeStatistics = jsonWriter(schemas.NetworkStats)
const writeAllocation = jsonWriter(schemas.Allocation)
const writeVrf = jsonWriter(schemas.Vrf)

/** @param vrfName name of the network's VRF */
export function presentNetwork(network: Network, vrfName: string): string {
  return writeNetwork({
    id: spell.network(network.id),
    cidr: formatCidr(network),
    description: network.description,
    tags: network.tags,
    created_at: timestamp(network.createdMs),
    updated_at: timestamp(network.updatedMs),
    vrf: vrfName,
    hold_hours: network.holdHours,
    revision: network.revision,
    ...facetFields(network),
  })
}

function facetFields({ family, subnet }: Network) {
  if (subnet === null) return {}
  return {
    gateway: subnet.gateway === null ? null : formatAddress(family, subnet.gateway),
    vlan_id: subnet.vlanId,
    location: subnet.location,
    custom_fields: subnet.customFields,
  }
}

export function presentStatistics(network: Network, figures: NetworkStatistics): string {
  const addressOrNull = (address: bigint | null) =>
    address === null ? null : formatAddress(network.family, address)
  return writeStatistics({
    network_id: spell.network(network.id),
    total_ips: figures.total,
    allocated_ips: figures.allocated,
    reserved_ips: figures.reserved,
    available_ips: figures.available,
    utilization_percent: percentTenths(figures.allocated, figures.total),
    first_available: addressOrNull(figures.firstAvailable),
    last_allocated: addressOrNull(figures.lastAllocated),
  })
}

export function presentAllocation(allocation: Allocation): string {
  const { family, first, last, prefixLength } = allocation
  return writeAllocation({
    id: spell.allocation(allocation.id),
    network_id: spell.network(allocation.networkId),
    ip: formatAddress(family, first),
    end_ip: first === last ? null : formatAddress(family, last),
    hostname: allocation.hostname,
    description: allocation.description,
    status: allocation.status,
    allocated_at: timestamp(allocation.allocatedMs),
    expires_at: timestampOrNull(allocation.expiresMs),
    released_at: timestampOrNull(allocation.releasedMs),
    allocated_cidr: prefixLength === null ? null : formatCidr({ family, first, prefixLength }),
    tags: allocation.tags,
    held_until: timestampOrNull(allocation.heldUntilMs),
    revision: allocation.revision,
    ...detailFields(allocation),
  })
}

function detailFields({ details, owner, blockId }: Allocation) {
  // Whom a block is for is document 003's to tell.
  if (details === null) return owner === null || blockId !== null ? {} : { assigned_to: owner }
  const { mac, formerMacs, releaseReason } = details
  return {
    mac_address: mac,
    ...(formerMacs.length === 0 ? {} : { former_mac_addresses: formerMacs }),
    device_type: details.deviceType,
    location: details.location,
    assigned_to: owner,
    custom_fields: details.customFields,
    ...(releaseReason === null ? {} : { release_reason: releaseReason }),
  }
}

export function presentVrf(vrf: Vrf): string {
  return writeVrf({
    id: spell.vrf(vrf.id),
    name: vrf.name,
    description: vrf.description,
    created_at: timestamp(vrf.createdMs),
    revision: vrf.revision,
  })
}
