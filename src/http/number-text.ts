// How a number is written: as its pool does, `65000:1000` for route targets and distinguishers, plain otherwise.
import type { NumberPool } from '../ledger/index.js'

export function numberText({ kind, administrator }: NumberPool, value: number): string {
  return kind === 'rt' || kind === 'rd' ? `${administrator}:${value}` : String(value)
}

/** `65000:{1000-1999}` (document 003), without the administrator where values have none. */
export function rangeText(pool: NumberPool): string {
  const range = `{${pool.rangeStart}-${pool.rangeEnd}}`
  return pool.kind === 'rt' || pool.kind === 'rd' ? `${pool.administrator}:${range}` : range
}
