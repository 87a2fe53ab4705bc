// The subnet facet in columns of its network's row, in the order of NETWORK_COLUMNS.
import { addressToBytes, bytesToAddress, type SubnetFacet } from '../../ledger/index.js'

/** Custom fields as JSON object: theirs is the column that says whether there is a facet at all. */
export type SubnetRaw = [
  customFields: string | null,
  gateway: Uint8Array | null,
  vlanId: number | null,
  location: string | null,
  createdBy: number | null,
]

const NO_SUBNET: SubnetRaw = [null, null, null, null, null]

export function subnetToRaw(subnet: SubnetFacet | null): SubnetRaw {
  if (subnet === null) return NO_SUBNET
  const { gateway, vlanId, location, customFields, createdBy } = subnet
  const gatewayBytes = gateway === null ? null : addressToBytes(gateway)
  return [JSON.stringify(customFields), gatewayBytes, vlanId, location, createdBy]
}

export function subnetOf(raw: SubnetRaw): SubnetFacet | null {
  const [customFields, gateway, vlanId, location, createdBy] = raw
  if (customFields === null) return null
  return {
    gateway: gateway === null ? null : bytesToAddress(gateway),
    vlanId,
    location,
    customFields: JSON.parse(customFields),
    createdBy,
  }
}
