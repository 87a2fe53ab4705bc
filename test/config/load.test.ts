import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import {
  ConfigError,
  describeEffective,
  describeOptions,
  loadConfig,
  optionTable,
} from '../../src/config/index.js'
import { defaultHttpOptions } from '../../src/http/index.js'
import { httpOptions } from '../../src/node/options.js'

const directory = mkdtempSync(join(tmpdir(), 'ipam-config-'))
t.teardown(() => rmSync(directory, { recursive: true }))
const secretFile = join(directory, 'secret')
writeFileSync(secretFile, 'a secret of some length\n')

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

t.test('without anything it is a standalone node on loopback', async t => {
  const { config } = loadConfig({ file: null, environment: {}, flags: {} })
  t.match(config, { nodeId: 1, nodes: [], join: false, authCore: 'open', secret: null })
  t.same(config.listen, [{ host: '127.0.0.1', port: 8080 }])
  t.same(config.peerListen, [])
})

t.test('a node with peers serves on for a while when it is told to stop', async t => {
  const drainOf = (flags: object, environment = {}) =>
    loadConfig({ file: null, environment, flags: { secret_file: secretFile, ...flags } }).config
      .drainMs
  const peers = { peer_listen: '127.0.0.1:5001' }
  t.equal(drainOf({}), 0)
  t.equal(drainOf(peers), 500)
  t.equal(drainOf(peers, { IPAM_HTTP_DRAIN: '2s' }), 2000)
})

t.test('cluster.example.yaml loads, and names every option', async t => {
  const { config } = loadConfig({
    file: 'cluster.example.yaml',
    environment: {},
    flags: { secret_file: secretFile, node: 2 },
  })
  t.equal(config.clusterId, 100)
  t.equal(config.nodes.length, 3)
  t.same(config.listen, [{ host: 'node2.example.com', port: 8080 }])
  t.same(config.peerListen, [{ host: 'node2.example.com', port: 5002 }])
  const text = readFileSync('cluster.example.yaml', 'utf8')
  for (const { key } of optionTable) {
    const last = key.split('.').at(-1)
    t.match(text, new RegExp(`^(# )?\\s*(# )?\\s*${last}:`, 'm'), `the example has ${key}`)
  }
})

t.test('flags go before variables, and variables before the file', async t => {
  const path = file(
    'order.yaml',
    'data_dir: from-file\nlog: { level: warn }\nraft: { heartbeat: 60ms }',
  )
  const environment = { IPAM_DATA_DIR: 'from-variable', IPAM_LOG_LEVEL: 'error' }
  const { config } = loadConfig({ file: path, environment, flags: { data_dir: 'from-flag' } })
  t.match(config, { dataDirectory: 'from-flag', logLevel: 'error', heartbeatMs: 60 })
})

t.test('the effective configuration can be loaded again', async t => {
  const first = loadConfig({
    file: 'cluster.example.yaml',
    environment: {},
    flags: { secret_file: secretFile, node: 1 },
  })
  const path = file('effective.yaml', describeEffective(first.values))
  const second = loadConfig({ file: path, environment: {}, flags: {} })
  t.same(second.config, first.config)
  t.notMatch(describeEffective(first.values), /a secret of some length/)
})

t.test('how logins and tokens are kept is as it is documented, unless it is said', async t => {
  const load = (environment: object) =>
    loadConfig({ file: null, environment: { ...environment }, flags: {} }).config
  t.match(load({}), {
    adminPasswordFile: null,
    accessTtlMs: 3_600_000,
    keyRotationMs: 30 * 86_400_000,
    loginAttemptsMax: 5,
    lockAfter: 10,
    lockMs: 900_000,
  })
  const chosen = {
    IPAM_AUTH_ADMIN_PASSWORD_FILE: '/etc/ipam/admin.password',
    IPAM_AUTH_ACCESS_TTL: '10m',
    IPAM_AUTH_LOCK_FOR: '1h',
  }
  t.match(load(chosen), {
    adminPasswordFile: '/etc/ipam/admin.password',
    accessTtlMs: 600_000,
    lockMs: 3_600_000,
  })
})

