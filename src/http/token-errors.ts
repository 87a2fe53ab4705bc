// What is said to whoever shows no token, or one that does not hold (RFC 6750, 3).
import type { AuthenticationFailure } from '../auth/index.js'
import { ApiError } from './api-error.js'
import type { Permission } from './route.js'

const sentences: { readonly [Code in AuthenticationFailure['code']]: string } = {
  'token-malformed': 'What the Authorization header carries is no token of this server.',
  'token-invalid': 'The token is not valid.',
  'token-expired': 'The token is over; sign in again.',
  'token-revoked': 'The token was revoked, or the password has changed since; sign in again.',
  'user-inactive': 'The user of this token was deactivated.',
  'address-not-allowed': 'This token may not be used from here.',
}

/** The reason why in detail is for the log. */
export function tokenError({ code }: AuthenticationFailure): ApiError {
  return new ApiError(code === 'address-not-allowed' ? 403 : 401, code, sentences[code])
}

export function unauthorized(permission: Permission): ApiError {
  return new ApiError(
    401,
    'unauthorized',
    'Authentication required: this is answered only with a valid token (Authorization: Bearer …).',
    { permission },
  )
}

const REALM = 'Bearer realm="ipam"'
/** Nothing was shown that could be wrong. */
const bare: ReadonlySet<string> = new Set(['unauthorized', 'invalid-credentials'])

/** Every 401 says how to do better (RFC 9110, 15.5.2), and a 403 what a token would have to allow. */
export function challengeOf({ status, reason, fields }: ApiError): readonly string[] {
  if (status === 401)
    return ['WWW-Authenticate', bare.has(reason) ? REALM : `${REALM}, error="invalid_token"`]
  if (reason !== 'not-permitted') return []
  const scope = `scope="ipam:${fields.permission}"`
  return ['WWW-Authenticate', `${REALM}, error="insufficient_scope", ${scope}`]
}
