// ipam backup: takes a backup from a node that serves, and verifies it as it comes in.
import { createHash } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Command } from 'commander'
import { type BackupHeader, BackupReader } from '../../backup/index.js'
import { UnreachableError } from '../client.js'
import { clientOptions, contextOf, type Surroundings } from '../context.js'
import { show } from '../output.js'

type Taken = { readonly header: BackupHeader; readonly bytes: number; readonly sha256: string }
type BackupOptions = { readonly force?: boolean; readonly level: string }

/** Between two lines of progress. */
const PROGRESS_MS = 500

export function backupCommand(surroundings: Surroundings): Command {
  const command = clientOptions(new Command('backup'))
    .description('save the whole state in one file, while everything goes on')
    .argument('<file>', 'where to; - is standard output')
    .option('--force', 'replace a file that is there')
    .option(
      '--level <level>',
      'linearizable: all that was answered before; none: as this node is',
      'linearizable',
    )
  return command.action(async (file: string, options: BackupOptions) => {
    const { client, output } = contextOf(command, surroundings)
    const response = () =>
      client.open(
        { method: 'GET', path: '/api/v1/backup', query: { level: options.level } },
        new AbortController().signal,
      )
    if (file === '-') {
      await receive(await response(), surroundings, bytes => surroundings.writeBytes(bytes))
      return
    }
    const taken = await save(file, options.force === true, response, surroundings)
    show(output, asJson(file, taken), () => describe(file, taken))
  })
}

/** The file has its name only once it is whole, verified and durable. */
async function save(
  path: string,
  force: boolean,
  request: () => Promise<Response>,
  surroundings: Surroundings,
): Promise<Taken> {
  // Made before the server is asked: a name that cannot be written costs no copy.
  if (!force) await refuseExisting(path)
  const part = `${path}.part`
  const file = await open(part, 'w', 0o600)
  try {
    const taken = await receive(await request(), surroundings, bytes => writeAll(file, bytes))
    await file.sync()
    await file.close()
    await rename(part, path)
    await syncDirectory(dirname(path))
    return taken
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
}

async function refuseExisting(path: string): Promise<void> {
  try {
    await (await open(path, 'r')).close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  throw new Error(`${path} is there already; --force replaces it`)
}

/** @param write resolves when there is room for more. @throws when a byte is missing or wrong */
async function receive(
  response: Response,
  surroundings: Surroundings,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<Taken> {
  const reader = new BackupReader()
  const sha = createHash('sha256')
  const total = Number(response.headers.get('content-length') ?? 0)
  const progress = new Progress(surroundings, total)
  let bytes = 0
  try {
    for await (const piece of response.body ?? []) {
      const piece8 = piece as Uint8Array
      reader.push(piece8)
      sha.update(piece8)
      bytes += piece8.length
      progress.at(bytes)
      await write(piece8)
    }
  } catch (error) {
    // What fetch says when the server or the network broke off.
    if (error instanceof TypeError)
      throw new UnreachableError(`the connection broke after ${bytes} of ${total} bytes`)
    throw error
  } finally {
    progress.end()
  }
  return { header: reader.end(), bytes, sha256: sha.digest('hex') }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function asJson(file: string, { header, bytes, sha256 }: Taken) {
  return {
    file,
    bytes,
    sha256,
    index: header.index,
    term: header.term,
    taken_at: new Date(header.timeMs).toISOString(),
    cluster_id: header.clusterId,
    cluster_uuid: header.clusterUuid,
    node_id: header.nodeId,
  }
}

function describe(file: string, { header, bytes, sha256 }: Taken): string {
  return [
    `${file}: index ${header.index}, term ${header.term}, ${new Date(header.timeMs).toISOString()}, from node ${header.nodeId} of cluster ${header.clusterId}`,
    `${bytes} bytes, verified, SHA-256 ${sha256}`,
  ].join('\n')
}

/** A line that is written over, where a person looks on. */
class Progress {
  #saidMs = 0
  #said = false

  constructor(
    readonly surroundings: Surroundings,
    readonly total: number,
  ) {}

  at(bytes: number): void {
    const { isTerminal, stderr } = this.surroundings
    const nowMs = performance.now()
    if (!isTerminal || nowMs - this.#saidMs < PROGRESS_MS) return
    this.#saidMs = nowMs
    this.#said = true
    const percent = this.total === 0 ? '' : ` (${Math.floor((bytes / this.total) * 100)} %)`
    stderr(`\r${bytes} bytes${percent} `)
  }

  end(): void {
    if (this.#said) this.surroundings.stderr('\r\u001b[K')
  }
}
