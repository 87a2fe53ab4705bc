// A region as a search finds it. Thousands are looked at for a page: what takes more than a look at the region is had when it is asked for.
import type { RegionFigures } from '../../../store/index.js'
import type { Call } from '../../call.js'
import type { Region } from './found.js'
import { figuresOf, octetsOf } from './region-presenter.js'
import { regionRelevance, type Sortable } from './search-order.js'
import type { SearchQuery } from './search-query.js'

export class RegionHit implements Sortable {
  readonly type = 'region'
  readonly hostname = null
  readonly relevance: number
  readonly #call: Call
  #figures: RegionFigures | null = null

  constructor(
    call: Call,
    readonly region: Region,
    query: SearchQuery,
  ) {
    this.#call = call
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

  /** X · 256 + Y. */
  get key(): number {
    const { x, y } = octetsOf(this.region)
    return x * 256 + y
  }

  get #country() {
    return this.#call.app.store.reads.regions.countryOfX(octetsOf(this.region).x)
  }

  /** Of one moment, so that an order stays one. */
  get #inUse(): RegionFigures {
    this.#figures ??= figuresOf(this.#call, this.region.id)
    return this.#figures
  }
}
