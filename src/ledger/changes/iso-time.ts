// Entry times as text, computed from the number alone: a pure room may not ask the runtime what day it is.

const DAY_MS = 86_400_000
/** Days from 0000-03-01 to 1970-01-01. */
const DAYS_BEFORE_1970 = 719_468
const DAYS_IN_400_YEARS = 146_097

/** Last millisecond that has a four-digit year: 9999-12-31T23:59:59.999Z. */
export const TIME_MS_MAX = 253_402_300_799_999

/**
 * `YYYY-MM-DDTHH:MM:SS.mmmZ` of a time in ms since 1970, 0 to TIME_MS_MAX. Years are counted from March, so that a
 * leap day is the last of its year and months have a formula (as in Richards, Explanatory Supplement, 15.11).
 */
export function isoTime(timeMs: number): string {
  const day = Math.floor(timeMs / DAY_MS)
  const ms = timeMs - day * DAY_MS
  return `${isoDay(day)}T${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(
    Math.floor(ms / 1000) % 60,
  )}.${String(ms % 1000).padStart(3, '0')}Z`
}

/** null stays null: an open end. */
export function isoTimeOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs)
}

function isoDay(daySince1970: number): string {
  const day = daySince1970 + DAYS_BEFORE_1970
  const era = Math.floor(day / DAYS_IN_400_YEARS)
  const dayOfEra = day - era * DAYS_IN_400_YEARS
  // One day is taken back for each leap day before: every 4 years, less every 100, plus the last of the 400.
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  // From March on, five months have 153 days.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
