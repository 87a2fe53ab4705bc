// Answers a question for hosts. What few rows meet is gathered and sorted; else hosts are taken in the order that is wanted until the
// page is full, and where that turns out to have little to do with what is asked, all hits are gathered after all.
import type { Database, Statement } from '../open.js'
import type { HostQuery } from '../reads.js'
import { type Covering, type Sql, sql } from './conditions.js'
import { coveringReader } from './covering.js'
import { FactCodes } from './fact-codes.js'
import { type FoundIds, findIds, type Ids, type Tick } from './found-ids.js'
import {
  type HostCondition,
  hostConditions,
  LAST_LETTER,
  type NameMatch,
  type Vocabulary,
} from './host-conditions.js'
import { HostPlaces } from './host-places.js'
import { type HostColumn, HostStreams, type Wanted } from './host-streams.js'
import { RegionBits } from './region-bits.js'

/** When to gather. */
export type HostLimits = {
  /** So many candidates are looked at and sorted whatever the order. */
  readonly gatherMax: number
  /** Rows, or ranges of ids, that are looked at in an order before the hits are gathered. */
  readonly orderedRowsMax: number
  readonly orderedRangesMax: number
  /** Ranges of ids whose hosts are counted to see whether they are few. */
  readonly countedRangesMax: number
}
const usualLimits: HostLimits = {
  gatherMax: 20_000,
  orderedRowsMax: 20_000,
  orderedRangesMax: 1500,
  countedRangesMax: 256,
}
const NONE: FoundIds = { ids: [], total: 0, totalIsExact: true }

/** One search of a question: there is one for each way in which a name is met, best first. */
type Search = { readonly wanted: Wanted; readonly streams: HostStreams; readonly pageEnd: number }

export class HostSearch {
  readonly #db: Database
  readonly #bits: RegionBits
  readonly #vocabulary: Vocabulary
  readonly #covering: Covering
  readonly #limits: HostLimits

  constructor(db: Database, limits = usualLimits) {
    this.#db = db
    this.#limits = limits
    this.#bits = new RegionBits(db)
    const terms = db
      .prepare('SELECT term FROM word_terms WHERE term >= ? AND term < ?')
      .pluck() as Statement<[string, string], string>
    this.#vocabulary = {
      facts: new FactCodes(db),
      terms: beginning => terms.all(beginning, beginning + LAST_LETTER),
    }
    this.#covering = coveringReader(db)
  }

  /** @param gone networks that are no more, and whose allocations are none therefore */
  find(query: HostQuery, gone: readonly number[], tick: Tick): FoundIds {
    const places = new HostPlaces(query, this.#bits.read(), this.#covering)
    if (places.ranges.length === 0) return NONE
    const isByName = query.order === 'relevance' && (query.hostname ?? '') !== ''
    const matches: readonly NameMatch[] = isByName ? ['equal', 'beginning', 'behind'] : ['anywhere']
    const order: HostColumn = query.order === 'relevance' ? 'ip_address' : query.order
    const descending = query.descending && query.order !== 'relevance'
    const searches = matches.flatMap(match => {
      const conditions = hostConditions(query, match, this.#vocabulary)
      if (conditions === null) return []
      const wanted = { order, descending, places, conditions, gone }
      const streams = new HostStreams(this.#db, wanted, tick)
      return [{ wanted, streams, pageEnd: query.skip + query.limit }]
    })
    const page = { skip: query.skip, limit: query.limit, total: query.total, rowsMax: null }
    const ids = searches.map(search => this.#hits(search))
    return findIds(ids, page, tick) ?? NONE
  }

  /** Nothing is looked for before the first of them is asked for. */
  *#hits(search: Search): Ids {
    const { streams, wanted } = search
    const { places, order, conditions } = wanted
    const few = this.#fewest(conditions)
    if (few?.rows === 0) return
    if (few !== null) yield* streams.gathered(few.source)
    else if (this.#isSmall(places)) yield* streams.gatheredIn(places.ranges)
    else if (places.isOrdered) yield* this.#byRank(search)
    else if (order !== 'ip_address') yield* this.#byColumn(search, order)
    else yield* this.#byAddress(search)
  }

  *#byAddress({ streams, wanted }: Search): Ids {
    const source = allInOrder(wanted)
    yield* source === null ? streams.inRanges(wanted.places.ranges) : streams.along(source)
  }

  *#byColumn({ streams, wanted, pageEnd }: Search, order: 'hostname' | 'created_at'): Ids {
    let [looked, given] = [0, 0]
    for (const id of streams.byColumn(order)) {
      if (id > 0) given += 1
      yield id
      if (++looked <= this.#limits.orderedRowsMax + pageEnd || given >= pageEnd) continue
      yield* this.#all(streams, wanted).slice(given)
      return
    }
  }

  *#byRank({ streams, wanted, pageEnd }: Search): Ids {
    const { places, order } = wanted
    let [ranges, given] = [0, 0]
    for (const group of places.groups()) {
      ranges += group.length
      if (ranges > this.#limits.orderedRangesMax && given < pageEnd) {
        yield* this.#all(streams, wanted).slice(given)
        return
      }
      const ids = order === 'ip_address' ? streams.inRanges(group) : streams.gatheredIn(group)
      for (const id of ids) {
        if (id > 0) given += 1
        yield id
      }
    }
  }

  #all(streams: HostStreams, wanted: Wanted): number[] {
    const source = allInOrder(wanted)
    return source === null ? streams.gatheredIn(wanted.places.ranges) : streams.gathered(source)
  }

  /** The source of fewest rows, if they are few enough to be gathered. */
  #fewest(
    conditions: readonly HostCondition[],
  ): { readonly source: Sql; readonly rows: number } | null {
    const tooMany = this.#limits.gatherMax + 1
    let fewest: { source: Sql; rows: number } | null = null
    for (const { source } of conditions) {
      if (source === null) continue
      const text = `SELECT count(*) FROM (${source.text} LIMIT ${tooMany})`
      const rows = this.#db
        .prepare(text)
        .pluck()
        .get(...source.values) as number
      if (rows < (fewest?.rows ?? tooMany)) fewest = { source, rows }
    }
    return fewest
  }

  /** Whether hosts are few in all these places together. */
  #isSmall({ ranges, isNarrow }: HostPlaces): boolean {
    if (!isNarrow || ranges.length > this.#limits.countedRangesMax) return false
    const text = `SELECT count(*) FROM (SELECT 1 FROM occupants h INDEXED BY occupants_hosts
      WHERE h.host = 1 AND h.id BETWEEN ? AND ? LIMIT ?)`
    const count = this.#db.prepare(text).pluck()
    let left = this.#limits.gatherMax
    for (const { first, last } of ranges) {
      left -= count.get(first, last, left + 1) as number
      if (left < 0) return false
    }
    return true
  }
}

/** What all conditions that an index has in address order give together, in the order wanted; null: there is none. */
function allInOrder({ conditions, places, descending }: Wanted): Sql | null {
  const sources = conditions.flatMap(({ source, isInOrder }) =>
    source !== null && isInOrder ? [source] : [],
  )
  if (sources.length === 0) return null
  const [from, to] = [places.ranges[0]?.first ?? 0, places.ranges.at(-1)?.last ?? 0]
  // Each arm is in order, so that SQLite goes along all of them at once.
  const arms = sources.map(({ text }) => `SELECT id FROM (${text}) WHERE id BETWEEN ? AND ?`)
  const text = `${arms.join(' INTERSECT ')} ORDER BY 1${descending ? ' DESC' : ''} LIMIT -1`
  return sql(text, ...sources.flatMap(({ values }) => [...values, from, to]))
}
