// The subnet and region facets of a network and the details of an allocation, each a list of its own behind the entity's fields.
import type { AllocationDetails, HostFacts, RegionFacet, SubnetFacet } from '../../ledger/index.js'
import { customFieldPairs, readCustomFields } from './custom-fields.js'
import type { Fields } from './fields.js'
import { regionStatuses } from './name-codes.js'

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

export function encodeRegion(region: RegionFacet): unknown[] {
  const { name, owner, status, createdBy, createdByName, createdMs } = region
  return [name, owner, regionStatuses.codeOf(status), createdBy, createdByName, createdMs]
}

/** The next field is a facet. */
export function readRegion(network: Fields): RegionFacet {
  const fields = network.fields()
  const region = {
    name: fields.text(),
    owner: fields.textOrNull(),
    status: regionStatuses.nameOf(fields.count()),
    createdBy: fields.numberOrNull(),
    createdByName: fields.textOrNull(),
    createdMs: fields.number(),
  }
  fields.end()
  return region
}

export function encodeDetails(details: AllocationDetails): unknown[] {
  const { mac, formerMacs, deviceType, location, customFields, allocatedBy } = details
  const places = [deviceType, location, customFieldPairs(customFields)]
  const host = details.host === null ? [] : [encodeHost(details.host)]
  return [mac, formerMacs, ...places, allocatedBy, details.releaseReason, ...host]
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
    host: fields.more() ? readHost(fields) : null,
  }
  fields.end()
  return details
}

function encodeHost({ osType, application, costCenter, purpose, notes }: HostFacts): unknown[] {
  return [osType, application, costCenter, purpose, notes]
}

/** The next field is what is said of a host. */
function readHost(details: Fields): HostFacts {
  const fields = details.fields()
  const host = {
    osType: fields.textOrNull(),
    application: fields.textOrNull(),
    costCenter: fields.textOrNull(),
    purpose: fields.textOrNull(),
    notes: fields.textOrNull(),
  }
  fields.end()
  return host
}