t.test('the effective configuration names the file of a password, and tells none', async t => {
  const passwordFile = file('admin-password', 'correct horse battery\n')
  const { values } = loadConfig({
    file: null,
    environment: { IPAM_ADMIN_PASSWORD: 'staple of horses' },
    flags: { 'auth.admin_password_file': passwordFile },
  })
  const text = describeEffective(values)
  t.match(text, `admin_password_file: ${passwordFile}`)
  t.notMatch(text, /correct horse|staple/)
})

t.test('limits are those of document 004, unless others are given', async t => {
  const load = (text: string, environment = {}) =>
    loadConfig({ file: file('limits.yaml', text), environment, flags: {} }).config
  t.match(load(''), {
    limitsEnabled: true,
    apiPerSecond: 10,
    searchPerSecond: 5,
    exportPerMinute: 2,
  })
  const config = load('limits: { enabled: false, api_per_second: 50, export_per_minute: 9 }', {
    IPAM_LIMITS_SEARCH_PER_SECOND: '7',
  })
  t.match(config, { limitsEnabled: false, apiPerSecond: 50, searchPerSecond: 7 })
  const { limits } = httpOptions(config)
  t.match(limits, {
    enabled: false,
    api: { points: 50, windowMs: 1000 },
    search: { points: 7, windowMs: 1000 },
    download: { points: 9, windowMs: 60_000 },
  })
})

t.test('limits of /ipam are those of documents 000 and 001, unless others are given', async t => {
  const limits = (text: string) =>
    httpOptions(loadConfig({ file: file('ipam.yaml', text), environment: {}, flags: {} }).config)
      .limits.ipam
  t.strictSame(limits(''), defaultHttpOptions.limits.ipam)
  t.strictSame(
    limits(
      'limits: { ipam_per_minute: 1, ipam_dashboard_per_minute: 2, reservations_per_hour: 3, shares_per_hour: 4, rules_per_hour: 5, webhooks_per_hour: 6, bulk_per_hour: 7, queries_per_hour: 8 }',
    ),
    {
      perMinute: 1,
      dashboardPerMinute: 2,
      reservationsPerHour: 3,
      sharesPerHour: 4,
      rulesPerHour: 5,
      webhooksPerHour: 6,
      bulkPerHour: 7,
      queriesPerHour: 8,
    },
  )
})

t.test('pages of other sites are named as browsers name them', async t => {
  const load = (environment: object, text = '') =>
    loadConfig({ file: file('cors.yaml', text), environment: { ...environment }, flags: {} })
  t.same(load({}).config.corsOrigins, [])
  const named = load({}, 'http: { cors_origins: ["https://a.example", "http://b.example:81"] }')
  t.same(named.config.corsOrigins, ['https://a.example', 'http://b.example:81'])
  t.same(httpOptions(named.config).corsOrigins, named.config.corsOrigins)
  t.match(describeEffective(named.values), /cors_origins:\n +- https:\/\/a.example/)
  const listed = { IPAM_HTTP_CORS_ORIGINS: 'https://a.example, *' }
  t.same(load(listed).config.corsOrigins, ['https://a.example', '*'])
  for (const wrong of [
    'a.example',
    'https://a.example/',
    'https://A.example',
    'https://a.example:443',
    'https://*.example',
    'ftp://a.example',
    'null',
    '',
  ])
    t.throws(
      () => load({ IPAM_HTTP_CORS_ORIGINS: wrong }),
      /must be origins such as https:\/\/ipam.example.com, or \*/,
      wrong,
    )
})

t.test('proxies that are believed are addresses and ranges', async t => {
  const load = (environment: object, text = '') =>
    loadConfig({ file: file('proxies.yaml', text), environment: { ...environment }, flags: {} })
  t.same(load({}).config.trustedProxies, [])
  const { config } = load(
    {},
    'http: { trusted_proxies: ["10.0.0.5", "10.1.0.0/24", "2001:db8::/64"] }',
  )
  t.same(config.trustedProxies, ['10.0.0.5', '10.1.0.0/24', '2001:db8::/64'])
  t.same(httpOptions(config).trustedProxies, config.trustedProxies)
  t.same(load({ IPAM_HTTP_TRUSTED_PROXIES: '::1, 127.0.0.1' }).config.trustedProxies, [
    '::1',
    '127.0.0.1',
  ])
  for (const wrong of [
    'proxy.example',
    '10.0.0.0/33',
    '::/129',
    '10.0.0',
    'fe80::1%eth0',
    '10.0.0.0/',
    '',
  ])
    t.throws(
      () => load({ IPAM_HTTP_TRUSTED_PROXIES: wrong }),
      /must be addresses or CIDRs such as/,
      wrong,
    )
})

