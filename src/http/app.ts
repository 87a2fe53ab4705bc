// What every request needs and what is made once: dependencies, options, the header list that never changes, metrics.
import type { Socket } from 'node:net'
import type { IdentityView, VerifiedTokens } from '../auth/index.js'
import type { GatewayView, ReadContext } from '../gateway/index.js'
import type { StoreView } from '../store/index.js'
import { identityView } from './caller.js'
import { Cors } from './cors.js'
import { HttpMetrics } from './metrics.js'
import type { HttpOptions } from './options.js'
import type {
  ClusterFacts,
  HttpClock,
  HttpDependencies,
  HttpLog,
  IdentityTools,
  RaftView,
  ReadinessCheck,
} from './ports.js'
import { apiHeaders, pageHeaders } from './security-headers.js'
import { TrustedProxies } from './trusted-proxies.js'
import type { RenderChange } from './watch/change-feed.js'
import { WatchHub } from './watch/watch-hub.js'

export class App {
  readonly gateway: GatewayView
  readonly store: StoreView
  readonly raft: RaftView
  readonly cluster: ClusterFacts
  readonly checks: readonly ReadinessCheck[]
  readonly log: HttpLog
  readonly clock: HttpClock
  readonly identity: IdentityTools
  /** What `authenticate` asks. */
  readonly identityKnown: { readonly state: IdentityView; readonly verified: VerifiedTokens }
  readonly version: string
  readonly metrics: HttpMetrics
  readonly registry: HttpDependencies['registry']
  readonly startedMs: number
  /** Sent with every answer: name, value, name, value … */
  readonly fixedHeaders: readonly string[]
  /** The same for documentation pages, which run scripts of their own. */
  readonly fixedPageHeaders: readonly string[]
  readonly defaultRead: ReadContext
  /** null: pages of other sites are refused. */
  readonly cors: Cors | null
  /** null: none is trusted. */
  readonly proxies: TrustedProxies | null
  readonly watchHub: WatchHub
  /** As IPAM-Leader says it; 0 = unknown. */
  leaderText: string
  /** Closing: no new connections, answers close theirs. */
  draining = false
  /** Open connections. */
  readonly sockets = new Set<Socket>()
  /** Lists being streamed. */
  lists = 0
  /** One at a time: each is a copy of the state on our disk. */
  backupUnderWay = false
  /** Watchers of both kinds. */
  watchers = 0

  constructor(
    readonly options: HttpOptions,
    dependencies: HttpDependencies,
    renderChange: RenderChange,
  ) {
    this.gateway = dependencies.gateway
    this.store = dependencies.store
    this.raft = dependencies.raft
    this.cluster = dependencies.cluster
    this.checks = dependencies.checks
    this.log = dependencies.log
    this.clock = dependencies.clock
    this.identity = dependencies.identity
    const { verified, keys } = dependencies.identity
    this.identityKnown = { state: identityView(this.store, keys), verified }
    this.version = dependencies.version
    this.registry = dependencies.registry
    this.metrics = new HttpMetrics(dependencies.registry)
    this.startedMs = this.clock.monotonicMs()
    const { corsOrigins, trustedProxies } = options
    this.proxies = trustedProxies.length === 0 ? null : new TrustedProxies(trustedProxies)
    this.cors = corsOrigins.length === 0 ? null : new Cors(corsOrigins)
    const node = ['IPAM-Node', String(this.cluster.nodeId)]
    if (this.cors !== null) node.push('Vary', 'Origin')
    this.fixedHeaders = [...node, ...apiHeaders()]
    this.fixedPageHeaders = [...node, ...pageHeaders()]
    this.watchHub = new WatchHub(this, renderChange)
    this.defaultRead = {
      level: 'linearizable',
      freshnessMs: null,
      minRevision: 0,
      timeoutMs: options.outcomeTimeoutMs,
    }
    this.leaderText = String(this.raft.status().leaderId)
  }

  /** By which tokens end: the wall clock, but never before what this node has applied. */
  nowMs(): number {
    return Math.max(this.clock.wallMs(), this.store.appliedTimeMs())
  }

  /** Every check with why it fails, or null; our own first. */
  readiness(): { readonly name: string; readonly why: string | null }[] {
    const draining = this.draining ? 'the server is closing' : null
    return [
      { name: 'serving', why: draining },
      ...this.checks.map(({ name, check }) => ({ name, why: check() })),
    ]
  }

  /** The first failing check as `name: why`, or null when this node may be given requests. */
  notReady(): string | null {
    const failed = this.readiness().find(({ why }) => why !== null)
    return failed === undefined ? null : `${failed.name}: ${failed.why}`
  }
}
