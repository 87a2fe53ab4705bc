// One request on its way through: who asks, which route, how long it may take, and at which revision it was answered.
import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ReadContext } from '../gateway/index.js'
import type { Permission } from '../ledger/index.js'
import type { App } from './app.js'
import { type Caller, requireStanding } from './caller.js'
import type { Endpoint } from './endpoint.js'
import { type Language, languageOf } from './language.js'
import type { Surface } from './surface.js'

export class Call {
  readonly startedMs: number
  /** null until a route has matched. */
  endpoint: Endpoint | null = null
  /** Whose token it carries; null = it carries none, or none was asked for. */
  caller: Caller | null = null
  /** The most that the caller was found to need and have. */
  permission: Permission = 'read'
  /** What IPAM-Revision says; -1 = whatever is applied when the answer is sent. */
  revision = -1
  /** Set when the client asked for a WebSocket. */
  upgrade: Upgrade | null = null
  /** Set from the query on routes that read. */
  readContext: ReadContext
  /** Set by `takeTimeout`. */
  timeoutMs: number
  /** What its answer has beside the headers of every answer and its own: name, value, name, value … */
  moreHeaders: string[] | null = null
  #language: Language | null = null

  constructor(
    readonly app: App,
    readonly request: RoutedRequest,
    readonly response: ServerResponse,
    readonly surface: Surface,
    readonly requestId: string,
  ) {
    request.call = this
    this.startedMs = app.clock.monotonicMs()
    this.timeoutMs = app.options.outcomeTimeoutMs
    this.readContext = app.defaultRead
  }

  /** For its answer, whatever that will be. @param headers name, value, name, value … */
  addHeaders(...headers: string[]): void {
    this.moreHeaders = this.moreHeaders === null ? headers : [...this.moreHeaders, ...headers]
  }

  /** A parameter of the path, decoded. */
  param(name: string): string {
    return this.request.params[name] ?? ''
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** In which to answer where the surface knows more than one. */
  get language(): Language {
    const { request, app } = this
    this.#language ??= languageOf(request.headers['accept-language'], app.options.locale)
    return this.#language
  }

  /**
   * Waits until this node may answer at the level asked for; read the store before the next await. A state that is too old
   * to know whether the caller was deactivated does not answer him.
   * @throws GatewayError, Refused
   */
  async awaitRead(): Promise<void> {
    this.revision = await this.app.gateway.read(
      this.caller === null ? this.readContext : this.#withFreshness(),
    )
    requireStanding(this)
  }

  /** As a linearizable read does, whatever level was asked for. @throws GatewayError, Refused */
  async awaitNewest(timeoutMs = this.timeoutMs): Promise<void> {
    this.revision = await this.app.gateway.read({ ...this.app.defaultRead, timeoutMs })
    requireStanding(this)
  }

  #withFreshness(): ReadContext {
    const { level, freshnessMs } = this.readContext
    if (level !== 'none') return this.readContext
    const { tokenFreshnessMs } = this.app.options
    return {
      ...this.readContext,
      freshnessMs: Math.min(freshnessMs ?? tokenFreshnessMs, tokenFreshnessMs),
    }
  }
}

/** The connection behind a request to upgrade it, and what it sent already beyond the request. */
export type Upgrade = { readonly socket: Duplex; readonly head: Buffer }

/** A request as node:http makes it for us, with room for the call it belongs to and what Express's Router adds. */
export class RoutedRequest extends IncomingMessage {
  call: Call | null = null
  params: Record<string, string> = {}
}
