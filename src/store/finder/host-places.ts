// Where a question lets hosts be: in regions, in ranges of addresses, and in which order of regions. As ranges of ids, which are in
// address order (places.ts).
import type { HostQuery } from '../reads.js'
import { addressBeginnings } from './address-beginnings.js'
import type { Covering } from './conditions.js'
import { ipv4Id, lastIdOf } from './places.js'
import { hasBit, REGION_KEYS } from './region-bits.js'

/** Both included. */
export type IdRange = { readonly first: number; readonly last: number }
/** Addresses, both included. */
type Span = { readonly first: number; readonly last: number }

const NET_TEN = 0x0a00_0000
const REGION_SIZE = 256
const IDS_OF_REGION = ipv4Id(BigInt(REGION_SIZE), 0)
const FIRST_ID = ipv4Id(BigInt(NET_TEN), 0)
/** A range of ids is at most so many regions long: it is read at once. */
const REGIONS_AT_ONCE = 64
const EVERYWHERE: readonly Span[] = [{ first: NET_TEN, last: NET_TEN + 0xff_ffff }]

export class HostPlaces {
  /** In address order. */
  readonly ranges: readonly IdRange[]
  readonly #wanted: Uint8Array
  /** By key, where regions were given in an order. */
  readonly #ranks: Uint16Array | null
  readonly #keys: Uint16Array | null
  /** null: whole regions only. */
  readonly #spans: readonly Span[] | null
  /** Runs that begin before the address that is asked for. */
  readonly #covering: ReadonlySet<number>