const refusals: readonly { name: string; text?: string; flags?: object; error: RegExp }[] = [
  {
    name: 'an unknown key',
    text: 'data_dirr: x',
    error: /unknown key data_dirr; did you mean data_dir\?/,
  },
  {
    name: 'a nested unknown key',
    text: 'raft: { hartbeat: 1s }',
    error: /did you mean raft.heartbeat/,
  },
  {
    name: 'a bare number as duration',
    text: 'raft: { heartbeat: 50 }',
    error: /a duration such as 500ms.*not 50/,
  },
  { name: 'too small a number', text: 'http: { connections_max: 1 }', error: /at least 10, not 1/ },
  {
    name: 'a wrong word',
    text: 'log: { level: loud }',
    error: /debug or info or warn or error, not "loud"/,
  },
  {
    name: 'a node without address',
    text: 'nodes: [{ node_id: 1 }]',
    error: /nodes\[0\].raft_addr must be HOST:PORT/,
  },
  {
    name: 'an id twice',
    text: 'nodes: [{ node_id: 1, raft_addr: "a:1", api_addr: "a:2" }, { node_id: 1, raft_addr: "b:1", api_addr: "b:2" }]',
    error: /nodeId 1 twice/,
  },
  {
    name: 'not being among the nodes',
    text: 'nodes: [{ node_id: 2, raft_addr: "a:1", api_addr: "127.0.0.1:2" }]',
    error: /node 1 is not among nodes \(2\)/,
  },
  {
    name: 'peers without a secret',
    text: 'nodes: [{ node_id: 1, raft_addr: "a:1", api_addr: "127.0.0.1:2" }]',
    error: /secret_file is needed/,
  },
  {
    name: 'a file that is not there',
    flags: { secret_file: '/nonexistent' },
    error: /cannot read secret_file/,
  },
  {
    name: 'listening openly without a choice',
    flags: { listen: '0.0.0.0:8080' },
    error: /auth.core: required/,
  },
  {
    name: 'an election faster than heartbeats',
    text: 'raft: { election: 100ms }',
    error: /four times raft.heartbeat/,
  },
  { name: 'half of TLS', text: 'tls: { peer_cert: x }', error: /go together/ },
  {
    name: 'a login that ends at once',
    text: 'auth: { access_ttl: 30s }',
    error: /auth.access_ttl in .* must be at least 60000, not "30s"/,
  },
  {
    name: 'a login for a week',
    text: 'auth: { access_ttl: 7d }',
    error: /must be at most 86400000/,
  },
  {
    name: 'keys that pile up',
    text: 'auth: { key_rotation: 1h }',
    error: /must be at least 86400000/,
  },
  { name: 'no attempt at all', text: 'auth: { login_attempts: 0 }', error: /at least 1, not 0/ },
  { name: 'no request at all', text: 'limits: { api_per_second: 0 }', error: /at least 1, not 0/ },
  { name: 'broken YAML', text: 'a: [', error: /cannot read/ },
]

t.test('what cannot be meant is refused with the option and its value', async t => {
  for (const { name, text, flags, error } of refusals) {
    const path = text === undefined ? null : file('refused.yaml', text)
    t.throws(
      () => loadConfig({ file: path, environment: {}, flags: flags ?? {} }),
      ConfigError,
      name,
    )
    t.throws(() => loadConfig({ file: path, environment: {}, flags: flags ?? {} }), error, name)
  }
})

t.test('listening beyond loopback is fine once auth.core is chosen', async t => {
  for (const choice of ['open', 'required']) {
    const { config } = loadConfig({
      file: null,
      environment: { IPAM_AUTH_CORE: choice },
      flags: { listen: '0.0.0.0:8080' },
    })
    t.equal(config.authCore, choice)
  }
})

t.test('every option is explained', async t => {
  const text = describeOptions()
  for (const { key } of optionTable) t.match(text, `${key} (`, key)
})
