// What the ledger answers about countries, regions and hosts. `regionId` is the id of the region's network.
import type { Comment, Country } from './nouns.js'

export type RegionRefusal =
  | { readonly code: 'country-not-found'; readonly country: string }
  | { readonly code: 'country-exists'; readonly country: string }
  /** Another country has some of these X. */
  | {
      readonly code: 'country-range-taken'
      readonly country: string
      readonly xFirst: number
      readonly xLast: number
    }
  | { readonly code: 'too-many-countries'; readonly max: number }
  /** Also of a network that is no region. */
  | { readonly code: 'region-not-found'; readonly id: number }
  /** There is a region at that CIDR. */
  | { readonly code: 'region-exists'; readonly id: number; readonly cidr: string }
  | {
      readonly code: 'region-name-taken'
      readonly name: string
      readonly country: string | null
      readonly id: number
    }
  /** No X.Y of the country is free. */
  | { readonly code: 'country-exhausted'; readonly country: string; readonly regions: number }
  /** Its status is Reserved: it allocates nothing. */
  | { readonly code: 'region-reserved'; readonly id: number; readonly name: string }
  /** Not a live address allocation in a region. */
  | { readonly code: 'host-not-found'; readonly id: number }
  | {
      readonly code: 'hostname-taken'
      readonly hostname: string
      readonly regionId: number
      readonly allocationId: number
    }
  | { readonly code: 'too-many-comments'; readonly max: number }

export type RegionResult =
  | { readonly type: 'country'; readonly country: Country }
  /** `hosts`: released with it. */
  | { readonly type: 'region-retired'; readonly hosts: number }
  | { readonly type: 'comment'; readonly comment: Comment }
