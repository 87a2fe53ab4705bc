// Which pages of other sites may use this server from their visitors' browsers (the Fetch standard's CORS protocol).
// Cookies are never in play: a page shows a token like any other program.
import type { Call } from './call.js'

const ANY = '*'
const PREFLIGHT_SECONDS = '3600'

const TAKEN =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Request-Timeout, X-Request-Id'
const EXPOSED =
  'ETag, IPAM-Revision, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id'

export class Cors {
  readonly #origins: ReadonlySet<string>

  /** @param origins as browsers write them; `*` = every one */
  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
  }

  allows(origin: string | undefined): boolean {
    if (origin === undefined) return false
    return this.#origins.has(ANY) || this.#origins.has(origin)
  }

  /** To be asked for every request, so that its answer can be read by an allowed page, whatever it says. */
  mark(call: Call): void {
    const { origin } = call.request.headers
    if (origin === undefined || !this.allows(origin)) return
    const shown = this.#origins.has(ANY) ? ANY : origin
    call.addHeaders('Access-Control-Allow-Origin', shown, 'Access-Control-Expose-Headers', EXPOSED)
  }

  /** More headers of the answer to OPTIONS. @param methods of the path */
  preflight({ request: { headers } }: Call, methods: readonly string[]): readonly string[] {
    if (headers['access-control-request-method'] === undefined || !this.allows(headers.origin))
      return []
    return [
      'Access-Control-Allow-Methods',
      methods.join(', '),
      'Access-Control-Allow-Headers',
      TAKEN,
      'Access-Control-Max-Age',
      PREFLIGHT_SECONDS,
    ]
  }
}
