// The details of an allocation in columns of its row: the MACs apart, by which rows are found, and the rest as JSON.
import type { AllocationDetails, CustomFields, HostFacts } from '../../ledger/index.js'

/** `rest` says whether there are details at all; no former MACs are null. */
export type DetailsRaw = [mac: string | null, formerMacs: string | null, rest: string | null]

type Rest = [
  deviceType: string | null,
  location: string | null,
  customFields: CustomFields,
  allocatedBy: number | null,
  releaseReason: string | null,
  /** Only where something is said of a host. */
  host?: Host,
]
type Host = [
  osType: string | null,
  application: string | null,
  costCenter: string | null,
  purpose: string | null,
  notes: string | null,
]

const NO_DETAILS: DetailsRaw = [null, null, null]

export function detailsToRaw(details: AllocationDetails | null): DetailsRaw {
  if (details === null) return NO_DETAILS
  const { mac, formerMacs, deviceType, location, customFields, allocatedBy } = details
  const rest: Rest = [deviceType, location, customFields, allocatedBy, details.releaseReason]
  if (details.host !== null) rest.push(hostToRaw(details.host))
  const former = formerMacs.length === 0 ? null : JSON.stringify(formerMacs)
  return [mac, former, JSON.stringify(rest)]
}

export function detailsOf(...[mac, formerMacs, text]: DetailsRaw): AllocationDetails | null {
  if (text === null) return null
  const rest = JSON.parse(text) as Rest
  const [deviceType, location, customFields, allocatedBy, releaseReason, host] = rest
  return {
    mac,
    formerMacs: formerMacs === null ? [] : JSON.parse(formerMacs),
    deviceType,
    location,
    customFields,
    allocatedBy,
    releaseReason,
    host: host === undefined ? null : hostOf(host),
  }
}

function hostToRaw({ osType, application, costCenter, purpose, notes }: HostFacts): Host {
  return [osType, application, costCenter, purpose, notes]
}

function hostOf([osType, application, costCenter, purpose, notes]: Host): HostFacts {
  return { osType, application, costCenter, purpose, notes }
}
