// Real daemons on loopback: started, killed and restarted by id, each with its own data directory.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Where package.json lies, from wherever this file was built to. */
export function projectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory)
  return directory
}

export function ipamProgram(): string {
  return join(projectRoot(), 'dist', 'bin', 'ipam.js')
}

/** What `npm start` gives node itself. */
function shippedFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))
  const flags = / node ((?:--\S+ )*)dist\/bin\/ipam\.js/.exec(scripts.start)?.[1]
  if (flags === undefined) throw new Error('npm start does not start dist/bin/ipam.js')
  return flags.split(' ').filter(flag => flag !== '')
}

/**
 * Below what systems give to outgoing connections (Linux: from 32768): a port from there may be somebody's, for a moment,
 * when the daemon comes to listen.
 */
const PORTS = { first: 10_000, last: 32_000 } as const
const PORT_TRIES_MAX = 1_000

/** Ports that were free a moment ago, all different, chosen by lot: other tests choose at the same time. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Map<number, Server>()
  for (let tries = 0; found.size < count; tries++) {
    if (tries === PORT_TRIES_MAX) throw new Error(`no ${count} ports are free`)
    const port = randomInt(PORTS.first, PORTS.last)
    const server = found.has(port) ? null : await listenAt(port)
    if (server !== null) found.set(port, server)
  }
  await Promise.all([...found.values()].map(server => new Promise(done => server.close(done))))
  return [...found.keys()]
}

/** null when it is taken. */
function listenAt(port: number): Promise<Server | null> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

export type DaemonOptions = {
  readonly args: readonly string[]
  readonly url: string
  /** Standard error goes there. */
  readonly logFile: string
  /** Standard output goes there; default: nowhere. */
  readonly outputFile?: string
  readonly nodeArgs?: readonly string[]
  readonly environment?: { readonly [name: string]: string }
}

/** One daemon process. */
export class Daemon {
  readonly options: DaemonOptions
  #child: ChildProcess | null = null
  #exit: Promise<number | string> = Promise.resolve(0)

  constructor(options: DaemonOptions) {
    this.options = options
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error('the daemon is not running')
    return pid
  }

  get url(): string {
    return this.options.url
  }

  /** @param extra more arguments for node itself, this time only */
  start(extra: readonly string[] = []): void {
    const { nodeArgs = [], args, logFile, outputFile, environment } = this.options
    // The test runner puts its loaders into NODE_OPTIONS of every child; the daemon runs as it is shipped.
    const command = [
      '-u',
      'NODE_OPTIONS',
      process.execPath,
      ...shippedFlags(),
      ...nodeArgs,
      ...extra,
      ipamProgram(),
      'serve',
    ]
    const child = spawn('env', [...command, ...args], {
      stdio: ['ignore', outputFile === undefined ? 'ignore' : 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    if (outputFile !== undefined) child.stdout?.pipe(createWriteStream(outputFile, { flags: 'a' }))
    child.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }))
    this.#child = child
    this.#exit = new Promise(resolve =>
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 0)),
    )
  }

  /** @returns exit code or signal name, once the process has ended. */
  async end(signal: NodeJS.Signals): Promise<number | string> {
    this.signal(signal)
    return this.exited()
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  exited(): Promise<number | string> {
    return this.#exit
  }

  /** Waits until /readyz says 200. @throws after `timeoutMs`, or when the process has ended. */
  async ready(timeoutMs = 20_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    let last = 'nothing answered'
    while (Date.now() < deadline) {
      const code = this.#child?.exitCode ?? this.#child?.signalCode ?? null
      if (code !== null)
        throw new Error(`${this.url} has ended with ${code}; see ${this.options.logFile}`)
      try {
        const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) })
        last = await response.text()
        if (response.ok) return
      } catch (error) {
        last = String(error)
      }
      await sleep(25)
    }
    throw new Error(
      `${this.url} was not ready in ${timeoutMs} ms: ${last}; see ${this.options.logFile}`,
    )
  }
}

export type ClusterOptions = {
  readonly directory: string
  readonly nodes: number
  readonly nodeArgs?: readonly string[]
  readonly environment?: { readonly [name: string]: string }
}

/** `nodes` daemons with one configuration file, not started yet. */
export async function makeCluster(options: ClusterOptions): Promise<Daemon[]> {
  const { directory, nodes } = options
  mkdirSync(directory, { recursive: true })
  const ports = await freePorts(nodes * 2)
  const secretFile = join(directory, 'secret')
  writeFileSync(secretFile, 'a secret for tests only, long enough')
  const members = Array.from({ length: nodes }, (_, position) => ({
    nodeId: position + 1,
    api: `127.0.0.1:${ports[position]}`,
    raft: `127.0.0.1:${ports[nodes + position]}`,
  }))
  const configFile = join(directory, 'cluster.yaml')
  const lines = members.map(
    ({ nodeId, api, raft }) =>
      `  - { node_id: ${nodeId}, raft_addr: "${raft}", api_addr: "${api}" }`,
  )
  writeFileSync(
    configFile,
    ['cluster_id: 100', `secret_file: ${secretFile}`, 'nodes:', ...lines, ''].join('\n'),
  )
  return members.map(({ nodeId, api }) => {
    const dataDirectory = join(directory, `node-${nodeId}`)
    return new Daemon({
      url: `http://${api}`,
      logFile: join(directory, `node-${nodeId}.log`),
      args: ['--config', configFile, '--node', String(nodeId), '--data-dir', dataDirectory],
      ...(options.nodeArgs === undefined ? {} : { nodeArgs: options.nodeArgs }),
      ...(options.environment === undefined ? {} : { environment: options.environment }),
    })
  })
}

export function dataDirectoryOf(daemon: Daemon): string {
  const { args } = daemon.options
  return args[args.indexOf('--data-dir') + 1] as string
}
