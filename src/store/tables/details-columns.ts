// The details of an allocation in columns of its row: the MACs apart, by which rows are found, and the rest as JSON.
import type { AllocationDetails, CustomFields } from '../../ledger/index.js'

/** `rest` says whether there are details at all; no former MACs are null. */
export type DetailsRaw = [mac: string | null, formerMacs: string | null, rest: string | null]

type Rest = [
  deviceType: string | null,
  location: string | null,
  customFields: CustomFields,
  allocatedBy: number | null,
  releaseReason: string | null,
]

const NO_DETAILS: DetailsRaw = [null, null, null]

export function detailsToRaw(details: AllocationDetails | null): DetailsRaw {
  if (details === null) return NO_DETAILS
  const { mac, formerMacs, deviceType, location, customFields, allocatedBy } = details
  const rest: Rest = [deviceType, location, customFields, allocatedBy, details.releaseReason]
  const former = formerMacs.length === 0 ? null : JSON.stringify(formerMacs)
  return [mac, former, JSON.stringify(rest)]
}

export function detailsOf(...[mac, formerMacs, text]: DetailsRaw): AllocationDetails | null {
  if (text === null) return null
  const [deviceType, location, customFields, allocatedBy, releaseReason] = JSON.parse(text) as Rest
  return {
    mac,
    formerMacs: formerMacs === null ? [] : JSON.parse(formerMacs),
    deviceType,
    location,
    customFields,
    allocatedBy,
    releaseReason,
  }
}
