// Errors as document 001 writes them (CONTRACT.md 3): a word for programs, a sentence, and details where there are any.
import { Type } from '@sinclair/typebox'
import type { ApiError, Clauses, ErrorFields } from '../../api-error.js'
import { strict } from '../../schema-parts.js'

export const ErrorBody = Type.Object(
  {
    success: Type.Literal(false),
    error: Type.String(),
    message: Type.String(),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { title: 'IpamError', ...strict },
)

/** The document's own words; every other error is the reason with underscores, or that of its status. */
const words: { readonly [reason: string]: string } = {
  invalid: 'validation_error',
  'body-missing': 'validation_error',
  'malformed-json': 'validation_error',
  'malformed-path': 'validation_error',
  'rate-limited': 'rate_limit_exceeded',
  'not-permitted': 'forbidden',
  internal: 'internal_error',
}
const wordsOfStatuses: { readonly [status: number]: string } = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
}

export function envelope(error: ApiError): string {
  const { status, reason, message } = error
  const word = words[reason] ?? wordsOfStatuses[status] ?? reason.replaceAll('-', '_')
  const details = detailsOf(error)
  const bare = { success: false, error: word, message }
  return JSON.stringify(Object.keys(details).length === 0 ? bare : { ...bare, details })
}

/** A parameter that is not known is named as a field is, and a permission as document 001 calls it. */
function detailsOf({ clause, clauses, fields }: ApiError): ErrorFields {
  if (clause !== null) return sentences(clauses)
  const { field, known, permission } = fields
  if (known !== undefined) return sentences({ [String(field)]: 'it is not known here' })
  return permission === undefined ? fields : { ...fields, permission: `ipam:${permission}` }
}

/** As the documents write them: `Must be between 0 and 255`. */
function sentences(clauses: Clauses): Clauses {
  const sentence = (clause: string) => {
    const bare = clause.replace(/^it (?=must )/, '')
    return bare.charAt(0).toUpperCase() + bare.slice(1)
  }
  return Object.fromEntries(
    Object.entries(clauses).map(([field, clause]) => [field, sentence(clause)]),
  )
}
