// From file, environment and flags, in that order, to one checked Config. Every refusal names the option and its source.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { nearest } from './nearest.js'
import { environmentName, type OptionKey, type OptionSpec, optionTable } from './option-table.js'
import {
  ConfigError,
  type HostPort,
  isLoopbackHost,
  type NodeSpec,
  parseDuration,
  parseHostPort,
  parseNodes,
  parseOrigin,
  parseRange,
  parseSize,
} from './values.js'

export type Config = {
  readonly clusterId: number
  readonly nodeId: number
  readonly dataDirectory: string
  /** null when there are no peers. */
  readonly secret: string | null
  /** Empty = standalone. */
  readonly nodes: readonly NodeSpec[]
  readonly listen: readonly HostPort[]
  readonly peerListen: readonly HostPort[]
  readonly join: boolean
  readonly authCore: 'open' | 'required'
  /** Path; null = none. Read only where there is no user yet. */
  readonly adminPasswordFile: string | null
  readonly accessTtlMs: number
  readonly keyRotationMs: number
  readonly loginAttemptsMax: number
  readonly lockAfter: number
  readonly lockMs: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly heartbeatMs: number
  readonly electionMs: number
  readonly uncommittedBytesMax: number
  readonly compactEntries: number
  readonly tailEntries: number
  readonly diskStallMs: number
  readonly logBytesMax: number
  readonly cacheBytes: number
  readonly bodyBytesMax: number
  readonly connectionsMax: number
  readonly watchersMax: number
  readonly drainMs: number
  readonly corsOrigins: readonly string[]
  /** Addresses and CIDRs. */
  readonly trustedProxies: readonly string[]
  /** Without a slash at its end; null = as requests are addressed. */
  readonly publicUrl: string | null
  readonly reportFontPath: string | null
  readonly limitsEnabled: boolean
  readonly apiPerSecond: number
  readonly searchPerSecond: number
  readonly exportPerMinute: number
  readonly ipamPerMinute: number
  readonly ipamDashboardPerMinute: number
  readonly reservationsPerHour: number
  readonly sharesPerHour: number
  readonly rulesPerHour: number
  readonly webhooksPerHour: number
  readonly bulkPerHour: number
  readonly queriesPerHour: number
  readonly compareEveryMs: number
  readonly reviewAlertsEveryMs: number
  readonly alertsLocale: 'en' | 'zh'
  readonly reviewRulesEveryMs: number
  readonly webhooks: {
    /** Addresses and CIDRs, as `allow`. */
    readonly deny: readonly string[]
    readonly allow: readonly string[]
    readonly timeoutMs: number
    readonly retryMs: number
    readonly concurrency: number
    readonly perHour: number
  }
  readonly historyRetentionMs: number
  readonly historyRowsMax: number
  readonly idempotencyRetentionMs: number
  readonly idempotencyKeysMax: number
  /** Contents of the PEM files; null = no TLS. */
  readonly peerTls: { readonly cert: string; readonly key: string; readonly ca: string } | null
}

export type ConfigSources = {
  /** Path of the YAML file; null = none. */
  readonly file: string | null
  readonly environment: { readonly [name: string]: string | undefined }
  readonly flags: { readonly [Key in OptionKey]?: unknown }
}

/** Checked values by key, before they become a Config; also what `--check` prints. */
export type OptionValues = { readonly [Key in OptionKey]: unknown }

/** Five of the balancer's looks, as deploy/haproxy.cfg has them. */
const DRAIN_MS = 500

/** @throws ConfigError with one full sentence. */
export function loadConfig(sources: ConfigSources): { config: Config; values: OptionValues } {
  const fromFile = sources.file === null ? {} : readFile(sources.file)
  const values: Record<string, unknown> = {}
  for (const spec of optionTable as readonly OptionSpec[]) {
    const flag = (sources.flags as Record<string, unknown>)[spec.key]
    const variable = sources.environment[environmentName(spec.key)]
    if (flag !== undefined) values[spec.key] = checked(spec, flag, `--${spec.key}`)
    else if (variable !== undefined)
      values[spec.key] = checked(spec, variable, environmentName(spec.key))
    else if (fromFile[spec.key] !== undefined) {
      values[spec.key] = checked(spec, fromFile[spec.key], `${spec.key} in ${sources.file}`)
    } else values[spec.key] = checked(spec, spec.default, spec.key)
  }
  const complete = values as OptionValues
  const config = assemble(complete)
  return { config, values: inForce(complete, config) }
}

/** With what follows from other options where nothing is said: addresses from the nodes list, open on loopback. */
function inForce(values: OptionValues, config: Config): OptionValues {
  const { listen, peerListen, authCore, drainMs } = config
  const peer_listen = peerListen.length === 0 ? null : peerListen
  return { ...values, listen, peer_listen, 'auth.core': authCore, 'http.drain': drainMs }
}

