// The limits and habits of the HTTP server; config fills them.
import { ACCESS_TTL_SECONDS } from '../auth/index.js'
import type { Allowance } from './limits/rule.js'

export type ListenAddress = {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
}

/** The longest page that may be asked for; part of the OpenAPI document, and so no option. */
export const PAGE_LIMIT_MAX = 1000

/** A login that fails is counted on all nodes (CONTRACT.md D-10). */
export type LoginLimits = {
  /** So many failures under one name and from one address within the window, and both wait for its end. */
  readonly failuresMax: number
  readonly windowMs: number
  /** So many failures of one account in a row, from wherever, and it is locked. */
  readonly lockAfter: number
  readonly lockMs: number
}

/** Requests of one user, or of one address that shows no good token, to /ipam (CONTRACT.md C-9). */
export type IpamLimits = {
  readonly perMinute: number
  /** Of these, the dashboard. */
  readonly dashboardPerMinute: number
  /** Of these, what makes one or more. */
  readonly reservationsPerHour: number
  readonly sharesPerHour: number
  readonly rulesPerHour: number
  readonly webhooksPerHour: number
  /** Of these, operations on many resources. */
  readonly bulkPerHour: number
  /** Of these, all that only reads, but for what is public. */
  readonly queriesPerHour: number
}

/** Counted by this node alone, in memory (CONTRACT.md D-10). */
export type LimitOptions = {
  /** false: nothing is limited but failed logins. */
  readonly enabled: boolean
  /** Requests of one client to the office surface. */
  readonly api: Allowance
  /** Of these, searches. */
  readonly search: Allowance
  /** Of these, exports. */
  readonly download: Allowance
  readonly ipam: IpamLimits
  /** A request to the office surface that is too early waits up to so long for its turn. */
  readonly waitMs: number
  /** So many wait at one time. */
  readonly waitersMax: number
  /** Clients remembered under each limit; the oldest go. */
  readonly keysMax: number
}

export type ReportOptions = {
  /** Font file for what PDF's own fonts lack; null: the first of the well-known ones that is there. */
  readonly fontPath: string | null
  /** PDFs made at one time, each in a thread of its own. */
  readonly pdfsMax: number
  /** Rows of a PDF; further ones are left out, and it says so. */
  readonly pdfRowsMax: number
}

export type HttpOptions = {
  readonly listen: readonly ListenAddress[]
  /** `required`: all but health and documentation needs a token (CONTRACT.md D-7). */
  readonly auth: 'open' | 'required'
  /** Of messages on the office surface, where the client asks for none that we have (CONTRACT.md D-16). */
  readonly locale: 'en' | 'zh'
  readonly login: LoginLimits
  readonly limits: LimitOptions
  /** Origins whose pages may use this server from browsers; `*` = every one; empty = only its own. */
  readonly corsOrigins: readonly string[]
  /** How people reach this cluster, as https://ipam.example.com; null: as the request that is answered says. */
  readonly publicUrl: string | null
  /** Addresses and CIDRs of proxies whose word on where a request comes from is believed. */
  readonly trustedProxies: readonly string[]
  /** How long an access token holds. */
  readonly accessTtlSeconds: number
  /** A read at level none with a token is refused when this node last heard of a leader longer ago. */
  readonly tokenFreshnessMs: number
  readonly bodyBytesMax: number
  readonly headerBytesMax: number
  readonly headersMax: number
  /** Connections above it are closed unanswered, so that the ones below it are served. */
  readonly connectionsMax: number
  /** An idle connection is kept that long for the client's next request. */
  readonly keepAliveMs: number
  /** The whole head of a request must have arrived within it. */
  readonly headersTimeoutMs: number
  /** The whole request, body included, must have arrived within it. */
  readonly requestTimeoutMs: number
  /** A connection on which nothing moves for that long is cut, whoever waits for whom: longer than any request may take. */
  readonly stallMs: number
  /** How long `close` waits for requests begun before it cuts them. */
  readonly closeTimeoutMs: number
  /** How long an outcome is waited for when the client does not say (Request-Timeout). */
  readonly outcomeTimeoutMs: number
  /** Entries in a page when only a cursor is given. */
  readonly pageLimit: number
  /** A streamed list that is not done by then is cut. */
  readonly listTimeoutMs: number
  /** Lists streamed at one time. */
  readonly listsMax: number
  readonly reports: ReportOptions
  /** A client that takes nothing of its backup for that long is cut. */
  readonly backupStallMs: number
  readonly watchersMax: number
  readonly watchHeartbeatMs: number
  /** A watcher that takes nothing for that long is dropped. */
  readonly watchStallMs: number
}

export const defaultHttpOptions: HttpOptions = {
  listen: [{ host: '127.0.0.1', port: 8080 }],
  auth: 'open',
  locale: 'en',
  login: { failuresMax: 5, windowMs: 60_000, lockAfter: 10, lockMs: 15 * 60_000 },
  limits: {
    enabled: true,
    api: { points: 10, windowMs: 1000 },
    search: { points: 5, windowMs: 1000 },
    download: { points: 2, windowMs: 60_000 },
    ipam: {
      perMinute: 100,
      dashboardPerMinute: 20,
      reservationsPerHour: 100,
      sharesPerHour: 100,
      rulesPerHour: 50,
      webhooksPerHour: 20,
      bulkPerHour: 10,
      queriesPerHour: 500,
    },
    waitMs: 1000,
    waitersMax: 1000,
    keysMax: 100_000,
  },
  corsOrigins: [],
  trustedProxies: [],
  publicUrl: null,
  accessTtlSeconds: ACCESS_TTL_SECONDS,
  tokenFreshnessMs: 5_000,
  bodyBytesMax: 1024 * 1024,
  headerBytesMax: 16 * 1024,
  headersMax: 100,
  connectionsMax: 20_000,
  keepAliveMs: 75_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  stallMs: 330_000,
  closeTimeoutMs: 10_000,
  outcomeTimeoutMs: 10_000,
  pageLimit: 100,
  listTimeoutMs: 30_000,
  listsMax: 32,
  reports: { fontPath: null, pdfsMax: 2, pdfRowsMax: 10_000 },
  backupStallMs: 60_000,
  watchersMax: 1000,
  watchHeartbeatMs: 15_000,
  watchStallMs: 30_000,
}
