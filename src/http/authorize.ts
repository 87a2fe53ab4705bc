// Who may do what (CONTRACT.md D-2, D-7). A token is judged by what this node knows; before it is refused for something
// that may only have not arrived here yet, the newest state is asked. What answers or decides the request asks again:
// `Call.awaitRead` and the ledger.
import { type AuthenticationFailure, authenticate, permits } from '../auth/index.js'
import { GatewayError } from '../gateway/index.js'
import type { Permission as LedgerPermission } from '../ledger/index.js'
import type { Call } from './call.js'
import { type Caller, requireStanding, stronger } from './caller.js'
import { clientAddressOf } from './client-address.js'
import { refuseForeignPage } from './foreign-page.js'
import { isLoopback } from './loopback.js'
import type { Route } from './route.js'
import { tokenError, unauthorized } from './token-errors.js'

/** How long a question about this node alone waits for the leader's word on who asks. */
const DIRECT_PROOF_MS = 500
const BEARER = /^bearer(?: +(.*))?$/i

/** @returns null when nothing is to be waited for, as without a token. @throws, or rejects with, ApiError 401, 403; Refused; GatewayError */
export function authorize(call: Call, route: Route): Promise<void> | null {
  const token = bearerOf(call)
  if (token === null && (route.method !== 'GET' || call.upgrade !== null)) refuseForeignPage(call)
  if (route.permission === 'open') return null
  if (token !== null) return signIn(call, route, route.permission, token)
  if (needsToken(call, route)) throw unauthorized(route.permission)
  return null
}

/** That whoever asks may do this, where only more than the path says what is to be done. @throws as `authorize` */
export async function demand(call: Call, permission: LedgerPermission): Promise<void> {
  const { caller, endpoint } = call
  if (endpoint === null || !needsToken(call, endpoint.route)) return
  if (caller === null) throw unauthorized(permission)
  call.permission = stronger(call.permission, permission)
  if (!permits(caller.user.role, permission)) await call.awaitNewest()
}

/** Other schemes may be of a proxy in front, which has had its look. */
function bearerOf(call: Call): string | null {
  const header = call.request.headers.authorization
  const found = header === undefined ? null : BEARER.exec(header)
  return found === null ? null : (found[1] ?? '').trim()
}

/** Where none is needed a good one only names who acts, so that it must allow no more than every role does. */
function needsToken(call: Call, route: Route): boolean {
  if (call.surface.signIn === 'always' || call.app.options.auth === 'required') return true
  return route.guarded === true && !isLoopback(clientAddressOf(call) ?? '')
}

async function signIn(
  call: Call,
  route: Route,
  permission: LedgerPermission,
  text: string,
): Promise<void> {
  call.caller = await callerOf(call, text)
  await demand(call, permission)
  if (route.direct) await proveDirect(call, route)
}

async function callerOf(call: Call, text: string): Promise<Caller> {
  const { app } = call
  const bearer = { text, clientAddress: clientAddressOf(call) }
  let answer = await authenticate(bearer, app.identityKnown, app.nowMs())
  if ('code' in answer && mayBeNews(answer)) {
    await call.awaitNewest()
    answer = await authenticate(bearer, app.identityKnown, app.nowMs())
  }
  if (!('code' in answer)) return answer
  app.log.debug({ requestId: call.requestId, failure: answer }, 'token refused')
  throw tokenError(answer)
}

/** Whether a node that knows more might say otherwise. */
function mayBeNews(failure: AuthenticationFailure): boolean {
  switch (failure.code) {
    case 'token-revoked':
    case 'user-inactive':
      return true
    case 'token-invalid':
      return failure.reason === 'unknown-key' || failure.reason === 'unknown-token'
    default:
      return false
  }
}

/**
 * Nothing on the way of such a request asks again who sends it. A question about this node alone is answered all the same
 * when there is no leader: that is when people ask it.
 */
async function proveDirect(call: Call, route: Route): Promise<void> {
  if (route.method !== 'GET') return call.awaitNewest()
  const { app } = call
  if (app.raft.status().leaderId === 0) return
  try {
    await call.awaitNewest(Math.min(call.timeoutMs, DIRECT_PROOF_MS))
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    requireStanding(call)
  }
}
