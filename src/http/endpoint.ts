// A route made ready to run: checks compiled, counters bound, and the one way a request goes through it.
import { type TSchema, Type } from '@sinclair/typebox'
import { ApiError } from './api-error.js'
import { authorize } from './authorize.js'
import { readJson } from './body.js'
import type { Call } from './call.js'
import { fail } from './fail.js'
import type { Gate } from './limits/gate.js'
import type { RouteMetrics } from './metrics.js'
import { compileQuery, noQuery, type QueryParser, readContextOf, readParameters } from './query.js'
import { takeTimeout } from './request-headers.js'
import type { Route } from './route.js'
import { send } from './send.js'
import { type Check, compileCheck } from './validation.js'

export class Endpoint {
  readonly metrics: RouteMetrics = new Map()
  /** The canonical path, as metrics and documentation name it. */
  readonly path: string
  /** null: probes and pages ignore what balancers and browsers append. */
  readonly #parseQuery: QueryParser | null
  readonly #checkBody: Check | null
  /** Fields of the body that are secrets. */
  readonly secretFields: readonly string[]

  /** @param gate null where nothing limits the route */
  constructor(
    readonly route: Route,
    readonly gate: Gate | null,
  ) {
    this.path = route.paths[0]
    this.#parseQuery = route.permission === 'open' ? null : compileQuery(queryOf(route))
    this.#checkBody = route.body === null ? null : compileCheck(route.body, 'body')
    this.secretFields = Object.entries(route.body?.properties ?? {})
      .filter(([, property]) => (property as TSchema).writeOnly === true)
      .map(([name]) => name)
  }

  /** Answers the call, whatever happens. */
  async run(call: Call): Promise<void> {
    call.endpoint = this
    try {
      const signingIn =
        this.gate === null ? this.#signIn(call) : this.gate.pass(call, () => this.#signIn(call))
      if (signingIn !== null) await signingIn
      const url = call.request.url ?? ''
      const mark = url.indexOf('?')
      const query = this.#parseQuery?.(mark < 0 ? '' : url.slice(mark + 1)) ?? noQuery
      if (this.route.reads && (mark >= 0 || call.timeoutMs !== call.app.options.outcomeTimeoutMs))
        call.readContext = readContextOf(query, call.timeoutMs)
      const body =
        this.#checkBody === null ? undefined : await this.#readBody(call, this.#checkBody)
      const answer = await this.route.handle(call, { query, body })
      if (answer !== null) send(call, answer)
    } catch (error) {
      fail(call, error)
    }
  }

  #signIn(call: Call): Promise<void> | null {
    takeTimeout(call)
    return authorize(call, this.route)
  }

  async #readBody(call: Call, check: Check): Promise<unknown> {
    let body = await readJson(call.request, call.app.options.bodyBytesMax)
    if (body === undefined) {
      if (!this.route.bodyOptional)
        throw new ApiError(400, 'body-missing', 'The request needs a JSON body.')
      body = {}
    }
    check(body)
    return body
  }
}

/** The schema of all query parameters, those of every read included. */
export function queryOf(route: Route) {
  const own = route.query?.properties ?? {}
  if (!route.reads && route.query === null) return null
  return Type.Object(
    { ...own, ...(route.reads ? readParameters : {}) },
    { additionalProperties: false },
  )
}
