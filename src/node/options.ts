// From the checked configuration to the options of each module.
import type { Config } from '../config/index.js'
import { type GatewayOptions, gatewayDefaults } from '../gateway/index.js'
import { defaultHttpOptions, type HttpOptions, type LimitOptions } from '../http/index.js'
import type { RaftNodeOptions } from '../raft/core/index.js'
import type { RaftDriverOptions } from '../raft/index.js'

/** Ticks in one heartbeat: fine enough that an election's lot is not drawn from a few numbers only. */
const TICKS_PER_HEARTBEAT = 2
const APPEND_BYTES_MAX = 512 * 1024
const INFLIGHT_MESSAGES_MAX = 256
const INFLIGHT_BYTES_MAX = 16 * 1024 * 1024
const APPLY_BYTES_MAX = 1024 * 1024
const PENDING_READS_MAX = 10_000
const APPLY_ENTRIES_MAX = 256

export function coreOptions(config: Config, mayVote: boolean): RaftNodeOptions {
  return {
    nodeId: config.nodeId,
    heartbeatTicks: TICKS_PER_HEARTBEAT,
    electionTicks: Math.ceil(config.electionMs / tickMs(config)),
    appendBytesMax: APPEND_BYTES_MAX,
    inflightMessagesMax: INFLIGHT_MESSAGES_MAX,
    inflightBytesMax: INFLIGHT_BYTES_MAX,
    uncommittedBytesMax: config.uncommittedBytesMax,
    applyBytesMax: APPLY_BYTES_MAX,
    pendingReadsMax: PENDING_READS_MAX,
    mayVote,
  }
}

export function driverOptions(config: Config): RaftDriverOptions {
  return {
    nodeId: config.nodeId,
    tickMs: tickMs(config),
    stallTicksMax: 2 * TICKS_PER_HEARTBEAT,
    applyEntriesMax: APPLY_ENTRIES_MAX,
    compactEntries: config.compactEntries,
    tailEntries: config.tailEntries,
    logBytesMax: config.logBytesMax,
    diskStallMs: config.diskStallMs,
  }
}

function tickMs(config: Config): number {
  return config.heartbeatMs / TICKS_PER_HEARTBEAT
}

export function gatewayOptions(config: Config, sessionStart: number): GatewayOptions {
  return { nodeId: config.nodeId, sessionStart, ...gatewayDefaults }
}

export function httpOptions(config: Config): HttpOptions {
  return {
    ...defaultHttpOptions,
    listen: config.listen,
    auth: config.authCore,
    accessTtlSeconds: Math.floor(config.accessTtlMs / 1000),
    login: {
      ...defaultHttpOptions.login,
      failuresMax: config.loginAttemptsMax,
      lockAfter: config.lockAfter,
      lockMs: config.lockMs,
    },
    limits: limitOptions(config),
    corsOrigins: config.corsOrigins,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    reports: { ...defaultHttpOptions.reports, fontPath: config.reportFontPath },
    bodyBytesMax: config.bodyBytesMax,
    connectionsMax: config.connectionsMax,
    watchersMax: config.watchersMax,
  }
}

function limitOptions(config: Config): LimitOptions {
  const { limits } = defaultHttpOptions
  return {
    ...limits,
    enabled: config.limitsEnabled,
    api: { ...limits.api, points: config.apiPerSecond },
    search: { ...limits.search, points: config.searchPerSecond },
    download: { ...limits.download, points: config.exportPerMinute },
    ipam: {
      perMinute: config.ipamPerMinute,
      dashboardPerMinute: config.ipamDashboardPerMinute,
      reservationsPerHour: config.reservationsPerHour,
      sharesPerHour: config.sharesPerHour,
      rulesPerHour: config.rulesPerHour,
      webhooksPerHour: config.webhooksPerHour,
      bulkPerHour: config.bulkPerHour,
      queriesPerHour: config.queriesPerHour,
    },
  }
}
