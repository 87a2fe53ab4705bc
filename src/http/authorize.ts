// Who may do what. The core surface has no accounts yet: open to all, or closed to all (CONTRACT.md D-7).
import type { Origin } from '../ledger/index.js'
import { ApiError } from './api-error.js'
import type { Call } from './call.js'
import type { Permission, Route } from './route.js'

const USER_AGENT_CHARS_MAX = 256

/** @throws ApiError 401, 403 */
export function authorize(call: Call, route: Route): void {
  if (route.method !== 'GET' || call.upgrade !== null) refuseForeignPage(call)
  if (route.permission !== 'open') demand(call, route.permission)
}

/** That whoever asks may do this; where only the body says what is to be done, its handler asks. @throws ApiError 401 */
export function demand(call: Call, permission: Permission): void {
  if (call.app.options.auth === 'open') return
  throw new ApiError(
    401,
    'unauthorized',
    'Authentication required: this server answers only requests that carry a valid token.',
    { permission },
    ['WWW-Authenticate', 'Bearer'],
  )
}

/**
 * Without accounts, reaching the socket is being allowed: a web page from elsewhere must not write, or watch by
 * WebSocket, through its visitor's browser. Programs send neither header.
 * @throws ApiError 403
 */
export function refuseForeignPage(call: Call): void {
  const site = call.request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  const origin = call.request.headers.origin
  if (
    site === undefined &&
    (origin === undefined || isOwnOrigin(origin, call.request.headers.host))
  )
    return
  throw new ApiError(
    403,
    'foreign-page',
    `A page of another site${origin === undefined ? '' : ` (${origin.slice(0, 200)})`} may not send this request.`,
  )
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}

/** As Changes record it. */
export function originOf(call: Call): Origin {
  const address = call.request.socket.remoteAddress ?? null
  return {
    actor: 'system',
    clientAddress: address?.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address,
    userAgent: call.request.headers['user-agent']?.slice(0, USER_AGENT_CHARS_MAX) ?? null,
  }
}
