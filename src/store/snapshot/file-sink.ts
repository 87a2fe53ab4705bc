// A snapshot on its way into a file. It survives its stream, so that the next one goes on where that broke.
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../../lib/index.js'
import type { SnapshotHeader, SnapshotSink } from '../../raft/index.js'
import { assertRoom, namedNoRoom, type Room } from './no-room-error.js'
import { makeFolder, receivingFolder } from './snapshot-files.js'
import { runSnapshotJob } from './snapshot-job.js'

const FILE = 'state.db'

export type FileSinkDependencies = { readonly signal: AbortSignal; readonly room: Room }

export class FileSink implements SnapshotSink {
  readonly #file: FileHandle
  readonly #signal: AbortSignal
  readonly #room: Room
  #received = 0
  #state: 'receiving' | 'verified' | 'gone' = 'receiving'

  private constructor(
    readonly header: SnapshotHeader,
    readonly path: string,
    file: FileHandle,
    { signal, room }: FileSinkDependencies,
  ) {
    this.#file = file
    this.#signal = signal
    this.#room = room
  }

  /** Whatever was received before goes. */
  static async create(
    directory: string,
    header: SnapshotHeader,
    dependencies: FileSinkDependencies,
  ): Promise<FileSink> {
    const folder = receivingFolder(directory)
    await rm(folder, { recursive: true, force: true })
    await makeFolder(folder)
    const path = join(folder, FILE)
    return new FileSink(header, path, await open(path, 'wx', 0o600), dependencies)
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

  /** Nothing is left of what cannot become whole: the room is the log's. @throws NoRoomError */
  async assertRoomForRest(): Promise<void> {
    if (this.#state !== 'receiving') return
    const { path, header } = this
    const bytes = header.bytes - this.#received
    try {
      await assertRoom(this.#room, { what: 'the snapshot', path, bytes })
    } catch (error) {
      await this.discard()
      throw error
    }
  }

  /** What others write to the disk meanwhile is seen, too, before it is full: a log that cannot be written ends the process. */
  async write(bytes: Uint8Array): Promise<void> {
    assert(this.#state === 'receiving', 'nothing is written to a snapshot that is complete')
    const offset = this.#received
    if (offset + bytes.length > this.header.bytes) {
      throw new Error('The snapshot is longer than was announced.')
    }
    await this.assertRoomForRest()
    try {
      for (let done = 0; done < bytes.length; ) {
        // A disk that is nearly full takes a part.
        const left = bytes.length - done
        done += (await this.#file.write(bytes, done, left, offset + done)).bytesWritten
      }
    } catch (error) {
      await this.discard()
      throw namedNoRoom(error, 'the snapshot')
    }
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
