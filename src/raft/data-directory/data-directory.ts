// The data directory: held by one process, belonging to one node, and remembering what a lost log must not make us forget.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { assert } from '../../lib/index.js'
import type { Index, NodeId, Term } from '../core/index.js'
import { DirectoryLock } from './directory-lock.js'
import { replaceFile, syncDirectory } from './durable-file.js'
import {
  type BootstrapMember,
  decodeIdentity,
  encodeIdentity,
  type Identity,
  identityFile,
} from './identity.js'
import { rejoinRemedy } from './remedy.js'

export type DataDirectoryOptions = { readonly nodeId: NodeId }

export type DataDirectoryErrorCode =
  | 'another-node'
  | 'identity-damaged'
  | 'identity-missing'
  | 'format-unknown'
  | 'another-cluster'
  | 'recovering'
  | 'diverged'

/** The directory is not one that this node may start on, or not one of this cluster. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError'

  constructor(
    readonly code: DataDirectoryErrorCode,
    readonly directory: string,
    detail: string,
  ) {
    super(`The data directory ${directory} is refused: ${detail}`)
  }
}

/** What may lie in a directory that was never used: the lock, an unfinished first write, and what file systems put there. */
const namesWithoutData = new Set(['lock', `${identityFile}.new`, 'lost+found'])

export class DataDirectory {
  readonly directory: string
  readonly #lock: DirectoryLock
  #identity: Identity
  /** The write before; each waits for it. */
  #turn: Promise<void> = Promise.resolve()
  /** Set by the first write that fails, and for good: what is on disk is then unknown. */
  #failure: Error | null = null

  private constructor(directory: string, lock: DirectoryLock, identity: Identity) {
    this.directory = directory
    this.#lock = lock
    this.#identity = identity
  }

  /**
   * Locks the directory (made when absent) and counts this start, durably.
   * @throws DirectoryInUseError, DataDirectoryError
   */
  static async open(directory: string, options: DataDirectoryOptions): Promise<DataDirectory> {
    const path = resolve(directory)
    const made = await mkdir(path, { recursive: true, mode: 0o700 })
    if (made !== undefined) await syncDirectory(dirname(made))
    const lock = await DirectoryLock.take(path)
    try {
      const found = (await readIdentity(path)) ?? newIdentity(options.nodeId)
      if (found.nodeId !== options.nodeId) {
        const detail = `it belongs to node ${found.nodeId}, and this is node ${options.nodeId}. Correct the node id or the directory.`
        throw new DataDirectoryError('another-node', path, detail)
      }
      if (found.recovering !== undefined) {
        const detail = `a recovery was begun in it and not finished. Finish it: ipam cluster recover --data-dir ${path} --yes`
        throw new DataDirectoryError('recovering', path, detail)
      }
      if (found.diverged !== undefined) {
        const detail = `its state differs from that of the majority at entry ${found.diverged.index}. ${rejoinRemedy}`
        throw new DataDirectoryError('diverged', path, detail)
      }
      const identity = { ...found, startCount: found.startCount + 1 }
      await writeIdentity(path, identity)
      return new DataDirectory(path, lock, identity)
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /** As it is on disk. */
  get identity(): Identity {
    return this.#identity
  }

  /** Copies term and vote, before an answer that rests on them leaves; costs nothing when they are the same. */
  async recordVote({ term, vote }: { readonly term: Term; readonly vote: NodeId }): Promise<void> {
    await this.#update(identity => {
      assert(term >= identity.term, 'The term of a node never falls.')
      const revoked = term === identity.term && identity.vote !== 0 && vote !== identity.vote
      assert(!revoked, 'A vote is given once in a term.')
      return { ...identity, term, vote }
    })
  }

  /** Binds the directory to its cluster, once. @throws DataDirectoryError another-cluster */
  async recordCluster(clusterUuid: string): Promise<void> {
    await this.#update(identity => {
      if (identity.clusterUuid !== null && identity.clusterUuid !== clusterUuid) {
        const detail = `it belongs to cluster ${identity.clusterUuid}, not to ${clusterUuid}.`
        throw new DataDirectoryError('another-cluster', this.directory, detail)
      }
      return { ...identity, clusterUuid }
    })
  }

  /** The beginning of the cluster is complete: from here on this node votes. The list never changes afterwards. */
  async recordBootstrap(members: readonly BootstrapMember[]): Promise<void> {
    await this.#update(identity => {
      const same = JSON.stringify(identity.bootstrap) === JSON.stringify(members)
      assert(identity.bootstrap === null || same, 'A cluster begins once.')
      return { ...identity, bootstrap: members }
    })
  }

  /**
   * Set before a snapshot's state replaces ours, cleared (null) once the log was compacted to it: a crash in between
   * leaves a state that is ahead of the log, which would otherwise look like a lost log.
   */
  async recordInstalling(
    mark: { readonly index: Index; readonly term: Term } | null,
  ): Promise<void> {
    const installing = mark && { index: mark.index, term: mark.term }
    await this.#update(identity => ({ ...identity, installing }))
  }

  /** For good: what such a state answers is wrong. */
  async recordDiverged(index: Index): Promise<void> {
    await this.#update(identity => ({ ...identity, diverged: { index } }))
  }

  #update(change: (identity: Identity) => Identity): Promise<void> {
    const result = this.#turn.then(async () => {
      if (this.#failure !== null) throw this.#failure
      const next = change(this.#identity)
      if (encodeIdentity(next) === encodeIdentity(this.#identity)) return
      try {
        await writeIdentity(this.directory, next)
      } catch (error) {
        const message = `Writing ${identityFile} in ${this.directory} failed`
        this.#failure = new Error(`${message}: ${(error as Error).message}`, { cause: error })
        throw this.#failure
      }
      this.#identity = next
    })
    const next = (): void => {}
    this.#turn = result.then(next, next)
    return result
  }

  /** Waits for what is under way, then lets another process have the directory; every later call rejects. */
  async close(): Promise<void> {
    await this.#turn
    this.#failure ??= new Error(`The data directory ${this.directory} is closed.`)
    await this.#lock.release()
  }
}

/** The identity in a directory, or null in one that holds nothing yet. Takes no lock. @throws DataDirectoryError */
export async function readIdentity(directory: string): Promise<Identity | null> {
  let text: string
  try {
    text = await readFile(join(directory, identityFile), 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    const names = await readdir(directory)
    const data = names.filter(name => !namesWithoutData.has(name) && !name.startsWith('.'))
    if (data.length === 0) return null
    const detail = `it holds ${data.join(', ')} but no ${identityFile}, so whose votes these are is unknown. ${rejoinRemedy}`
    throw new DataDirectoryError('identity-missing', directory, detail)
  }
  const identity = decodeIdentity(text)
  if (identity === null) {
    const detail = `its ${identityFile} is not as it was written. ${rejoinRemedy}`
    throw new DataDirectoryError('identity-damaged', directory, detail)
  }
  if (identity === 'unknown-format') {
    const detail = `its ${identityFile} has a format that this release does not know. Start the release that wrote it, or a later one.`
    throw new DataDirectoryError('format-unknown', directory, detail)
  }
  return identity
}

function newIdentity(nodeId: NodeId): Identity {
  return {
    nodeId,
    dataUuid: randomUUID(),
    clusterUuid: null,
    startCount: 0,
    term: 0,
    vote: 0,
    bootstrap: null,
    installing: null,
  }
}

function writeIdentity(directory: string, identity: Identity): Promise<void> {
  return replaceFile(join(directory, identityFile), encodeIdentity(identity))
}
