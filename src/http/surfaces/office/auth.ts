// /api/auth/login, logout, refresh: an access token for a password, its end, and another one before it is over.
import { ApiError } from '../../api-error.js'
import { defineRoute, type Route } from '../../route.js'
import { submit } from '../../submit.js'
import { callerNow, callerOf, messageAnswer, unstored } from './answers.js'
import { presentAccessToken, presentSignedIn } from './presenters.js'
import { AccessToken, Credentials, ErrorBody, Message, SignedIn } from './schemas.js'
import { issueToken, signIn } from './sign-in.js'

export const AUTH_TAG = 'Sign-in'
export const tooMany = {
  description: 'Too many failures under this name from this address, or of this account.',
  schema: ErrorBody,
}

const login = defineRoute({
  method: 'POST',
  paths: ['/api/auth/login'],
  id: 'login',
  tag: AUTH_TAG,
  summary: 'Sign in',
  permission: 'open',
  body: Credentials,
  answers: { 200: { description: 'A token for an hour.', schema: SignedIn }, 429: tooMany },
  handle: async (call, { body }) => {
    const { user, token } = await signIn(call, body)
    return { status: 200, body: JSON.stringify(presentSignedIn(user, token)), headers: unstored }
  },
})

const logout = defineRoute({
  method: 'POST',
  paths: ['/api/auth/logout'],
  id: 'logout',
  tag: AUTH_TAG,
  summary: 'Revoke the token that is shown',
  description: 'Also a permanent one. Other tokens of the same user stay.',
  permission: 'read',
  answers: { 200: { description: 'No node takes it any more.', schema: Message } },
  handle: async call => {
    const { principal, expiresMs } = callerOf(call)
    const { headers } = await submit(
      call,
      principal.kind === 'api'
        ? { type: 'api-token.revoke', id: principal.apiTokenId }
        : {
            type: 'access-token.revoke',
            tokenId: principal.tokenId,
            // Access tokens always end.
            expiresMs: expiresMs ?? 0,
          },
      null,
    )
    return messageAnswer(call, { en: 'Signed out.', zh: '登出成功' }, headers)
  },
})

const refresh = defineRoute({
  method: 'POST',
  paths: ['/api/auth/refresh'],
  id: 'refresh',
  tag: AUTH_TAG,
  summary: 'Another access token for one that is not over yet',
  description: 'The one that is shown stays until its own end.',
  permission: 'read',
  answers: { 200: { description: 'A token for an hour.', schema: AccessToken } },
  handle: async call => {
    requireAccessToken(callerOf(call).principal.kind)
    await call.awaitNewest()
    const token = await issueToken(call, callerNow(call))
    return { status: 200, body: JSON.stringify(presentAccessToken(token)), headers: unstored }
  },
})

/** A permanent token, which may be bound to addresses, is no way to one that is not. @throws ApiError 403 */
export function requireAccessToken(kind: 'access' | 'api'): void {
  if (kind === 'access') return
  throw new ApiError(
    403,
    'access-token-needed',
    'A permanent token cannot do this: sign in with a name and a password.',
  )
}

export const authRoutes: readonly Route[] = [login, logout, refresh]
