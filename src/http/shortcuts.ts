// Finds most routes by one or two look-ups: the Router asks its routes one after another, which costs more than a read.
import type { RoutedRequest } from './call.js'
import type { Endpoint } from './endpoint.js'

type Target = { readonly endpoint: Endpoint; readonly param: string | null }

/** What a parameter looks like that needs no decoding. Everything else is the Router's. */
const PLAIN = /^[\w.~-]+$/

export class Shortcuts {
  /** By method and path without parameters, or up to and with the slash before the only one. The first route wins. */
  readonly #targets = new Map<string, Target>()

  /** Paths with a parameter elsewhere than at their end are left to the Router. */
  add(method: string, path: string, endpoint: Endpoint): void {
    const colon = path.indexOf(':')
    if (colon >= 0 && path.includes('/', colon)) return
    const key = `${method} ${colon < 0 ? path : path.slice(0, colon)}`
    const param = colon < 0 ? null : path.slice(colon + 1)
    if (!this.#targets.has(key)) this.#targets.set(key, { endpoint, param })
  }

  /** Sets the request's parameters when it finds a route. */
  find(request: RoutedRequest): Endpoint | null {
    const { method = '', url = '' } = request
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const exact = this.#targets.get(`${method} ${path}`)
    if (exact !== undefined) return exact.param === null ? exact.endpoint : null
    const slash = path.lastIndexOf('/') + 1
    const target = this.#targets.get(`${method} ${path.slice(0, slash)}`)
    const value = path.slice(slash)
    if (target === undefined || target.param === null || !PLAIN.test(value)) return null
    request.params = { [target.param]: value }
    return target.endpoint
  }
}
