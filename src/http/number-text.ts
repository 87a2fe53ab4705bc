// How the numbers of a pool are written all together.
import { formatNumber, type NumberPool } from '../ledger/index.js'

/** `65000:{1000-1999}` (document 003), or `{100-199}` where numbers stand alone. */
export function rangeText(pool: NumberPool): string {
  return formatNumber(pool, pool.rangeStart).replace(
    /\d+$/,
    `{${pool.rangeStart}-${pool.rangeEnd}}`,
  )
}
