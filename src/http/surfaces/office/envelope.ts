// Errors as document 004 writes them: a code for programs, a message in the reader's language, details.
import type { ApiError } from '../../api-error.js'
import type { Language } from '../../language.js'
import { chineseClause } from './chinese-clauses.js'
import { chineseMessage } from './chinese-messages.js'

/** The document's own codes; every other one is the reason in capitals. */
const codes: { readonly [reason: string]: string } = {
  invalid: 'INVALID_REQUEST',
  'body-missing': 'INVALID_REQUEST',
  'malformed-json': 'INVALID_REQUEST',
  'malformed-path': 'INVALID_REQUEST',
  'not-permitted': 'INSUFFICIENT_PERMISSIONS',
  'token-malformed': 'TOKEN_INVALID',
  'user-not-found': 'RESOURCE_NOT_FOUND',
  'api-token-not-found': 'RESOURCE_NOT_FOUND',
  'tag-not-found': 'RESOURCE_NOT_FOUND',
  'custom-field-not-found': 'RESOURCE_NOT_FOUND',
  'network-not-found': 'SUBNET_NOT_FOUND',
  'network-exists': 'SUBNET_EXISTS',
  'network-in-use': 'SUBNET_NOT_EMPTY',
  'address-taken': 'IP_ALREADY_ALLOCATED',
  'address-not-usable': 'IP_NOT_USABLE',
  'address-outside-network': 'IP_OUTSIDE_SUBNET',
  'address-in-child': 'IP_IN_CHILD_SUBNET',
  'address-in-no-network': 'RESOURCE_NOT_FOUND',
  'allocation-not-found': 'RESOURCE_NOT_FOUND',
  'allocation-ended': 'IP_NOT_ALLOCATED',
  'reservation-not-found': 'RESOURCE_NOT_FOUND',
  'reservation-ended': 'IP_NOT_ALLOCATED',
  'reservation-not-yours': 'IP_RESERVED_BY_OTHER',
  'no-space': 'NO_FREE_IP',
  'no-such-path': 'RESOURCE_NOT_FOUND',
  internal: 'INTERNAL_SERVER_ERROR',
}

export function envelope(error: ApiError, language: Language): string {
  const { reason, message, fields, clause } = error
  const details =
    clause === null
      ? fields
      : { field: fields.field, reason: language === 'zh' ? chineseClause(clause) : clause }
  return JSON.stringify({
    error: {
      code: Object.hasOwn(codes, reason)
        ? codes[reason]
        : reason.toUpperCase().replaceAll('-', '_'),
      message: language === 'zh' ? chineseMessage(reason, message) : message,
      details,
    },
  })
}
