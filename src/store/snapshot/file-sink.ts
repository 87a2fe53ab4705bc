// A snapshot on its way into a file. It survives its stream, so that the next one goes on where that broke.
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../../lib/index.js'
import type { SnapshotHeader, SnapshotSink } from '../../raft/index.js'
import { makeFolder, receivingFolder } from './snapshot-files.js'
import { runSnapshotJob } from './snapshot-job.js'

const FILE = 'state.db'

export class FileSink implements SnapshotSink {
  readonly #file: FileHandle
  readonly #signal: AbortSignal
  #received = 0
  #state: 'receiving' | 'verified' | 'gone' = 'receiving'

  private constructor(
    readonly header: SnapshotHeader,
    readonly path: string,
    file: FileHandle,
    signal: AbortSignal,
  ) {
    this.#file = file
    this.#signal = signal
  }

  /** Whatever was received before goes. */
  static async create(
    directory: string,
    header: SnapshotHeader,
    signal: AbortSignal,
  ): Promise<FileSink> {
    const folder = receivingFolder(directory)
    await rm(folder, { recursive: true, force: true })
    await makeFolder(folder)
    const path = join(folder, FILE)
    return new FileSink(header, path, await open(path, 'wx', 0o600), signal)
  }

  get received(): number {
    return this.#received
  }

  get isVerified(): boolean {
    return this.#state === 'verified'
  }

  get isGone(): boolean {
    return this.#state === 'gone'
  }

  async write(bytes: Uint8Array): Promise<void> {
    assert(this.#state === 'receiving', 'nothing is written to a snapshot that is complete')
    const offset = this.#received
    if (offset + bytes.length > this.header.bytes) {
      throw new Error('The snapshot is longer than was announced.')
    }
    await this.#file.write(bytes, 0, bytes.length, offset)
    this.#received = offset + bytes.length
  }

  async finish(): Promise<void> {
    if (this.#state === 'verified') return
    try {
      await runSnapshotJob({ type: 'verify', path: this.path, header: this.header }, this.#signal)
      this.#state = 'verified'
      await this.#file.close()
    } catch (error) {
      await this.discard()
      throw error
    }
  }

  /** What was received stays for the next stream. */
  release(): Promise<void> {
    return Promise.resolve()
  }

  async discard(): Promise<void> {
    if (this.#state === 'gone') return
    const isOpen = this.#state === 'receiving'
    this.#state = 'gone'
    if (isOpen) await this.#file.close()
    await rm(this.path, { force: true })
  }
}