  constructor(query: HostQuery, bits: Uint8Array, covering: Covering) {
    const { regions } = query
    this.#keys = regions?.keys ?? null
    this.#ranks = regions === undefined ? null : ranksOf(regions)
    this.#wanted = wantedRegions(bits, this.#keys)
    const beginning = query.beginning === null ? null : addressBeginnings(query.beginning)
    this.#spans = spansOf(query, beginning)
    const { covered = null } = beginning ?? {}
    this.#covering = new Set(covered?.family === 4 ? covering(covered) : [])
    const extra = [...this.#covering].map(id => ({ first: id, last: id }))
    const begun = (this.#spans ?? EVERYWHERE).flatMap(span => this.#rangesIn(span))
    const ranges = [...extra.filter(({ first }) => this.#isWanted(first)), ...begun]
    this.ranges = ranges.sort((a, b) => a.first - b.first)
  }

  get isOrdered(): boolean {
    return this.#ranks !== null
  }

  /** Whether it is less than all hosts. */
  get isNarrow(): boolean {
    return this.#keys !== null || this.#spans !== null
  }

  has(id: number): boolean {
    if (!this.#isWanted(id)) return false
    return this.#spans === null || isIn(this.#spans, addressOf(id)) || this.#covering.has(id)
  }

  rankOf(id: number): number {
    return this.#ranks?.[keyOf(id)] ?? 0
  }

  /** Ranges of one rank after the other, each in address order. */
  *groups(): Iterable<readonly IdRange[]> {
    const byRank = Uint16Array.from(this.#keys ?? [])
      .filter(key => this.#wanted[key] === 1)
      .sort((a, b) => this.#rankOfKey(a) - this.#rankOfKey(b) || a - b)
    for (let from = 0; from < byRank.length; ) {
      const rank = this.#rankOfKey(byRank[from] as number)
      let to = from + 1
      while (to < byRank.length && this.#rankOfKey(byRank[to] as number) === rank) to++
      yield this.#rangesOf(byRank.subarray(from, to))
      from = to
    }
  }

  #rankOfKey(key: number): number {
    return this.#ranks?.[key] ?? 0
  }

  #isWanted(id: number): boolean {
    const key = keyOf(id)
    return key >= 0 && key < REGION_KEYS && this.#wanted[key] === 1
  }

  /** @param keys rising */
  #rangesOf(keys: Uint16Array): IdRange[] {
    const ranges: IdRange[] = []
    for (let at = 0; at < keys.length; ) {
      const begin = at
      while (keys[at + 1] === (keys[at] as number) + 1 && at + 1 - begin < REGIONS_AT_ONCE) at++
      const first = idOfKey(keys[begin] as number)
      ranges.push(...this.#clipped({ first, last: idOfKey((keys[at] as number) + 1) - 1 }))
      at++
    }
    return ranges
  }

  #clipped(range: IdRange): IdRange[] {
    const extra = [...this.#covering]
      .filter(id => id >= range.first && id <= range.last)
      .map(id => ({ first: id, last: id }))
    if (this.#spans === null) return [range]
    const parts = overlapping(this.#spans, range).map(span => ({
      first: Math.max(range.first, ipv4Id(BigInt(span.first), 0)),
      last: Math.min(range.last, lastIdOf(BigInt(span.last))),
    }))
    return [...extra, ...parts]
  }

  #rangesIn({ first, last }: Span): IdRange[] {
    const ranges: IdRange[] = []
    const [from, to] = [keyOfAddress(first), keyOfAddress(last)]
    for (let key = from; key <= to; key++) {
      if (this.#wanted[key] !== 1) continue
      const begin = key
      while (key < to && this.#wanted[key + 1] === 1 && key + 1 - begin < REGIONS_AT_ONCE) key++
      ranges.push({
        first: Math.max(idOfKey(begin), ipv4Id(BigInt(first), 0)),
        last: Math.min(idOfKey(key + 1) - 1, lastIdOf(BigInt(last))),
      })
    }
    return ranges
  }
}

function keyOf(id: number): number {
  return Math.floor((id - FIRST_ID) / IDS_OF_REGION)
}

function idOfKey(key: number): number {
  return FIRST_ID + key * IDS_OF_REGION
}

function keyOfAddress(address: number): number {
  return Math.floor((address - NET_TEN) / REGION_SIZE)
}

function addressOf(id: number): number {
  return Math.floor(id / ipv4Id(1n, 0))
}

function wantedRegions(bits: Uint8Array, keys: Uint16Array | null): Uint8Array {
  const wanted = new Uint8Array(REGION_KEYS)
  if (keys === null) {
    for (let key = 0; key < REGION_KEYS; key++) wanted[key] = hasBit(bits, key) ? 1 : 0
  } else {
    for (const key of keys) wanted[key] = hasBit(bits, key) ? 1 : 0
  }
  return wanted
}

/** null: all are of one rank. */
function ranksOf({ keys, ranks }: NonNullable<HostQuery['regions']>): Uint16Array | null {
  const [first] = ranks
  if (ranks.every(rank => rank === first)) return null
  const byKey = new Uint16Array(REGION_KEYS)
  keys.forEach((key, at) => {
    byKey[key] = ranks[at] ?? 0
  })
  return byKey
}

/** Those of the ranges that are of the beginning as well, in 10.0.0.0/8. */
function spansOf(
  { ranges }: HostQuery,
  beginning: ReturnType<typeof addressBeginnings> | null,
): readonly Span[] | null {
  if (ranges.length === 0 && beginning === null) return null
  const [ten] = EVERYWHERE as [Span]
  const asked = ranges.length === 0 ? EVERYWHERE : ranges.flatMap(range => spanIn(range, ten))
  if (beginning === null) return asked
  const begun = beginning.spans.filter(({ family }) => family === 4)
  return begun.flatMap(range => asked.flatMap(span => spanIn(range, span)))
}

function spanIn(range: { readonly first: bigint; readonly last: bigint }, within: Span): Span[] {
  const first = Math.max(Number(range.first), within.first)
  const last = Math.min(Number(range.last), within.last)
  return first <= last ? [{ first, last }] : []
}

/** @param spans disjoint, in order */
function isIn(spans: readonly Span[], address: number): boolean {
  const span = spans[firstEndingAt(spans, address)]
  return span !== undefined && span.first <= address
}

function overlapping(spans: readonly Span[], { first, last }: IdRange): Span[] {
  const found: Span[] = []
  const [from, to] = [addressOf(first), addressOf(last)]
  for (let at = firstEndingAt(spans, from); at < spans.length; at++) {
    const span = spans[at] as Span
    if (span.first > to) break
    found.push(span)
  }
  return found
}

/** Index of the first that ends at the address or behind it. */
function firstEndingAt(spans: readonly Span[], address: number): number {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((spans[middle] as Span).last < address) low = middle + 1
    else high = middle
  }
  return low
}
