// Times on the wire: YYYY-MM-DDTHH:MM:SSZ, no fractions (CONTRACT.md D-19).

let lastSecond = Number.NaN
let lastText = ''

/** @param timeMs milliseconds since 1970; rounded down to the second. */
export function timestamp(timeMs: number): string {
  const second = Math.floor(timeMs / 1000)
  // Most answers of one moment carry the same second.
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}

export function timestampOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : timestamp(timeMs)
}

/** History keeps milliseconds; the wire does not: 2024-01-15T10:30:00.250Z becomes 2024-01-15T10:30:00Z. */
export function wholeSeconds(isoTime: string): string {
  return isoTime.replace(/\.\d+Z$/, 'Z')
}

/** As Go prints durations of whole seconds: 15s, 2m5s, 2h30m15s. */
export function goDuration(elapsedMs: number): string {
  const total = Math.floor(elapsedMs / 1000)
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = `${total % 60}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

const HOUR_MS = 3_600_000

/** A time to live: whole milliseconds, at least one; null = for ever. */
export function ttlMs(hours: number | null): number | null {
  return hours === null ? null : Math.max(1, Math.round(hours * HOUR_MS))
}
