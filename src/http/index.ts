// What other rooms may use of HTTP.
export { isLoopback } from './loopback.js'
export type {
  HttpOptions,
  IpamLimits,
  LimitOptions,
  ListenAddress,
  LoginLimits,
} from './options.js'
export { defaultHttpOptions } from './options.js'
export type {
  ClusterFacts,
  HttpClock,
  HttpDependencies,
  HttpLog,
  IdentityTools,
  MemberAddress,
  RaftStatusView,
  RaftView,
  ReadinessCheck,
} from './ports.js'
export type { HttpServer } from './server.js'
export { createHttpServer } from './server.js'
