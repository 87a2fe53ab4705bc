// What refusals about countries, regions and hosts say to people. What is not found begins with document 001's words.
import type { RegionRefusal } from '../ledger/index.js'
import { unreachable } from '../lib/index.js'
import type { IdSpelling } from './messages.js'

export function regionMessage(refusal: RegionRefusal, spell: IdSpelling): string {
  switch (refusal.code) {
    case 'country-not-found':
      return `Country not found: ${refusal.country}.`
    case 'country-exists':
      return `There is a country ${refusal.country} already.`
    case 'country-range-taken':
      return `Country ${refusal.country} has X from ${refusal.xFirst} to ${refusal.xLast}, and no two countries share one.`
    case 'too-many-countries':
      return `There are ${refusal.max} countries already; delete one first.`
    case 'region-not-found':
      return `Region not found: ${spell.network(refusal.id)}.`
    case 'region-exists':
      return `There is a region at ${refusal.cidr} already: ${spell.network(refusal.id)}.`
    case 'region-name-taken':
      return `${refusal.country === null ? 'Outside all countries' : `In ${refusal.country}`} there is a region named ${refusal.name} already: ${spell.network(refusal.id)}.`
    case 'country-exhausted':
      return `Country ${refusal.country} has no free range for another region; regions there: ${refusal.regions}.`
    case 'region-reserved':
      return `Region ${refusal.name} (${spell.network(refusal.id)}) has the status Reserved and allocates nothing.`
    case 'host-not-found':
      return `Host not found: ${spell.allocation(refusal.id)}.`
    case 'hostname-taken':
      return `In the region there is a host named ${refusal.hostname} already: ${spell.allocation(refusal.allocationId)}.`
    case 'too-many-comments':
      return `There are ${refusal.max} comments on it already; no more can be added.`
    default:
      return unreachable(refusal, 'refusal')
  }
}
