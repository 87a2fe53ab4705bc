// A region as a search finds it. Thousands are looked at for a page: what takes more than a look at the region is had when it is asked for.
import type { RegionFigures } from '../../../store/index.js'
import type { Call } from '../../call.js'
import type { Region } from './found.js'
import { figuresOf } from './region-presenter.js'
import { regionRelevance, type Sortable } from './search-order.js'
import type { SearchQuery } from './search-query.js'

export class RegionHit implements Sortable {
  readonly type = 'region'
  readonly hostname = null
  readonly relevance: number
  /** X · 256 + Y. */
  readonly key: number
  readonly #call: Call
  #figures: RegionFigures | null = null

  constructor(
    call: Call,
    readonly region: Region,
    query: SearchQuery,
  ) {
    this.#call = call
    this.key = (Number(region.first) >>> 8) & 0xffff
    this.relevance = regionRelevance(region.region.name, query)
  }

  get regionName(): string {
    return this.region.region.name
  }

  get address(): bigint {
    return this.region.first
  }

  get createdMs(): number {
    return this.region.region.createdMs
  }

  get country(): string | null {
    return this.#country?.name ?? null
  }

  get countryCode(): string | null {
    return this.#country?.code ?? null
  }

  get allocated(): number {
    return this.#inUse.allocated
  }

  get hosts(): number {
    return this.#inUse.hosts
  }

  get #country() {
    return this.#call.app.store.reads.regions.countryOfX(this.key >>> 8)
  }

  /** Of one moment, so that an order stays one. */
  get #inUse(): RegionFigures {
    this.#figures ??= figuresOf(this.#call, this.region.id)
    return this.#figures
  }
}
