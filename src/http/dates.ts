// Days and times as filters take them: YYYY-MM-DD, or a full ISO 8601 time where history is asked.
import { Type } from '@sinclair/typebox'
import { invalid } from './api-error.js'
import { SAYS } from './validation.js'

export const DAY_MS = 86_400_000
const DAY = '\\d{4}-\\d{2}-\\d{2}'
const CLOCK = 'T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,3})?(?:Z|[+-]\\d{2}:\\d{2})'
/** As written without a fraction it means the whole second, as times are shown (CONTRACT.md D-19). */
const SECOND_MS = 1000
const DAY_CLAUSE = 'it must be a day like 2024-01-31'
const TIME_CLAUSE = 'it must be a day like 2024-01-31 or a time like 2024-01-31T23:59:59Z'

export const dayText = Type.String({
  pattern: `^${DAY}$`,
  [SAYS]: DAY_CLAUSE,
  description: 'A day of UTC, included.',
  examples: ['2024-01-31'],
})

export const momentText = Type.String({
  pattern: `^${DAY}(?:${CLOCK})?$`,
  [SAYS]: TIME_CLAUSE,
  description: 'A day of UTC or a time, included.',
  examples: ['2024-01-31', '2024-01-31T23:59:59Z'],
})

/** @returns days since 1970-01-01 @throws ApiError 400 when the calendar has no such day */
export function dayOf(field: string, text: string): number {
  return Math.floor(midnight(field, text, DAY_CLAUSE) / DAY_MS)
}

export function dayName(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The first millisecond of it. @throws ApiError 400 */
export function beginOf(field: string, text: string): number {
  const dayMs = midnight(field, text.slice(0, 'YYYY-MM-DD'.length), TIME_CLAUSE)
  if (!text.includes('T')) return dayMs
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw invalid(field, text, TIME_CLAUSE)
  return timeMs
}

/** The first millisecond behind it. @throws ApiError 400 */
export function endOf(field: string, text: string): number {
  const beginMs = beginOf(field, text)
  if (!text.includes('T')) return beginMs + DAY_MS
  return beginMs + (text.includes('.') ? 1 : SECOND_MS)
}

/** The parser of times takes 2024-02-30 for a day in March. */
function midnight(field: string, text: string, clause: string): number {
  const timeMs = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString().slice(0, 10) !== text)
    throw invalid(field, text, clause)
  return timeMs
}
