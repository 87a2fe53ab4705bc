// What request headers mean: X-Request-Id, Request-Timeout, Idempotency-Key, If-Match, If-None-Match.
import { createHash } from 'node:crypto'
import type { IdempotencyKey } from '../ledger/index.js'
import { ApiError, invalid } from './api-error.js'
import type { Call } from './call.js'

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/

const TIMEOUT_SECONDS_MIN = 0.1
const TIMEOUT_SECONDS_MAX = 300

let requestsNamed = 0
const requestPrefix = createHash('sha256')
  .update(`${process.pid} ${process.hrtime.bigint()}`)
  .digest('hex')
  .slice(0, 8)

/** The client's X-Request-Id when it is fit to be echoed and logged, else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  if (typeof given === 'string' && REQUEST_ID.test(given)) return given
  return `${requestPrefix}-${(++requestsNamed).toString(36)}`
}

/** Request-Timeout: seconds, fractions allowed. @throws ApiError 400 */
export function takeTimeout(call: Call): void {
  const text = call.header('request-timeout')
  if (text === undefined) return
  const seconds = /^\d{1,3}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds >= TIMEOUT_SECONDS_MIN && seconds <= TIMEOUT_SECONDS_MAX))
    throw invalid(
      'Request-Timeout',
      text,
      `it must be seconds from ${TIMEOUT_SECONDS_MIN} to ${TIMEOUT_SECONDS_MAX}`,
    )
  call.timeoutMs = seconds * 1000
}

/**
 * The Idempotency-Key with its scope, and what was asked for, both hashed: the ledger keeps them.
 * @throws ApiError 400
 */
export function idempotencyOf(call: Call, scope: string, body: unknown): IdempotencyKey | null {
  const key = call.header('idempotency-key')
  if (key === undefined) return null
  if (!VISIBLE_ASCII.test(key))
    throw invalid('Idempotency-Key', key, 'it must be 1 to 255 visible ASCII characters')
  const path = (call.request.url ?? '').split('?', 1)[0] ?? ''
  return {
    scopeHash: sha256(`${scope}\n${call.request.method}\n${path}\n${key}`),
    requestHash: sha256(
      `${canonicalJson(withoutSecrets(call, body))}\n${call.header('if-match') ?? ''}`,
    ),
  }
}

/**
 * Passwords are left out of the hash: it is fast and unsalted, so whoever has a backup could try a dictionary on it, which
 * Argon2 is there to make dear; and every key that we could put to it is in the same backup. So a key that is used again
 * with nothing but another password gets the first answer, instead of a 422.
 */
function withoutSecrets({ endpoint }: Call, body: unknown): unknown {
  const fields = endpoint?.secretFields ?? []
  if (fields.length === 0 || typeof body !== 'object' || body === null) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, fields.includes(name) ? true : value]),
  )
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** JSON with the keys of every object sorted, so that equal requests have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  entries.sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}

const ENTITY_TAGS = /^(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*$/

/**
 * The revision that If-Match insists on; null = none (no header, or `*`).
 * @throws ApiError 400 when it is no list of entity tags, 412 when none of them can ever match
 */
export function ifMatchRevision(call: Call): number | null {
  const text = call.header('if-match')?.trim()
  if (text === undefined || text === '*') return null
  if (!ENTITY_TAGS.test(text))
    throw invalid('If-Match', text, 'it must be an entity tag in quotes, as in ETag, or *')
  if (text.includes(',')) throw invalid('If-Match', text, 'it may name one entity tag only')
  // Strong comparison (RFC 9110, 13.1.1): a weak tag matches nothing, nor does one that we never gave.
  const revision = /^"(\d{1,15})"$/.exec(text)?.[1]
  if (revision === undefined)
    throw new ApiError(
      412,
      'revision-mismatch',
      `The entity's tag is not ${text.slice(0, 100)}: read it again.`,
    )
  return Number(revision)
}

/** Whether the client already has the entity as of that revision (weak comparison, RFC 9110, 13.1.2). */
export function isNotModified(call: Call, revision: number): boolean {
  const text = call.request.headers['if-none-match']
  if (text === undefined) return false
  if (text.trim() === '*') return true
  return text.split(',').some(tag => tag.trim().replace(/^W\//, '') === `"${revision}"`)
}
