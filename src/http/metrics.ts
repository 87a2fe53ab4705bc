// Counters of the HTTP room. Tallies are looked up once for each route and status, not once a request.
import { Counter, Gauge, type Metric, type Registry } from 'prom-client'
import { type Tally, TallyHistogram } from '../lib/index.js'

const SECONDS_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** The tallies of one route, by status. */
export type RouteMetrics = Map<number, Tally>

export class HttpMetrics {
  readonly #seconds: TallyHistogram
  readonly #unrouted = new Map<string, Tally>()
  readonly connections: Gauge
  readonly connectionsDropped: Counter
  readonly watchers: Gauge
  readonly watchersDropped: Counter
  readonly listsCut: Counter
  readonly rateLimited: Counter<'rule'>

  constructor(registry: Registry) {
    const registers = [registry]
    const seconds = new TallyHistogram({
      name: 'http_request_seconds',
      help: 'From the head of a request read to its answer handed to the system.',
      bounds: SECONDS_BUCKETS,
    })
    registry.registerMetric(seconds as unknown as Metric)
    this.#seconds = seconds
    new Counter({
      name: 'http_requests_total',
      help: 'Requests answered, by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
      collect() {
        this.reset()
        for (const { labels, count } of seconds.tallies) this.inc(labels, count)
      },
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
    this.rateLimited = new Counter({
      name: 'http_rate_limited_total',
      help: 'Requests refused with 429 because their client sent too many, by rule.',
      labelNames: ['rule'],
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
    let tally = children.get(status)
    if (tally === undefined) {
      tally = this.#seconds.add({ method, route, status: String(status) })
      children.set(status, tally)
    }
    tally.observe(elapsedMs / 1000)
  }

  /** No route matched: the path is not ours, or the method is not its. */
  unrouted(method: string, status: number, elapsedMs: number): void {
    const key = `${method} ${status}`
    let tally = this.#unrouted.get(key)
    if (tally === undefined) {
      tally = this.#seconds.add({ method, route: 'none', status: String(status) })
      this.#unrouted.set(key, tally)
    }
    tally.observe(elapsedMs / 1000)
  }
}
