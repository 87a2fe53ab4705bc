// Subnets as document 004 shows them.
import {
  addressBits,
  type Cidr,
  formatAddress,
  formatCidr,
  hostBits,
  type Network,
  type NetworkStatistics,
} from '../../../ledger/index.js'
import { jsonWriter } from '../../json-writer.js'
import { percentHundredths } from '../../percent.js'
import { timestamp } from '../../timestamps.js'
import * as schemas from './subnets-schemas.js'

const writeSubnet = jsonWriter(schemas.Subnet)

export function presentSubnet(network: Network, figures: NetworkStatistics) {
  const { family, subnet } = network
  const gateway = subnet?.gateway ?? null
  return {
    id: network.id,
    network: formatCidr(network),
    netmask: netmaskOf(network),
    gateway: gateway === null ? null : formatAddress(family, gateway),
    description: network.description,
    vlan_id: subnet?.vlanId ?? null,
    location: subnet?.location ?? null,
    total_ips: figures.total,
    allocated_ips: figures.allocated,
    reserved_ips: figures.reserved,
    available_ips: figures.available,
    utilization: percentHundredths(figures.allocated, figures.total),
    tags: network.tags,
    custom_fields: subnet?.customFields ?? {},
    created_by: subnet?.createdBy ?? null,
    created_at: timestamp(network.createdMs),
    updated_at: timestamp(network.updatedMs),
  }
}

/** As JSON text, counts exact. */
export function subnetText(network: Network, figures: NetworkStatistics): string {
  return writeSubnet(presentSubnet(network, figures))
}

function netmaskOf({ family, prefixLength }: Cidr): string | null {
  if (family === 6) return null
  const all = (1n << BigInt(addressBits(family))) - 1n
  const hosts = (1n << BigInt(hostBits(family, prefixLength))) - 1n
  return formatAddress(family, all - hosts)
}
