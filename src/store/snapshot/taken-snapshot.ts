// One snapshot of this node's state in a file, for as many readers as ask; the file goes when nobody may want it any more.
import { type FileHandle, open, rm } from 'node:fs/promises'
import { assert } from '../../lib/index.js'
import type { SnapshotHeader, SnapshotSource } from '../../raft/index.js'

export class TakenSnapshot {
  #readers = 0
  #isDropped = false

  /** @param onUnused called whenever the last reader has gone */
  constructor(
    readonly header: SnapshotHeader,
    readonly path: string,
    readonly onUnused: () => void,
  ) {}

  get isUsed(): boolean {
    return this.#readers > 0
  }

  async open(): Promise<SnapshotSource> {
    assert(!this.#isDropped, 'a dropped snapshot is not read')
    this.#readers++
    try {
      return new FileSource(this.header, await open(this.path, 'r'), () => this.#left())
    } catch (error) {
      this.#left()
      throw error
    }
  }

  /** Nobody new reads it; the file goes with its last reader. */
  drop(): void {
    this.#isDropped = true
    if (this.#readers === 0) this.#remove()
  }

  #left(): void {
    this.#readers--
    if (this.#readers > 0) return
    if (this.#isDropped) this.#remove()
    else this.onUnused()
  }

  /** A file that cannot be removed now is removed at the next start. */
  #remove(): void {
    rm(this.path, { force: true }).catch(() => {})
  }
}

class FileSource implements SnapshotSource {
  readonly #file: FileHandle
  readonly #onRelease: () => void
  #isReleased = false

  constructor(
    readonly header: SnapshotHeader,
    file: FileHandle,
    onRelease: () => void,
  ) {
    this.#file = file
    this.#onRelease = onRelease
  }

  async read(offset: number, bytes: number): Promise<Uint8Array> {
    const buffer = new Uint8Array(Math.min(bytes, this.header.bytes - offset))
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, offset)
    if (bytesRead < buffer.length) throw new Error('The snapshot file is shorter than it was.')
    return buffer
  }

  release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    // What is open is only read: how its closing ends changes nothing.
    this.#file.close().then(this.#onRelease, this.#onRelease)
  }
}
