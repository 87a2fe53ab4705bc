// Reservations that no network contains, as somebody meets them who goes up a range of addresses: read in pages, and not one by one.
import { type AddressRange, networkRange } from '../address/range.js'
import type { Family } from '../entities.js'
import type { LedgerRows } from '../ports.js'

const PAGE_ROWS_MAX = 256

type Site = { readonly vrfId: number; readonly family: Family } & AddressRange

export class WaitingRanges {
  private page: readonly AddressRange[] = []
  private at = 0
  /** Of the page that was met. */
  private met = 0
  private limit = 1
  private isLastPage = false

  /** @param site where they are looked for */
  constructor(
    private readonly rows: Pick<LedgerRows, 'reservationsOutside'>,
    private readonly site: Site,
  ) {}

  /** The first in address order that ends at the address or behind it. @param address never below the one before */
  reaching(address: bigint): AddressRange | null {
    for (;;) {
      for (; this.at < this.page.length; this.at += 1) {
        const range = this.page[this.at] as AddressRange
        if (range.last < address) continue
        this.met += 1
        return range
      }
      if (this.isLastPage) return null
      this.readOn(address)
    }
  }

  /** Larger pages while all that is read is of use: of hundreds of addresses in one site, the first one says enough. */
  private readOn(address: bigint): void {
    this.limit = this.met < this.page.length ? 1 : Math.min(2 * this.limit, PAGE_ROWS_MAX)
    const found = this.rows.reservationsOutside({ ...this.site, first: address }, this.limit)
    this.page = found.map(networkRange)
    this.isLastPage = found.length < this.limit
    this.at = 0
    this.met = 0
  }
}
