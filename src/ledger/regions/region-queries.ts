// What is free for a country or in a region, and what is there: for rules and readers.
import type { Cidr } from '../address/range.js'
import type { AddressSpace } from '../address-space/address-space.js'
import { lowestSite } from '../address-space/region-site.js'
import type { LedgerRows } from '../ports.js'
import { DEFAULT_VRF_ID } from '../rules/cluster.js'
import type { Country } from './nouns.js'
import { REGION_PREFIX_LENGTH, rangeOfX } from './region-cidr.js'
import { WaitingRanges } from './waiting-ranges.js'

/** The lowest 10.X.Y.0/24 of the country where there is neither network, claim nor reservation; null when there is none. */
export function nextRegion(
  { space, rows }: { readonly space: AddressSpace; readonly rows: LedgerRows },
  { xFirst, xLast }: Country,
): Cidr | null {
  const range = rangeOfX(xFirst, xLast)
  const waiting = new WaitingRanges(rows, { vrfId: DEFAULT_VRF_ID, family: 4, ...range })
  const roots = space.roots(DEFAULT_VRF_ID, 4)
  const first = lowestSite(roots, range, address => waiting.reaching(address))
  return first === null ? null : { family: 4, first, prefixLength: REGION_PREFIX_LENGTH }
}
