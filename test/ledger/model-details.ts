// What is said of an allocation besides, as it must be kept. The tests say only what may be said, MAC addresses in the one spelling.
import type { AllocationDetails, AllocationFacts, HostFacts } from '../../src/ledger/index.js'

const FORMER_MACS_MAX = 8

export function noDetails(allocatedBy: number | null): AllocationDetails {
  const nothing = { mac: null, formerMacs: [], deviceType: null, location: null }
  return { ...nothing, customFields: {}, allocatedBy, releaseReason: null, host: null }
}

/** @param old null: nothing was said so far, and nothing is as long as the owner alone is */
export function detailsAfter(
  old: AllocationDetails | null,
  { mac, deviceType, location, customFields, host }: AllocationFacts,
): AllocationDetails | null {
  const isSilent = [mac, deviceType, location, customFields, host].every(fact => fact === undefined)
  if (isSilent) return old
  const before = old ?? noDetails(null)
  return {
    ...before,
    mac: mac === undefined ? before.mac : mac,
    formerMacs: formerMacs(before, mac),
    deviceType: deviceType === undefined ? before.deviceType : deviceType,
    location: location === undefined ? before.location : location,
    customFields: customFields ?? before.customFields,
    host: hostAfter(before.host, host),
  }
}

/** The tests say no empty text. */
function hostAfter(old: HostFacts | null, said: Partial<HostFacts> = {}): HostFacts | null {
  const nothing = { osType: null, application: null, costCenter: null, purpose: null, notes: null }
  const host = { ...nothing, ...old, ...said }
  return Object.values(host).every(fact => fact === null) ? null : host
}

function formerMacs(
  { mac: old, formerMacs: former }: AllocationDetails,
  mac: string | null | undefined,
): readonly string[] {
  if (mac === undefined) return former
  if (mac === null || mac === old) return []
  const all = old === null ? former : [old, ...former]
  return all.filter(each => each !== mac).slice(0, FORMER_MACS_MAX)
}
