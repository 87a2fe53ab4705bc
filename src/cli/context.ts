// What every client command needs, made from the options that all of them share.
import type { Command } from 'commander'
import { Client } from './client.js'
import type { Output } from './output.js'

export type Environment = { readonly [name: string]: string | undefined }

/** The world as the program sees it; tests pass their own. */
export type Surroundings = {
  readonly environment: Environment
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  /** To standard output; resolves when there is room for more. */
  readonly writeBytes: (bytes: Uint8Array) => Promise<void>
  /** Whether a person sees standard error. */
  readonly isTerminal: boolean
}

const DEFAULT_SERVER = 'http://127.0.0.1:8080'
const TIMEOUT_MS = 30_000

/** Adds --server, --token and --json to a client command. */
export function clientOptions(command: Command): Command {
  return command
    .option(
      '--server <url>',
      `address of the cluster; several, repeated or with commas, are tried in order (IPAM_SERVER; default ${DEFAULT_SERVER})`,
      (value: string, before: string[] = []) => [...before, ...addresses(value)],
    )
    .option('--token <token>', 'API token (IPAM_API_TOKEN)')
    .option('--json', 'print the answer as JSON')
}

export function contextOf(
  command: Command,
  { environment, stdout }: Surroundings,
): { client: Client; output: Output } {
  const options = command.optsWithGlobals<{ server?: string[]; token?: string; json?: boolean }>()
  const named = options.server ?? addresses(environment.IPAM_SERVER ?? '')
  const servers = (named.length > 0 ? named : [DEFAULT_SERVER]).map(withScheme)
  const client = new Client({
    servers,
    token: options.token ?? environment.IPAM_API_TOKEN ?? null,
    timeoutMs: TIMEOUT_MS,
  })
  return { client, output: { json: options.json === true, write: stdout } }
}

function addresses(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean)
}

function withScheme(server: string): string {
  return /^https?:\/\//.test(server) ? server : `http://${server}`
}
