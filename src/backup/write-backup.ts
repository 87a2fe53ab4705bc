// Writes a backup piece by piece from a copy of the state: for a client that may be slow, holding one piece in memory.
import { webcrypto } from 'node:crypto'
import {
  type BackupFacts,
  CHUNK_BYTES,
  chunkCount,
  encodeHeader,
  encodeTrailer,
  sha256,
  trailerBytes,
} from './format.js'

/** The SQLite database as it is read, from any place. */
export type BackupBody = { read(offset: number, bytes: number): Promise<Uint8Array> }

/** Size of the whole file, known before it is written. */
export function backupBytes(facts: BackupFacts): number {
  return encodeHeader(facts).length + facts.stateBytes + trailerBytes(chunkCount(facts))
}

/** The file in order; the next piece is read when it is asked for. */
export async function* writeBackup(
  facts: BackupFacts,
  body: BackupBody,
): AsyncGenerator<Uint8Array, void, void> {
  const header = encodeHeader(facts)
  yield header
  const chunks: string[] = []
  for (let offset = 0; offset < facts.stateBytes; offset += CHUNK_BYTES) {
    const bytes = await body.read(offset, Math.min(CHUNK_BYTES, facts.stateBytes - offset))
    chunks.push(await digest(bytes))
    yield bytes
  }
  yield encodeTrailer(sha256(header), chunks)
}

/** In a thread of its own: a piece takes some milliseconds, which the event loop of a node has for better things. */
async function digest(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
}