function readFile(path: string): Record<string, unknown> {
  let document: unknown
  try {
    document = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new ConfigError(`cannot read ${path}: ${(error as Error).message}`)
  }
  if (document === null) return {}
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new ConfigError(`${path} must hold keys and values`)
  }
  const flat: Record<string, unknown> = {}
  flatten(document as Record<string, unknown>, '', flat)
  const known = optionTable.map(spec => spec.key as string)
  for (const key of Object.keys(flat)) {
    if (known.includes(key)) continue
    const hint = nearest(key, known)
    throw new ConfigError(
      `${path} has an unknown key ${key}${hint === null ? '' : `; did you mean ${hint}?`}`,
    )
  }
  return flat
}

function flatten(
  tree: Record<string, unknown>,
  prefix: string,
  into: Record<string, unknown>,
): void {
  for (const [name, value] of Object.entries(tree)) {
    const key = prefix + name
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      flatten(value as Record<string, unknown>, `${key}.`, into)
    } else if (value !== null) into[key] = value
  }
}

function checked(spec: OptionSpec, value: unknown, source: string): unknown {
  if (value === null) return null
  const refuse = (wanted: string): never => {
    throw new ConfigError(`${source} must be ${wanted}, not ${JSON.stringify(value)}`)
  }
  switch (spec.type) {
    case 'integer': {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      if (!Number.isSafeInteger(number)) return refuse('a whole number')
      return within(spec, number as number, refuse)
    }
    case 'duration':
      return within(
        spec,
        parseDuration(String(value)) ?? refuse('a duration such as 500ms, 10s or 24h'),
        refuse,
      )
    case 'bytes':
      return within(
        spec,
        parseSize(String(value)) ?? refuse('a size such as 64KiB or 1MiB'),
        refuse,
      )
    case 'flag':
      if (value === true || value === 'true' || value === '1') return true
      if (value === false || value === 'false' || value === '0') return false
      return refuse('true or false')
    case 'addresses':
      return listed(value).map(text => parseHostPort(text) ?? refuse('HOST:PORT'))
    case 'origins':
      return listed(value).map(
        text => parseOrigin(text) ?? refuse('origins such as https://ipam.example.com, or *'),
      )
    case 'ranges':
      return listed(value).map(
        text => parseRange(text) ?? refuse('addresses or CIDRs such as 10.0.0.5 or 10.0.0.0/24'),
      )
    case 'nodes':
      return parseNodes(typeof value === 'string' ? parse(value) : value)
    case 'text': {
      const text = String(value)
      if (spec.oneOf !== undefined && !spec.oneOf.includes(text))
        return refuse(spec.oneOf.join(' or '))
      return text
    }
  }
}

/** A list in the file, or texts with commas between them. */
function listed(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : String(value).split(',')
}

function within(spec: OptionSpec, value: number, refuse: (wanted: string) => never): number {
  if (spec.min !== undefined && value < spec.min) return refuse(`at least ${spec.min}`)
  if (spec.max !== undefined && value > spec.max) return refuse(`at most ${spec.max}`)
  return value
}

