// Finds most routes by one to three look-ups: the Router asks its routes one after another, which costs more than a read.
import type { RoutedRequest } from './call.js'
import type { Endpoint } from './endpoint.js'

type Target = { readonly endpoint: Endpoint; readonly param: string | null }

/** What a parameter looks like that needs no decoding. Everything else is the Router's. */
const PLAIN = /^[\w.~-]+$/
/** One parameter, in the last place or the one before it. */
const ONE_PARAMETER = /^([^:]*\/):(\w+)((?:\/[^:/]+)?)$/

export class Shortcuts {
  /** By method and path, a bare `:` for the parameter. The first route wins; no two may match one text in different places. */
  readonly #targets = new Map<string, Target>()

  /** Paths with more parameters, or with one further in front, are left to the Router. */
  add(method: string, path: string, endpoint: Endpoint): void {
    const [, before = '', param = '', after = ''] = ONE_PARAMETER.exec(path) ?? []
    if (param !== '') this.#set(`${method} ${before}:${after}`, { endpoint, param })
    else if (!path.includes(':')) this.#set(`${method} ${path}`, { endpoint, param: null })
  }

  #set(key: string, target: Target): void {
    if (!this.#targets.has(key)) this.#targets.set(key, target)
  }

  /** Sets the request's parameters when it finds a route. */
  find(request: RoutedRequest): Endpoint | null {
    const { method = '', url = '' } = request
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const exact = this.#targets.get(`${method} ${path}`)
    if (exact !== undefined) return exact.param === null ? exact.endpoint : null
    const last = path.lastIndexOf('/')
    if (last < 1) return null
    const found = this.#bind(request, path, last + 1, path.length)
    return found ?? this.#bind(request, path, path.lastIndexOf('/', last - 1) + 1, last)
  }

  /** @param from of the parameter's text in the path @param to behind it */
  #bind(request: RoutedRequest, path: string, from: number, to: number): Endpoint | null {
    const key = `${request.method} ${path.slice(0, from)}:${path.slice(to)}`
    const target = this.#targets.get(key)
    if (target === undefined || target.param === null) return null
    const value = path.slice(from, to)
    if (!PLAIN.test(value)) return null
    request.params = { [target.param]: value }
    return target.endpoint
  }
}
