// Snapshots of a state in memory, for tests and simulations: the same promises, on bytes.
import { createHash } from 'node:crypto'
import { assert } from '../../lib/index.js'
import type {
  Index,
  SnapshotHeader,
  SnapshotMark,
  SnapshotSink,
  SnapshotSource,
} from '../../raft/index.js'
import { openImage } from '../open.js'
import { assertSameBytes, assertSameMark, isSameHeader, readMark } from './same-snapshot.js'

const CACHE_BYTES = 1 << 20

export type MemorySnapshotsDependencies = {
  readonly applied: () => SnapshotMark
  readonly serialize: () => Uint8Array
}

type Taken = { readonly header: SnapshotHeader; readonly image: Uint8Array }

export class MemorySnapshots {
  readonly #dependencies: MemorySnapshotsDependencies
  #taken: Taken | null = null
  #sink: MemorySink | null = null

  constructor(dependencies: MemorySnapshotsDependencies) {
    this.#dependencies = dependencies
  }

  take(leastIndex: Index): Promise<SnapshotSource> {
    if (this.#taken === null || this.#taken.header.mark.index < leastIndex) {
      const { applied, serialize } = this.#dependencies
      const image = serialize()
      this.#taken = { header: headerOf(applied(), image), image }
    }
    const { header, image } = this.#taken
    const read = async (offset: number, bytes: number) => image.slice(offset, offset + bytes)
    return Promise.resolve({ header, read, release: () => {} })
  }

  receive(header: SnapshotHeader): Promise<SnapshotSink> {
    if (this.#sink?.isOf(header) !== true) this.#sink = new MemorySink(header)
    return Promise.resolve(this.#sink)
  }

  /** The bytes of the snapshot that was verified. */
  takeReceived(mark: SnapshotMark): Uint8Array {
    const sink = this.#sink
    assert(sink?.isVerified === true, 'a snapshot is verified before it is installed')
    assert(sink.header.mark.index === mark.index, 'the verified snapshot is the one to install')
    this.#sink = null
    return sink.image
  }
}

function headerOf(mark: SnapshotMark, image: Uint8Array): SnapshotHeader {
  return { mark, bytes: image.length, sha256: createHash('sha256').update(image).digest('hex') }
}

function markIn(image: Uint8Array): SnapshotMark {
  const db = openImage(image, CACHE_BYTES)
  try {
    return readMark(db)
  } finally {
    db.close()
  }
}

class MemorySink implements SnapshotSink {
  #received = 0
  readonly image: Uint8Array
  isVerified = false
  #isGone = false

  constructor(readonly header: SnapshotHeader) {
    this.image = new Uint8Array(header.bytes)
  }

  get received(): number {
    return this.#received
  }

  isOf(header: SnapshotHeader): boolean {
    return !this.#isGone && isSameHeader(header, this.header)
  }

  async write(bytes: Uint8Array): Promise<void> {
    assert(!this.isVerified, 'nothing is written to a snapshot that is complete')
    if (this.#received + bytes.length > this.image.length)
      throw new Error('The snapshot is longer than was announced.')
    this.image.set(bytes, this.#received)
    this.#received += bytes.length
  }

  async finish(): Promise<void> {
    if (this.isVerified) return
    try {
      assertSameBytes(headerOf(this.header.mark, this.image), this.header)
      assertSameMark(markIn(this.image), this.header.mark)
      this.isVerified = true
    } catch (error) {
      this.#isGone = true
      throw error
    }
  }

  release(): Promise<void> {
    return Promise.resolve()
  }
}
