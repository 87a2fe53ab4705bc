// Every option of the daemon, once: key, type, default, help. The YAML file, the IPAM_* variables, the help text and
// cluster.example.yaml are all made from this table.

import { leaderOptions } from './leader-options.js'

export type OptionType =
  | 'integer'
  | 'duration'
  | 'bytes'
  | 'text'
  | 'flag'
  | 'addresses'
  | 'origins'
  | 'ranges'
  | 'nodes'

export type OptionSpec = {
  readonly key: string
  readonly type: OptionType
  /** As it would stand in the file; null = not set. */
  readonly default: string | number | boolean | null
  readonly oneOf?: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly help: string
}

const DAY = 24 * 60 * 60 * 1000

export const optionTable = [
  {
    key: 'cluster_id',
    type: 'integer',
    default: 1,
    min: 1,
    help: 'Label of the cluster, the same on every node; shown in cluster/status.',
  },
  {
    key: 'node',
    type: 'integer',
    default: 1,
    min: 1,
    help: 'Which of `nodes` this daemon is. Usually given as --node, since the file is the same everywhere.',
  },
  {
    key: 'data_dir',
    type: 'text',
    default: './ipam-data',
    help: 'Where log, state and identity are kept. One daemon to a directory, for ever.',
  },
  {
    key: 'secret_file',
    type: 'text',
    default: null,
    help: 'File with the secret that all nodes share (16 characters or more). Needed as soon as there are peers.',
  },
  {
    key: 'nodes',
    type: 'nodes',
    default: null,
    help: 'The first members: node_id, raft_addr, api_addr. Read once, when the cluster begins; afterwards membership lives in the log.',
  },
  {
    key: 'listen',
    type: 'addresses',
    default: null,
    help: "HTTP addresses, HOST:PORT. Default: this node's api_addr, or 127.0.0.1:8080 standalone.",
  },
  {
    key: 'peer_listen',
    type: 'addresses',
    default: null,
    help: "Address for the other nodes, HOST:PORT. Default: this node's raft_addr; none standalone.",
  },
  {
    key: 'join',
    type: 'flag',
    default: false,
    help: 'Start empty and wait until an administrator adds this node to a running cluster.',
  },
  {
    key: 'auth.core',
    type: 'text',
    default: null,
    oneOf: ['open', 'required'],
    help: 'open: no login on /api/v1, actor `system`. required: a token on every request. Must be chosen to listen beyond loopback; open is the default on loopback only.',
  },
  {
    key: 'auth.admin_password_file',
    type: 'text',
    default: null,
    help: "File with the password of a new cluster's first user, admin; IPAM_ADMIN_PASSWORD comes before it. Without either one is made up and printed once. Not read any more once there is a user.",
  },
  {
    key: 'auth.access_ttl',
    type: 'duration',
    default: '1h',
    min: 60_000,
    max: DAY,
    help: 'How long a login holds; the same on every node.',
  },
  {
    key: 'auth.key_rotation',
    type: 'duration',
    default: '30d',
    min: DAY,
    help: 'How long a key signs access tokens before the leader makes the next one. Tokens that it signed are good to their end.',
  },
  {
    key: 'auth.login_attempts',
    type: 'integer',
    default: 5,
    min: 1,
    max: 1000,
    help: 'Failed logins a minute under one name from one address; above it 429. Counted over all nodes.',
  },
  {
    key: 'auth.lock_after',
    type: 'integer',
    default: 10,
    min: 1,
    max: 1000,
    help: 'Failed logins in a row after which an account is locked.',
  },
  {
    key: 'auth.lock_for',
    type: 'duration',
    default: '15m',
    min: 1000,
    max: DAY,
    help: 'How long it is locked then; an administrator can unlock it sooner.',
  },
  {
    key: 'log.level',
    type: 'text',
    default: 'info',
    oneOf: ['debug', 'info', 'warn', 'error'],
    help: 'Least level that is logged, one JSON line each, to standard error.',
  },
  {
    key: 'raft.heartbeat',
    type: 'duration',
    default: '50ms',
    min: 10,
    max: 10_000,
    help: "Time between a leader's heartbeats. About the round trip between nodes; the same on every node.",
  },
  {
    key: 'raft.election',
    type: 'duration',
    default: '400ms',
    min: 50,
    max: 60_000,
    help: 'A follower that hears no leader for this long, up to twice as long by lot, campaigns. Eight heartbeats or more.',
  },
  {
    key: 'raft.uncommitted_bytes_max',
    type: 'bytes',
    default: '64MiB',
    min: 65_536,
    help: 'Writes accepted but not yet on a quorum; above it a write is refused with 503 rather than queued.',
  },
  {
    key: 'raft.compact_entries',
    type: 'integer',
    default: 50_000,
    min: 100,
    help: 'The log is cut when it holds this many entries more than it must.',
  },
  {
    key: 'raft.tail_entries',
    type: 'integer',
    default: 10_000,
    min: 0,
    help: 'Entries that are kept below the cut for slow followers.',
  },
  {
    key: 'raft.log_bytes_max',
    type: 'bytes',
    default: '256MiB',
    min: 1_048_576,
    help: 'The log, which is held in memory, waits for a follower that is being brought a snapshot, but not beyond this size.',
  },
  {
    key: 'raft.disk_stall',
    type: 'duration',
    default: '1s',
    min: 100,
    max: 600_000,
    help: 'A write to the log that has not ended after this long: the node hands leadership over, does not campaign, and is not ready until its disk answers.',
  },
  {
    key: 'store.cache_bytes',
    type: 'bytes',
    default: '16MiB',
    min: 1_048_576,
    help: "SQLite's page cache on the main connection.",
  },
  {
    key: 'http.body_bytes_max',
    type: 'bytes',
    default: '1MiB',
    min: 1024,
    help: 'Longest request body; above it 413.',
  },
  {
    key: 'http.connections_max',
    type: 'integer',
    default: 20_000,
    min: 10,
    help: 'Open connections; further ones are closed at once.',
  },
  {
    key: 'http.watchers_max',
    type: 'integer',
    default: 1000,
    min: 0,
    help: 'Watch streams at once; further ones get 503.',
  },
  {
    key: 'http.drain',
    type: 'duration',
    default: null,
    min: 0,
    max: 60_000,
    help: 'A node that is told to stop serves on for so long while /readyz says 503: longer than the balancer needs to notice. Default: 500ms with peers, none standalone.',
  },
  {
    key: 'http.cors_origins',
    type: 'origins',
    default: null,
    help: 'Origins (https://ipam.example.com) whose pages may use this server from browsers; * = every one, which with auth.core: open lets any page change everything. Default: none.',
  },
  {
    key: 'http.public_url',
    type: 'text',
    default: null,
    help: 'Where clients reach this server (https://ipam.example.com), as links to shared resources say it. Default: as the request that asks for the link was addressed.',
  },
  {
    key: 'http.trusted_proxies',
    type: 'ranges',
    default: null,
    help: 'Addresses and CIDRs of proxies whose X-Forwarded-For is believed: history, login limits and token addresses then see the client, not the proxy. Name no address that others can send from. Default: none.',
  },
  {
    key: 'limits.enabled',
    type: 'flag',
    default: true,
    help: 'Limit how often one client may ask of the office surface, /api but not /api/v1, and of /ipam. Failed logins are limited in any case.',
  },
  {
    key: 'limits.api_per_second',
    type: 'integer',
    default: 10,
    min: 1,
    max: 1_000_000,
    help: 'Requests a second to the office surface of one user, or one address that is not signed in, counted by each node alone. Further ones wait up to a second, then 429.',
  },
  {
    key: 'limits.search_per_second',
    type: 'integer',
    default: 5,
    min: 1,
    max: 1_000_000,
    help: 'Of these, searches.',
  },
  {
    key: 'limits.export_per_minute',
    type: 'integer',
    default: 2,
    min: 1,
    max: 1_000_000,
    help: 'Of these, exports.',
  },
  {
    key: 'limits.ipam_per_minute',
    type: 'integer',
    default: 100,
    min: 1,
    max: 1_000_000,
    help: 'Requests a minute to /ipam of one user, or one address that is not signed in, counted by each node alone; above it 429. The hours below are of these, each with a count of its own.',
  },
  {
    key: 'limits.ipam_dashboard_per_minute',
    type: 'integer',
    default: 20,
    min: 1,
    max: 1_000_000,
    help: 'Of these, the dashboard.',
  },
  {
    key: 'limits.reservations_per_hour',
    type: 'integer',
    default: 100,
    min: 1,
    max: 1_000_000,
    help: 'Reservations that are made, an hour.',
  },
  {
    key: 'limits.shares_per_hour',
    type: 'integer',
    default: 100,
    min: 1,
    max: 1_000_000,
    help: 'Shares that are made, an hour.',
  },
  {
    key: 'limits.rules_per_hour',
    type: 'integer',
    default: 50,
    min: 1,
    max: 1_000_000,
    help: 'Notification rules that are made, an hour.',
  },
  {
    key: 'limits.webhooks_per_hour',
    type: 'integer',
    default: 20,
    min: 1,
    max: 1_000_000,
    help: 'Webhooks that are made, an hour.',
  },
  {
    key: 'limits.bulk_per_hour',
    type: 'integer',
    default: 10,
    min: 1,
    max: 1_000_000,
    help: 'Bulk operations, an hour.',
  },
  {
    key: 'limits.queries_per_hour',
    type: 'integer',
    default: 500,
    min: 1,
    max: 1_000_000,
    help: 'Requests that only read, an hour.',
  },
  {
    key: 'reports.font',
    type: 'text',
    default: null,
    help: "Font file (TTF, OTF or TTC) for what PDF's own fonts lack in reports, as Chinese. Default: the first found of those that fonts-wqy-microhei, fonts-noto-cjk and fonts-droid-fallback install.",
  },
  ...leaderOptions,
  {
    key: 'tls.peer_cert',
    type: 'text',
    default: null,
    help: 'PEM certificate for the peer link; with tls.peer_key and tls.peer_ca the link uses TLS on both sides.',
  },
  { key: 'tls.peer_key', type: 'text', default: null, help: 'PEM key of that certificate.' },
  {
    key: 'tls.peer_ca',
    type: 'text',
    default: null,
    help: 'PEM certificate authority that signs the peers.',
  },
] as const satisfies readonly OptionSpec[]

export type OptionKey = (typeof optionTable)[number]['key']

/** Name of the environment variable of an option: `raft.heartbeat` → `IPAM_RAFT_HEARTBEAT`. */
export function environmentName(key: string): string {
  return `IPAM_${key.toUpperCase().replaceAll('.', '_')}`
}
