// Goes over candidates in the order that is wanted, takes the page out of what fits, and counts on for a while.
import type { Statement } from '../open.js'

/** Counting stops here: nobody looks at so many. */
export const TOTAL_MAX = 10_000
/** And after this long behind the page's end. */
const COUNT_MS = 10
const ROWS_BETWEEN_LOOKS = 256

export type FoundIds = {
  readonly ids: readonly number[]
  readonly total: number
  readonly totalIsExact: boolean
}

export type PageWanted = {
  readonly skip: number
  readonly limit: number
  /** null: to be counted. */
  readonly total: number | null
  /** Rows that may be looked at before the page is full; null: all. */
  readonly rowsMax: number | null
}

/** Called every now and then. @throws when the question is given up */
export type Tick = () => void

/** Each row begins with the id of a hit, or 0. */
export type Stream = { readonly statement: Statement; readonly values: readonly unknown[] }
/** The same without rows around them; `LOOK` where many rows had no hit among them. */
export type Ids = Iterable<number>
export const LOOK = -1

/** @returns null when `rowsMax` rows did not fill the page */
export function findIds(
  streams: readonly (Stream | Ids)[],
  { skip, limit, total, rowsMax }: PageWanted,
  tick: Tick,
): FoundIds | null {
  const ids: number[] = []
  let [looked, hits, fullMs] = [0, 0, 0]
  for (const stream of streams) {
    for (const id of idsOf(stream)) {
      if (id > 0 && ++hits > skip && ids.length < limit) ids.push(id)
      const isFull = ids.length === limit
      if (isFull && total !== null) return { ids, total, totalIsExact: true }
      if (isFull && hits > TOTAL_MAX) return cut(ids, skip, TOTAL_MAX)
      if (++looked % ROWS_BETWEEN_LOOKS !== 0 && id !== LOOK) continue
      tick()
      if (!isFull && rowsMax !== null && looked > rowsMax) return null
      if (isFull && fullMs === 0) fullMs = performance.now()
      else if (isFull && performance.now() - fullMs > COUNT_MS) return cut(ids, skip, hits)
    }
  }
  return { ids, total: total ?? hits, totalIsExact: true }
}

function* idsOf(stream: Stream | Ids): Ids {
  if (!('statement' in stream)) {
    yield* stream
    return
  }
  for (const row of stream.statement.iterate(...stream.values)) yield (row as [number])[0]
}

function cut(ids: readonly number[], skip: number, counted: number): FoundIds {
  return { ids, total: Math.max(counted, skip + ids.length), totalIsExact: false }
}
