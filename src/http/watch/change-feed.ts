// The newest Changes, read and rendered once for all watchers; older ones come from the store, a page at a time.
import type { ChangePosition, ChangeRow, StoreView } from '../../store/index.js'
import { isAfter, WHOLE_REVISION } from './position.js'

/** Rows kept for watchers that keep up. */
const TAIL_ROWS_MAX = 4096
const PAGE_ROWS = 256

export type WatchEvent = { readonly id: string; readonly action: string; readonly json: string }

/** null: a Change that this surface does not show. */
export type RenderChange = (change: ChangeRow) => { action: string; json: string } | null

type TailRow = { readonly position: ChangePosition; readonly event: WatchEvent | null }

export type FeedPage = {
  readonly events: readonly WatchEvent[]
  /** Everything up to here has been given (or is not shown). */
  readonly position: ChangePosition
  /** False when there was nothing more. */
  readonly more: boolean
}

export class ChangeFeed {
  /** Contiguous: every Change after `#tailStart` up to its last row, in order. Empty while nobody watches. */
  #tail: TailRow[] = []
  #tailStart: ChangePosition = { revision: 0, n: 0 }
  #pulling = false
  readonly #watchers = new Set<() => void>()
  readonly #unsubscribe: () => void

  constructor(
    readonly store: StoreView,
    readonly render: RenderChange,
    readonly keptCheck: (position: ChangePosition) => void,
  ) {
    this.#unsubscribe = store.onApplied(() => this.#pullSoon())
  }

  close(): void {
    this.#unsubscribe()
    this.#watchers.clear()
  }

  /** @param wake called whenever there may be more. Returns a function that ends it. */
  subscribe(wake: () => void): () => void {
    if (this.#watchers.size === 0) {
      this.#tail = []
      this.#tailStart = { revision: this.store.appliedIndex(), n: WHOLE_REVISION }
    }
    this.#watchers.add(wake)
    return () => this.#watchers.delete(wake)
  }

  /** The next events after a position, a page of them. @throws what keptCheck throws when history has a gap there */
  after(position: ChangePosition): FeedPage {
    if (isAfter(this.#tailStart, position)) return this.#fromStore(position)
    const first = this.#firstAfter(position)
    return pageOf(this.#tail.slice(first, first + PAGE_ROWS), position)
  }

  #fromStore(position: ChangePosition): FeedPage {
    this.keptCheck(position)
    const rows = this.store.reads.changesAfter(position, PAGE_ROWS)
    return pageOf(
      rows.map(row => this.#rendered(row)),
      position,
    )
  }

  /** Index in the tail of the first row after the position (binary search). */
  #firstAfter(position: ChangePosition): number {
    let low = 0
    let high = this.#tail.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const row = this.#tail[middle]
      if (row !== undefined && isAfter(row.position, position)) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Many transactions may be applied in one turn; they are read together in the next. */
  #pullSoon(): void {
    if (this.#pulling || this.#watchers.size === 0) return
    this.#pulling = true
    setImmediate(() => {
      this.#pulling = false
      this.#pull()
    })
  }

  #pull(): void {
    if (this.#watchers.size === 0) return
    const end = this.#tail.at(-1)?.position ?? this.#tailStart
    const rows = this.store.reads.changesAfter(end, PAGE_ROWS)
    for (const row of rows) this.#tail.push(this.#rendered(row))
    const surplus = this.#tail.length - TAIL_ROWS_MAX
    if (surplus > 0) {
      this.#tailStart = this.#tail[surplus - 1]?.position ?? this.#tailStart
      this.#tail.splice(0, surplus)
    }
    if (rows.length === PAGE_ROWS) this.#pullSoon()
    if (rows.length > 0) for (const wake of this.#watchers) wake()
  }

  #rendered(row: ChangeRow): TailRow {
    const { revision, n } = row
    const rendered = this.render(row)
    const event = rendered === null ? null : { id: `${revision}.${n}`, ...rendered }
    return { position: { revision, n }, event }
  }
}

function pageOf(rows: readonly TailRow[], from: ChangePosition): FeedPage {
  const events = rows.flatMap(row => (row.event === null ? [] : [row.event]))
  return { events, position: rows.at(-1)?.position ?? from, more: rows.length === PAGE_ROWS }
}