function assemble(values: OptionValues): Config {
  const nodes = (values.nodes ?? []) as readonly NodeSpec[]
  const nodeId = values.node as number
  const self = nodes.find(node => node.nodeId === nodeId)
  if (nodes.length > 0 && self === undefined && values.join !== true) {
    const ids = nodes.map(node => node.nodeId).join(', ')
    throw new ConfigError(
      `node ${nodeId} is not among nodes (${ids}); say which one this is with --node`,
    )
  }
  const listen = (values.listen as readonly HostPort[] | null) ?? [
    parseHostPort(self?.apiAddress ?? '127.0.0.1:8080') as HostPort,
  ]
  const peerListen =
    (values.peer_listen as readonly HostPort[] | null) ??
    (self === undefined ? [] : [parseHostPort(self.raftAddress) as HostPort])
  const electionMs = values['raft.election'] as number
  const heartbeatMs = values['raft.heartbeat'] as number
  if (electionMs < 4 * heartbeatMs) {
    throw new ConfigError('raft.election must be at least four times raft.heartbeat')
  }
  return {
    clusterId: values.cluster_id as number,
    nodeId,
    dataDirectory: values.data_dir as string,
    secret: readSecret(values.secret_file as string | null, peerListen.length > 0),
    nodes,
    listen,
    peerListen,
    join: values.join as boolean,
    authCore: coreAuthentication(values['auth.core'] as Config['authCore'] | null, listen),
    adminPasswordFile: values['auth.admin_password_file'] as string | null,
    accessTtlMs: values['auth.access_ttl'] as number,
    keyRotationMs: values['auth.key_rotation'] as number,
    loginAttemptsMax: values['auth.login_attempts'] as number,
    lockAfter: values['auth.lock_after'] as number,
    lockMs: values['auth.lock_for'] as number,
    logLevel: values['log.level'] as Config['logLevel'],
    heartbeatMs,
    electionMs,
    uncommittedBytesMax: values['raft.uncommitted_bytes_max'] as number,
    compactEntries: values['raft.compact_entries'] as number,
    tailEntries: values['raft.tail_entries'] as number,
    diskStallMs: values['raft.disk_stall'] as number,
    logBytesMax: values['raft.log_bytes_max'] as number,
    cacheBytes: values['store.cache_bytes'] as number,
    bodyBytesMax: values['http.body_bytes_max'] as number,
    connectionsMax: values['http.connections_max'] as number,
    watchersMax: values['http.watchers_max'] as number,
    drainMs: (values['http.drain'] as number | null) ?? (peerListen.length > 0 ? DRAIN_MS : 0),
    corsOrigins: (values['http.cors_origins'] as readonly string[] | null) ?? [],
    trustedProxies: (values['http.trusted_proxies'] as readonly string[] | null) ?? [],
    publicUrl: readPublicUrl(values['http.public_url'] as string | null),
    reportFontPath: values['reports.font'] as string | null,
    limitsEnabled: values['limits.enabled'] as boolean,
    apiPerSecond: values['limits.api_per_second'] as number,
    searchPerSecond: values['limits.search_per_second'] as number,
    exportPerMinute: values['limits.export_per_minute'] as number,
    ipamPerMinute: values['limits.ipam_per_minute'] as number,
    ipamDashboardPerMinute: values['limits.ipam_dashboard_per_minute'] as number,
    reservationsPerHour: values['limits.reservations_per_hour'] as number,
    sharesPerHour: values['limits.shares_per_hour'] as number,
    rulesPerHour: values['limits.rules_per_hour'] as number,
    webhooksPerHour: values['limits.webhooks_per_hour'] as number,
    bulkPerHour: values['limits.bulk_per_hour'] as number,
    queriesPerHour: values['limits.queries_per_hour'] as number,
    compareEveryMs: values['state.compare_every'] as number,
    reviewAlertsEveryMs: values['alerts.review_every'] as number,
    alertsLocale: values['alerts.locale'] as Config['alertsLocale'],
    reviewRulesEveryMs: values['notifications.review_every'] as number,
    webhooks: webhookOptions(values),
    historyRetentionMs: values['history.retention'] as number,
    historyRowsMax: values['history.rows_max'] as number,
    idempotencyRetentionMs: values['idempotency.retention'] as number,
    idempotencyKeysMax: values['idempotency.keys_max'] as number,
    peerTls: readTls(values),
  }
}

function webhookOptions(values: OptionValues): Config['webhooks'] {
  return {
    deny: (values['webhooks.deny'] as readonly string[] | null) ?? [],
    allow: (values['webhooks.allow'] as readonly string[] | null) ?? [],
    timeoutMs: values['webhooks.timeout'] as number,
    retryMs: values['webhooks.retry_wait'] as number,
    concurrency: values['webhooks.concurrency'] as number,
    perHour: values['webhooks.per_hour'] as number,
  }
}

function readPublicUrl(text: string | null): string | null {
  if (text === null) return null
  if (/^https?:\/\/[^?#\s]+$/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  throw new ConfigError(
    `http.public_url must be a URL such as https://ipam.example.com, not ${JSON.stringify(text)}`,
  )
}

/** CONTRACT D-7: open is the default on loopback only; beyond it, somebody must have chosen. */
function coreAuthentication(
  chosen: Config['authCore'] | null,
  listen: readonly HostPort[],
): Config['authCore'] {
  if (chosen !== null) return chosen
  const open = listen.find(({ host }) => !isLoopbackHost(host))
  if (open === undefined) return 'open'
  throw new ConfigError(
    `refusing to listen on ${open.host}:${open.port} without a choice of auth.core: everybody who can reach it could change ` +
      'every address. Set auth.core: required, or auth.core: open if a proxy in front authenticates (IPAM_AUTH_CORE works too).',
  )
}

const SECRET_CHARACTERS_MIN = 16

function readSecret(path: string | null, needed: boolean): string | null {
  if (path === null) {
    if (!needed) return null
    throw new ConfigError(
      'secret_file is needed because this node has peers: a file with 16 characters or more, the same on every node',
    )
  }
  const secret = readText(path, 'secret_file').trim()
  if (secret.length >= SECRET_CHARACTERS_MIN) return secret
  throw new ConfigError(
    `the secret in ${path} is too short: ${SECRET_CHARACTERS_MIN} characters or more are needed`,
  )
}

function readTls(values: OptionValues): Config['peerTls'] {
  const paths = [values['tls.peer_cert'], values['tls.peer_key'], values['tls.peer_ca']] as (
    | string
    | null
  )[]
  if (paths.every(path => path === null)) return null
  const [cert, key, ca] = paths
  if (!cert || !key || !ca) {
    throw new ConfigError(
      'tls.peer_cert, tls.peer_key and tls.peer_ca go together: set all three or none',
    )
  }
  return {
    cert: readText(cert, 'tls.peer_cert'),
    key: readText(key, 'tls.peer_key'),
    ca: readText(ca, 'tls.peer_ca'),
  }
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`cannot read ${option} ${path}: ${(error as Error).message}`)
  }
}
