// What a page of another site could do in its visitor's browser.
import { ApiError } from './api-error.js'
import type { Call } from './call.js'

/**
 * Where no token is shown, reaching the socket may be being allowed: a web page from elsewhere must not write, or watch
 * by WebSocket, through its visitor's browser, unless http.cors_origins names it. Programs send neither header. No browser sends a bearer token by itself.
 * @throws ApiError 403
 */
export function refuseForeignPage(call: Call): void {
  const site = call.request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return
  const origin = call.request.headers.origin
  if (call.app.cors?.allows(origin)) return
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
