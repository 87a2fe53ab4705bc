// Countries and regions from memory, comments and reservations of document 001 a page at a time.
import type {
  Address,
  Cidr,
  Comment,
  Country,
  Ledger,
  Network,
  RegionView,
  Reservation,
} from '../ledger/index.js'
import { resourceTypes } from './codec/name-codes.js'
import type { Database, Statement } from './open.js'
import type {
  Counted,
  RegionFigures,
  RegionReads,
  RegionTotals,
  ReservationFilter,
  Window,
} from './reads.js'
import { ReservationPages } from './reservation-pages.js'
import { COMMENT_COLUMNS, type CommentRaw, commentOf } from './tables/region-rows.js'

type About = Pick<Comment, 'resourceType' | 'resourceId'>

export class SqliteRegionReads implements RegionReads {
  readonly #ledger: Ledger
  readonly #reservations: ReservationPages
  readonly #comments: Statement<number[], CommentRaw>

  constructor(db: Database, ledger: Ledger) {
    this.#ledger = ledger
    this.#reservations = new ReservationPages(db)
    this.#comments = db
      .prepare<number[], CommentRaw>(
        `SELECT ${COMMENT_COLUMNS} FROM comments INDEXED BY comments_by_resource
         WHERE resource_type = ? AND resource_id = ? ORDER BY id DESC LIMIT ? OFFSET ?`,
      )
      .raw() as Statement<number[], CommentRaw>
  }

  countries(): readonly Country[] {
    return this.#view.countries()
  }

  countryOfX(x: number): Country | null {
    return this.#view.countryOfX(x)
  }

  regions(): Iterable<Network> {
    return this.#view.regions()
  }

  regionCount(): number {
    return this.#view.regionCount()
  }

  regionAt(address: Address): Network | null {
    return this.#view.regionAt(address)
  }

  regionFigures(networkId: number): RegionFigures | null {
    return this.#view.regionFigures(networkId)
  }

  regionTotals(): RegionTotals {
    return this.#view.regionTotals()
  }

  nextRegion(country: string): Cidr | null {
    return this.#view.nextRegion(country)
  }

  nextHost(regionId: number): Address | null {
    return this.#view.nextHost(regionId)
  }

  commentPage({ resourceType, resourceId }: About, { skip, limit }: Window): Counted<Comment> {
    const type = resourceTypes.codeOf(resourceType)
    const rows = this.#comments.all(type, resourceId, limit, skip).map(commentOf)
    return { rows, total: this.#ledger.rows.regions.commentCount(resourceType, resourceId) }
  }

  reservationByUid(uid: string): Reservation | null {
    return this.#reservations.byUid(uid)
  }

  reservationPage(filter: ReservationFilter, window: Window): Counted<Reservation> {
    return this.#reservations.page(filter, window)
  }

  get #view(): RegionView {
    return this.#ledger.regions()
  }
}
