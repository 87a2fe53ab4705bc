// ipam serve: runs this machine's node until it is told to stop.
import { Command } from 'commander'
import {
  type Config,
  ConfigError,
  describeEffective,
  formatHostPort,
  loadConfig,
  type OptionKey,
} from '../../config/index.js'
import type { IpamNode } from '../../node/index.js'
import { CommandError, exitCodes, type Surroundings } from '../index.js'

type ServeOptions = {
  readonly config?: string
  readonly node?: string
  readonly dataDir?: string
  readonly listen?: string[]
  readonly peerListen?: string[]
  readonly join?: boolean
  readonly check?: boolean
}

export function serveCommand(surroundings: Surroundings): Command {
  return new Command('serve')
    .description('run a node: standalone, or one of a cluster')
    .option('--config <file>', 'cluster.yaml, the same on every node (IPAM_CONFIG)')
    .option('--node <id>', 'which of its nodes this is (IPAM_NODE)')
    .option('--data-dir <dir>', 'where log and state are kept')
    .option('--listen <host:port...>', 'HTTP addresses')
    .option('--peer-listen <host:port...>', 'addresses for the other nodes')
    .option('--join', 'start empty and wait to be added')
    .option('--check', 'validate, print the effective configuration, and end')
    .action((options: ServeOptions) => serve(options, surroundings))
}

async function serve(
  options: ServeOptions,
  { environment, stdout, stderr }: Surroundings,
): Promise<void> {
  const file = options.config ?? environment.IPAM_CONFIG ?? null
  const { config, values } = load(file, options, environment)
  if (options.check) {
    stdout(describeEffective(values))
    return
  }
  const stop = stopSignal()
  // Loaded only here: every other command of the program starts four times as fast without a node.
  const { openNode } = await import('../../node/index.js')
  const surroundings = { abort: stop.signal, environment, print: stdout }
  const node = await openNode(config, surroundings).catch((error: unknown) => {
    throw new CommandError((error as Error).message, exitCodes.refused)
  })
  greet(config, node, stdout)
  const reason = await Promise.race([stop.asked, node.failed])
  if (reason instanceof Error) {
    await node.close('failed')
    throw new CommandError(`this node has stopped: ${reason.message}`, exitCodes.refused)
  }
  stderr(`${reason}: finishing what was begun\n`)
  await node.close('stopping')
}

function load(
  file: string | null,
  options: ServeOptions,
  environment: Surroundings['environment'],
): ReturnType<typeof loadConfig> {
  const flags: { [Key in OptionKey]?: unknown } = {}
  if (options.node !== undefined) flags.node = options.node
  if (options.dataDir !== undefined) flags.data_dir = options.dataDir
  if (options.listen !== undefined) flags.listen = options.listen
  if (options.peerListen !== undefined) flags.peer_listen = options.peerListen
  if (options.join !== undefined) flags.join = options.join
  try {
    return loadConfig({ file, environment, flags })
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, exitCodes.usage)
    throw error
  }
}

function greet(config: Config, node: IpamNode, stdout: (text: string) => void): void {
  const url = `http://${formatHostPort(node.httpAddress)}`
  stdout(
    [
      `ipam: node ${config.nodeId} at ${url}, data in ${config.dataDirectory}`,
      `try:  curl -s -X POST ${url}/api/v1/networks -H 'Content-Type: application/json' -d '{"cidr": "10.0.0.0/24"}'`,
      `docs: ${url}/docs`,
      '',
    ].join('\n'),
  )
}

/** The first signal asks for an orderly end; `asked` tells which it was. */
function stopSignal(): { signal: AbortSignal; asked: Promise<string> } {
  const controller = new AbortController()
  const asked = new Promise<string>(resolve => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => {
        controller.abort()
        resolve(name)
      })
    }
  })
  return { signal: controller.signal, asked }
}
