// One request on its way through: who asks, which route, how long it may take, and at which revision it was answered.
import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ReadContext } from '../gateway/index.js'
import type { App } from './app.js'
import type { Endpoint } from './endpoint.js'
import type { Surface } from './surface.js'

export class Call {
  readonly startedMs: number
  /** null until a route has matched. */
  endpoint: Endpoint | null = null
  /** What IPAM-Revision says; -1 = whatever is applied when the answer is sent. */
  revision = -1
  /** Set when the client asked for a WebSocket. */
  upgrade: Upgrade | null = null
  /** Set from the query on routes that read. */
  readContext: ReadContext
  /** Set by `takeTimeout`. */
  timeoutMs: number

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

  /** A parameter of the path, decoded. */
  param(name: string): string {
    return this.request.params[name] ?? ''
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** Waits until this node may answer at the level asked for; read the store before the next await. */
  async awaitRead(): Promise<void> {
    this.revision = await this.app.gateway.read(this.readContext)
  }
}

/** The connection behind a request to upgrade it, and what it sent already beyond the request. */
export type Upgrade = { readonly socket: Duplex; readonly head: Buffer }

/** A request as node:http makes it for us, with room for the call it belongs to and what Express's Router adds. */
export class RoutedRequest extends IncomingMessage {
  call: Call | null = null
  params: Record<string, string> = {}
}
