// Checks that several rules share. Each gives a refusal, or null when all is well.
import { TIME_MS_MAX } from '../changes/iso-time.js'
import { type Decision, invalid, refuse } from './decision.js'

/** Ten years: longer than that nobody holds an address back. */
export const HOLD_HOURS_MAX = 87_600

/** In code points. */
const NAME_CHARACTERS_MAX = 100

/** @param ifRevision null = the caller does not care. */
export function checkRevision(ifRevision: number | null, actual: number): Decision | null {
  if (ifRevision === null || ifRevision === actual) return null
  return refuse({ code: 'revision-mismatch', expected: ifRevision, actual })
}

/** @param ttlMs null = never expires. */
export function checkTtl(ttlMs: number | null, timeMs: number): Decision | null {
  if (ttlMs === null) return null
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) {
    return invalid('ttlMs', ttlMs, 'must be a whole number of milliseconds above 0')
  }
  return timeMs + ttlMs <= TIME_MS_MAX
    ? null
    : invalid('ttlMs', ttlMs, 'must end before the year 10000')
}

export function checkHoldHours(holdHours: number): Decision | null {
  const ok = Number.isInteger(holdHours) && holdHours >= 0 && holdHours <= HOLD_HOURS_MAX
  return ok
    ? null
    : invalid('holdHours', holdHours, `must be a whole number from 0 to ${HOLD_HOURS_MAX}`)
}

/** @param rowsMax of a slice. @param limit the most that any command may write. */
export function checkRowsMax(rowsMax: number, limit: number): Decision | null {
  const ok = Number.isInteger(rowsMax) && rowsMax >= 1 && rowsMax <= limit
  return ok ? null : invalid('rowsMax', rowsMax, `must be a whole number from 1 to ${limit}`)
}

/** @param keptMax how many may stay; null = any number. */
export function checkRowsKept(field: string, keptMax: number | null): Decision | null {
  const ok = keptMax === null || (Number.isSafeInteger(keptMax) && keptMax >= 0)
  return ok ? null : invalid(field, keptMax, 'must be a whole number from 0 on')
}

export function checkPrefixLength(prefixLength: number, bits: number): Decision | null {
  const ok = Number.isInteger(prefixLength) && prefixLength >= 0 && prefixLength <= bits
  return ok
    ? null
    : invalid('prefixLength', prefixLength, `must be a whole number from 0 to ${bits}`)
}

/** Of a pool: what must fit into the path of a URL, whatever the script. @param field name of the refusal. */
export function checkName(field: string, name: string): Decision | null {
  if (name === '') return invalid(field, name, 'must not be empty')
  if (Array.from(name).length > NAME_CHARACTERS_MAX) {
    return invalid(field, name, `must have at most ${NAME_CHARACTERS_MAX} characters`)
  }
  if (/\p{Surrogate}/u.test(name)) return invalid(field, name, 'must be well-formed Unicode')
  if (/\p{Control}/u.test(name)) return invalid(field, name, 'must not hold control characters')
  // Programs resolve these two in a path, encoded or not.
  return name === '.' || name === '..' ? invalid(field, name, 'must not be . or ..') : null
}
