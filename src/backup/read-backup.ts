// Reads a backup as its bytes come, from a file or the network, and trusts none of it before the last line was compared.
import { createHash, type Hash } from 'node:crypto'
import { assert } from '../lib/index.js'
import { BackupDamagedError } from './backup-damaged-error.js'
import {
  type BackupHeader,
  beginsAsBackup,
  CHUNK_BYTES,
  chunkCount,
  decodeHeader,
  decodeTrailer,
  HEADER_BYTES_MAX,
  sha256,
  trailerBytes,
} from './format.js'

const LINE_END = 0x0a

export class BackupReader {
  /** null until the first line is complete. */
  header: BackupHeader | null = null
  #headDigest = ''
  /** The line that is being read, the first or the last. */
  #line: Buffer[] = []
  #lineBytes = 0
  #stateBytes = 0
  #chunk: Hash = createHash('sha256')
  #chunkBytes = 0
  readonly #chunks: string[] = []
  readonly #whole: Hash = createHash('sha256')

  /** @returns the part of the bytes that belongs to the SQLite database. @throws BackupDamagedError */
  push(bytes: Uint8Array): Uint8Array {
    const afterHead = this.header === null ? this.#readHeader(bytes) : bytes
    if (this.header === null) return afterHead
    const missing = this.header.stateBytes - this.#stateBytes
    const state = afterHead.subarray(0, missing)
    this.#readState(state)
    const rest = afterHead.subarray(missing)
    if (rest.length > 0) this.#readTrailer(this.header, rest)
    return state
  }

  /** To be called when there are no more bytes: everything is compared. @throws BackupDamagedError */
  end(): BackupHeader {
    const { header } = this
    if (header === null) {
      if (this.#lineBytes === 0) throw new BackupDamagedError('no-backup', 'The backup is empty.')
      const line = this.#takeLine()
      if (!beginsAsBackup(line)) return decodeHeader(line)
      throw new BackupDamagedError(
        'truncated',
        `The backup ends at byte ${line.length}, within its first line: the rest is missing.`,
      )
    }
    const wanted = trailerBytes(chunkCount(header))
    const whole = header.headerBytes + header.stateBytes + wanted
    const found = header.headerBytes + this.#stateBytes + this.#lineBytes
    if (found < whole) {
      throw new BackupDamagedError(
        'truncated',
        `The backup ends at byte ${found} of ${whole}: the rest is missing.`,
      )
    }
    this.#compare(header, this.#takeLine())
    return header
  }

  #readHeader(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(LINE_END)
    this.#addToLine(bytes.subarray(0, end === -1 ? bytes.length : end + 1))
    if (end === -1 && this.#lineBytes <= HEADER_BYTES_MAX) return new Uint8Array(0)
    const line = this.#takeLine()
    this.header = decodeHeader(line.subarray(0, -1))
    this.#headDigest = sha256(line)
    return bytes.subarray(end + 1)
  }

  #readState(state: Uint8Array): void {
    for (let at = 0; at < state.length; ) {
      const part = state.subarray(at, at + CHUNK_BYTES - this.#chunkBytes)
      this.#chunk.update(part)
      this.#whole.update(part)
      this.#chunkBytes += part.length
      this.#stateBytes += part.length
      at += part.length
      if (this.#chunkBytes === CHUNK_BYTES) this.#endChunk()
    }
  }

  #endChunk(): void {
    this.#chunks.push(this.#chunk.digest('hex'))
    this.#chunk = createHash('sha256')
    this.#chunkBytes = 0
  }

  #readTrailer(header: BackupHeader, rest: Uint8Array): void {
    this.#addToLine(rest)
    if (this.#lineBytes <= trailerBytes(chunkCount(header))) return
    throw new BackupDamagedError(
      'damaged',
      `The backup is longer than its first line says: that line is damaged, or something was added after byte ${header.headerBytes + header.stateBytes + trailerBytes(chunkCount(header))}.`,
    )
  }

  #compare(header: BackupHeader, line: Buffer): void {
    if (this.#chunkBytes > 0) this.#endChunk()
    const trailer = decodeTrailer(line)
    const stateEnd = header.headerBytes + header.stateBytes
    if (trailer === null) {
      const end = stateEnd + line.length - 1
      throw new BackupDamagedError(
        'damaged',
        `The backup is damaged between bytes ${stateEnd} and ${end}: its checksums are not as they were written.`,
      )
    }
    if (trailer.head !== this.#headDigest) {
      throw new BackupDamagedError(
        'damaged',
        `The backup is damaged between bytes 0 and ${header.headerBytes - 1}: its first line is not as it was written.`,
      )
    }
    const wrong = this.#chunks.findIndex((digest, at) => digest !== trailer.chunks[at])
    if (wrong !== -1) {
      const first = header.headerBytes + wrong * CHUNK_BYTES
      const last = Math.min(first + CHUNK_BYTES, stateEnd) - 1
      throw new BackupDamagedError(
        'damaged',
        `The backup is damaged between bytes ${first} and ${last}: the SHA-256 of that piece of the state is not the one that was written.`,
      )
    }
    assert(this.#whole.digest('hex') === header.stateSha256, 'equal pieces make an equal whole')
  }

  #addToLine(bytes: Uint8Array): void {
    this.#line.push(Buffer.from(bytes))
    this.#lineBytes += bytes.length
  }

  #takeLine(): Buffer {
    const line = Buffer.concat(this.#line)
    this.#line = []
    this.#lineBytes = 0
    return line
  }
}
