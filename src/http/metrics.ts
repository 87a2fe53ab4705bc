// Counters of the HTTP room. Children are looked up once for each route and status, not once a request.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const SECONDS_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

type Child = { readonly count: Counter.Internal; readonly seconds: Histogram.Internal<string> }

/** The children of one route, by status. */
export type RouteMetrics = Map<number, Child>

export class HttpMetrics {
  readonly #requests: Counter
  readonly #seconds: Histogram
  readonly connections: Gauge
  readonly connectionsDropped: Counter
  readonly watchers: Gauge
  readonly watchersDropped: Counter
  readonly listsCut: Counter

  constructor(registry: Registry) {
    const registers = [registry]
    this.#requests = new Counter({
      name: 'http_requests_total',
      help: 'Requests answered, by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'http_request_seconds',
      help: 'From the head of a request read to its answer handed to the system.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS_BUCKETS,
      registers,
    })
    this.connections = new Gauge({
      name: 'http_connections',
      help: 'Open client connections.',
      registers,
    })
    this.connectionsDropped = new Counter({
      name: 'http_connections_dropped_total',
      help: 'Connections closed unanswered because there were too many.',
      registers,
    })
    this.watchers = new Gauge({
      name: 'http_watchers',
      help: 'Open watch streams, of server-sent events and WebSocket.',
      registers,
    })
    this.watchersDropped = new Counter({
      name: 'http_watchers_dropped_total',
      help: 'Watch streams cut because their client read nothing for too long.',
      registers,
    })
    this.listsCut = new Counter({
      name: 'http_lists_cut_total',
      help: 'Streamed lists cut because they took too long.',
      registers,
    })
  }

  /** @param route the path pattern, never the path: labels must stay few */
  answered(
    children: RouteMetrics,
    method: string,
    route: string,
    status: number,
    elapsedMs: number,
  ): void {
    let child = children.get(status)
    if (child === undefined) {
      const labels = [method, route, String(status)]
      child = {
        count: this.#requests.labels(...labels),
        seconds: this.#seconds.labels(...labels),
      }
      children.set(status, child)
    }
    child.count.inc()
    child.seconds.observe(elapsedMs / 1000)
  }

  /** No route matched: the path is not ours, or the method is not its. */
  unrouted(method: string, status: number, elapsedMs: number): void {
    const labels = [method, 'none', String(status)]
    this.#requests.labels(...labels).inc()
    this.#seconds.labels(...labels).observe(elapsedMs / 1000)
  }
}
