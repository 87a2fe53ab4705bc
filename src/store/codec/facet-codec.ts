// The subnet facet of a network and the details of an allocation, each a list of its own behind the entity's fields.
import type { AllocationDetails, SubnetFacet } from '../../ledger/index.js'
import { customFieldPairs, readCustomFields } from './custom-fields.js'
import type { Fields } from './fields.js'

export function encodeSubnet(subnet: SubnetFacet): unknown[] {
  const { gateway, vlanId, location, customFields, createdBy } = subnet
  return [gateway, vlanId, location, customFieldPairs(customFields), createdBy]
}

/** The next field is a facet. */
export function readSubnet(network: Fields): SubnetFacet {
  const fields = network.fields()
  const subnet = {
    gateway: fields.bigintOrNull(),
    vlanId: fields.numberOrNull(),
    location: fields.textOrNull(),
    customFields: readCustomFields(fields.raw()),
    createdBy: fields.numberOrNull(),
  }
  fields.end()
  return subnet
}

export function encodeDetails(details: AllocationDetails): unknown[] {
  const { mac, formerMacs, deviceType, location, customFields, allocatedBy } = details
  const places = [deviceType, location, customFieldPairs(customFields)]
  return [mac, formerMacs, ...places, allocatedBy, details.releaseReason]
}

/** The next field is the details. */
export function readDetails(allocation: Fields): AllocationDetails {
  const fields = allocation.fields()
  const details = {
    mac: fields.textOrNull(),
    formerMacs: fields.texts(),
    deviceType: fields.textOrNull(),
    location: fields.textOrNull(),
    customFields: readCustomFields(fields.raw()),
    allocatedBy: fields.numberOrNull(),
    releaseReason: fields.textOrNull(),
  }
  fields.end()
  return details
}
