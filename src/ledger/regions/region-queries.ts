// What is free for a country or in a region, and what is there: for rules and readers.
import { type Cidr, lastAddress } from '../address/range.js'
import type { AddressSpace } from '../address-space/address-space.js'
import { lowestSite } from '../address-space/region-site.js'
import type { LedgerRows } from '../ports.js'
import type { Country } from './nouns.js'
import { REGION_PREFIX_LENGTH, rangeOfX } from './region-cidr.js'

/** Id of the VRF that regions are in. */
const VRF_ID = 1
const FAMILY = 4

/** The lowest 10.X.Y.0/24 of the country where there is neither network, claim nor reservation; null when there is none. */
export function nextRegion(
  { space, rows }: { readonly space: AddressSpace; readonly rows: LedgerRows },
  { xFirst, xLast }: Country,
): Cidr | null {
  const first = lowestSite(space.roots(VRF_ID, FAMILY), rangeOfX(xFirst, xLast), site => {
    const [reservation] = rows.reservationsOutside({ vrfId: VRF_ID, family: FAMILY, ...site }, 1)
    return reservation === undefined ? null : lastAddress(reservation)
  })
  return first === null ? null : { family: FAMILY, first, prefixLength: REGION_PREFIX_LENGTH }
}
