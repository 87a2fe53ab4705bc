// What can be asked about countries and regions, from memory.
import type { Address } from '../address/address-text.js'
import type { Cidr } from '../address/range.js'
import type { AddressSpace } from '../address-space/address-space.js'
import {
  type RegionFigures,
  type RegionTotals,
  regionFiguresOf,
  regionTotalsOf,
} from '../address-space/region-figures.js'
import { firstUsable } from '../address-space/usable-space.js'
import type { Network } from '../entities.js'
import type { LedgerRows } from '../ports.js'
import type { CountryTable } from './country-table.js'
import type { Country } from './nouns.js'
import { isRegionCidr, xOf, yOf } from './region-cidr.js'
import { nextRegion } from './region-queries.js'

export class RegionView {
  private readonly space: AddressSpace
  private readonly table: CountryTable

  constructor(
    state: { readonly space: AddressSpace; readonly countries: CountryTable },
    private readonly rows: LedgerRows,
  ) {
    this.space = state.space
    this.table = state.countries
  }

  /** In id order; the default ones while nobody has edited the table. */
  countries(): readonly Country[] {
    return this.table.all()
  }

  countryOfX(x: number): Country | null {
    return this.table.ofX(x)
  }

  /** In address order; they may come and go while somebody goes over them. */
  *regions(): Generator<Network> {
    for (const { network } of this.space.regions.all()) yield network
  }

  /** O(1). */
  regionCount(): number {
    return this.space.regions.size
  }

  /** The region that contains the address of the default VRF, whatever networks lie between. O(1). */
  regionAt({ family, value }: Address): Network | null {
    const first = value & ~0xffn
    if (!isRegionCidr({ family, first, prefixLength: 24 })) return null
    return this.space.regions.at(xOf(first), yOf(first))?.network ?? null
  }

  /** null when it is no region. */
  regionFigures(networkId: number): RegionFigures | null {
    const node = this.space.node(networkId)
    return node === null || node.network.region === null ? null : regionFiguresOf(node)
  }

  regionTotals(): RegionTotals {
    return regionTotalsOf(this.space.regions)
  }

  /** What `region.create` would give now; null when there is nothing left, or no such country. @param country code or name */
  nextRegion(country: string): Cidr | null {
    const found = this.table.find(country)
    return found === null ? null : nextRegion({ space: this.space, rows: this.rows }, found)
  }

  /** What `hosts.create` would give now; null also for a Reserved region, and when there is none. */
  nextHost(regionId: number): Address | null {
    const node = this.space.node(regionId)
    if (node?.network.region?.status !== 'Active') return null
    const value = firstUsable(node)
    return value === null ? null : { family: node.network.family, value }
  }
}
