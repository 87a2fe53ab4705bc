// How option values are written: durations, sizes, addresses, the list of nodes. Each parser says what it wanted.
import { isIP } from 'node:net'

export type HostPort = { readonly host: string; readonly port: number }
export type NodeSpec = {
  readonly nodeId: number
  readonly raftAddress: string
  readonly apiAddress: string
}

/** A value that cannot be used: which option, where it came from, what is wrong and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const durationUnits: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const sizeUnits: { readonly [unit: string]: number } = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** `500ms`, `10s`, `5m`, `24h`, `365d` → milliseconds; a bare number is refused: its unit would be a guess. */
export function parseDuration(text: string): number | null {
  return parseQuantity(text, durationUnits)
}

/** `512B`, `64KiB`, `1MiB`, `2GiB` → bytes. */
export function parseSize(text: string): number | null {
  return parseQuantity(text, sizeUnits)
}

/** The shortest exact way to write milliseconds: 31536000000 → `365d`. */
export function formatDuration(durationMs: number): string {
  return formatQuantity(durationMs, durationUnits)
}

/** The shortest exact way to write bytes: 1048576 → `1MiB`. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, sizeUnits)
}

function formatQuantity(value: number, units: { readonly [unit: string]: number }): string {
  const exact = Object.entries(units).filter(([, size]) => value % size === 0)
  const [unit, size] = exact.reduce((best, next) => (next[1] > best[1] ? next : best))
  return `${value / size}${unit}`
}

function parseQuantity(text: string, units: { readonly [unit: string]: number }): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim())
  const unit = units[match?.[2] ?? '']
  if (match === null || unit === undefined) return null
  const value = Math.round(Number(match[1]) * unit)
  return Number.isSafeInteger(value) ? value : null
}

/** `127.0.0.1:8080`, `[::1]:8080`, `node1.example.com:8080`. Port 0 lets the system choose. */
export function parseHostPort(text: string): HostPort | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port > 65_535 ? null : { host, port }
}

export function formatHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** `https://ipam.example.com`, as browsers write it in Origin; `*` = every one. */
export function parseOrigin(text: string): string | null {
  const origin = text.trim()
  if (origin === '*') return origin
  return /^https?:[^*]+$/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin
    ? origin
    : null
}

/** An address or CIDR of either family, without a zone. @returns null when it is none */
export function parseRange(text: string): string | null {
  const range = text.trim()
  const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const family = isIP(address)
  if (family === 0) return null
  return length === undefined || Number(length) <= (family === 4 ? 32 : 128) ? range : null
}

/** Whether only this machine can reach an address. Names other than localhost are taken as reachable. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** The `nodes` list. @throws ConfigError that names the entry and the field. */
export function parseNodes(value: unknown): NodeSpec[] {
  if (!Array.isArray(value))
    throw new ConfigError('nodes must be a list of {node_id, raft_addr, api_addr}')
  const nodes = value.map((entry: unknown, position) => parseNode(entry, `nodes[${position}]`))
  for (const field of ['nodeId', 'raftAddress', 'apiAddress'] as const) {
    const seen = new Set<string | number>()
    for (const node of nodes) {
      if (seen.has(node[field])) throw new ConfigError(`nodes names ${field} ${node[field]} twice`)
      seen.add(node[field])
    }
  }
  return nodes
}

function parseNode(entry: unknown, where: string): NodeSpec {
  if (typeof entry !== 'object' || entry === null) {
    throw new ConfigError(`${where} must be {node_id, raft_addr, api_addr}`)
  }
  const {
    node_id: nodeId,
    raft_addr: raftAddress,
    api_addr: apiAddress,
    ...rest
  } = entry as Record<string, unknown>
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) {
    throw new ConfigError(
      `${where} has an unknown key ${unknown}; it takes node_id, raft_addr, api_addr`,
    )
  }
  if (!Number.isSafeInteger(nodeId) || (nodeId as number) < 1) {
    throw new ConfigError(
      `${where}.node_id must be a whole number from 1 on, not ${JSON.stringify(nodeId)}`,
    )
  }
  return {
    nodeId: nodeId as number,
    raftAddress: parseNodeAddress(raftAddress, `${where}.raft_addr`),
    apiAddress: parseNodeAddress(apiAddress, `${where}.api_addr`),
  }
}

function parseNodeAddress(value: unknown, where: string): string {
  const parsed = typeof value === 'string' ? parseHostPort(value) : null
  if (parsed === null || parsed.port === 0) {
    throw new ConfigError(`${where} must be HOST:PORT, not ${JSON.stringify(value)}`)
  }
  return formatHostPort(parsed)
}
