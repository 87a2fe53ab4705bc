// Pieces of schemas that the routes of countries, regions, hosts and reservations write alike (UPSTREAM.md 1.5, 1.6).
import { Type } from '@sinclair/typebox'
import { line } from '../../schema-parts.js'
import { SAYS } from '../../validation.js'

const REASON_CHARS_MAX = 500
const COMMENT_CHARS_MAX = 2000
const ID_CHARS_MAX = 64
/** Of one bulk request. */
export const BULK_MAX = 100

export const between = (minimum: number, maximum: number) => ({
  minimum,
  maximum,
  [SAYS]: `it must be between ${minimum} and ${maximum}`,
})

/** The second or third number of 10.X.Y.Z. */
export const octet = Type.Integer(between(0, 255))

export const id = Type.String({
  minLength: 1,
  maxLength: ID_CHARS_MAX,
  examples: ['770e8400-e29b-41d4-a716-446655440002'],
})

export const ids = Type.Array(id, { minItems: 1, maxItems: BULK_MAX })

/** Optional text in one line: null and an empty text say that there is none. */
export const lineOrNone = (maxLength: number) =>
  Type.Optional(Type.String({ ...line(0, maxLength), nullable: true }))

/** Optional text, line feeds included. */
export const textOrNone = (maxLength: number) => Type.Optional(text(0, maxLength, true))

const text = (minLength: number, maxLength: number, nullable: boolean) =>
  Type.String({
    minLength,
    maxLength,
    pattern: '^(?:[^\\p{Cc}\\p{Cs}]|[\\t\\n\\r])*$',
    [SAYS]: 'it must be text without control characters',
    nullable,
  })

export const commentText = text(1, COMMENT_CHARS_MAX, false)

/** A line that is read by people, and so more than blanks. */
export const nameLine = (maxLength: number) => ({
  ...line(1, maxLength),
  pattern: '^(?=\\s*\\S)[^\\p{Cc}\\p{Cs}]*$',
  [SAYS]: 'it must be text without control characters, and not blank',
})

/** Why something is given up. */
export const reason = Type.String(nameLine(REASON_CHARS_MAX))
export const reasonOrNone = lineOrNone(REASON_CHARS_MAX)

export const countryName = Type.String({ ...line(2, 100), examples: ['United States'] })
/** In a filter or a body: what names a country. */
export const countryNamed = Type.String({ minLength: 1, maxLength: 100, examples: ['US'] })
export const regionName = Type.String({ ...nameLine(100), examples: ['Production Network'] })

/** Of an answer: what was asked for happened. */
export const success = Type.Literal('success')
