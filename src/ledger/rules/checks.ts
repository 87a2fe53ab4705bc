// Checks that several rules share. Each gives a refusal, or null when all is well.
import { TIME_MS_MAX } from '../changes/iso-time.js'
import { utf8Bytes } from '../personal/json.js'
import { type Decision, invalid, refuse } from './decision.js'

/** Ten years: longer than that nobody holds an address back. */
export const HOLD_HOURS_MAX = 87_600

/** In code points. */
export const NAME_CHARACTERS_MAX = 100

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

/** Text in one line, not empty. @param field name of the refusal. @param charactersMax in code points */
export function checkLine(field: string, text: string, charactersMax: number): Decision | null {
  if (text === '') return invalid(field, text, 'must not be empty')
  const refused = checkText(field, text, charactersMax)
  if (refused !== null) return refused
  return /\p{Control}/u.test(text) ? invalid(field, text, 'must not hold control characters') : null
}

/** @param field name of the refusal. @param charactersMax in code points */
export function checkText(field: string, text: string, charactersMax: number): Decision | null {
  // A code point is two code units at most: what is far too long is not gone over.
  if (text.length > 2 * charactersMax || Array.from(text).length > charactersMax)
    return invalid(field, text, `must have at most ${charactersMax} characters`)
  return /\p{Surrogate}/u.test(text) ? invalid(field, text, 'must be well-formed Unicode') : null
}

/** @param field name of the refusal, which says how long the text is and not what it says. @param bytesMax in UTF-8 */
export function checkBytes(field: string, text: string, bytesMax: number): Decision | null {
  // A text has no fewer bytes than code units: one far too long is not gone over.
  const bytes = text.length > bytesMax ? text.length : utf8Bytes(text)
  return bytes <= bytesMax ? null : invalid(field, bytes, `must have at most ${bytesMax} bytes`)
}

/** Of a pool: what must fit into the path of a URL, whatever the script. @param field name of the refusal. */
export function checkName(field: string, name: string): Decision | null {
  const refused = checkLine(field, name, NAME_CHARACTERS_MAX)
  if (refused !== null) return refused
  // Programs resolve these two in a path, encoded or not.
  return name === '.' || name === '..' ? invalid(field, name, 'must not be . or ..') : null
}

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/

export function checkEmail(field: string, email: string): Decision | null {
  return EMAIL.test(email) ? null : invalid(field, email, 'must be an address like name@host')
}
