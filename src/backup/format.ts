// The backup file: a line of JSON that says what it is, the state as an SQLite database, a line of JSON with checksums.
import { createHash } from 'node:crypto'
import { BackupDamagedError } from './backup-damaged-error.js'

export const BACKUP_FORMAT = 1
/** The state is checked in pieces of this size, so that damage has a place. */
export const CHUNK_BYTES = 1 << 20
/** No header is longer. */
export const HEADER_BYTES_MAX = 4096

/** What is known of a backup before its first byte is written. */
export type BackupFacts = {
  readonly clusterId: number
  readonly clusterUuid: string
  /** Last entry in it, and that entry's term and time (the cluster's, ms since 1970). */
  readonly index: number
  readonly term: number
  readonly timeMs: number
  /** Node whose state it is. */
  readonly nodeId: number
  /** The program that wrote it. */
  readonly version: string
  /** Of the SQLite database in it: size, and SHA-256 in hex. */
  readonly stateBytes: number
  readonly stateSha256: string
}

export type BackupHeader = BackupFacts & {
  /** Of the line itself, its end included: where the SQLite database begins. */
  readonly headerBytes: number
}

/** The keys as they stand in the file, in order. */
type HeaderLine = {
  readonly ipam_backup: number
  readonly cluster_id: number
  readonly cluster_uuid: string
  readonly index: number
  readonly term: number
  /** ISO 8601, the cluster's time. */
  readonly taken_at: string
  readonly node_id: number
  readonly version: string
  readonly state_bytes: number
  readonly state_sha256: string
  readonly chunk_bytes: number
}

/** How every backup begins, whatever its format. */
const BEGINNING = Buffer.from('{"ipam_backup":')

export function beginsAsBackup(bytes: Buffer): boolean {
  return bytes.subarray(0, BEGINNING.length).equals(BEGINNING)
}

export function encodeHeader(facts: BackupFacts): Buffer {
  const line: HeaderLine = {
    ipam_backup: BACKUP_FORMAT,
    cluster_id: facts.clusterId,
    cluster_uuid: facts.clusterUuid,
    index: facts.index,
    term: facts.term,
    taken_at: new Date(facts.timeMs).toISOString(),
    node_id: facts.nodeId,
    version: facts.version,
    state_bytes: facts.stateBytes,
    state_sha256: facts.stateSha256,
    chunk_bytes: CHUNK_BYTES,
  }
  return Buffer.from(`${JSON.stringify(line)}\n`)
}

/** @param line without its end. @throws BackupDamagedError */
export function decodeHeader(line: Buffer): BackupHeader {
  const value = parsed(line)
  const format = value?.ipam_backup
  if (!beginsAsBackup(line)) {
    throw new BackupDamagedError(
      'no-backup',
      'This is no backup of ipam: it does not begin with the line that every backup begins with.',
    )
  }
  if (value === null) throw headerDamaged(line)
  if (format !== BACKUP_FORMAT) {
    throw new BackupDamagedError(
      'format-unknown',
      `This backup has format ${format}, and this program knows format ${BACKUP_FORMAT}: take the program that wrote it, or a newer one.`,
    )
  }
  const { cluster_id: clusterId, cluster_uuid: clusterUuid, index, term } = value
  const { taken_at: takenAt, node_id: nodeId, version } = value
  const { state_bytes: stateBytes, state_sha256: stateSha256 } = value
  const timeMs = typeof takenAt === 'string' ? Date.parse(takenAt) : Number.NaN
  const counts = [clusterId, index, term, nodeId, stateBytes]
  const texts = [clusterUuid, version, stateSha256]
  const isWhole =
    counts.every(count => Number.isSafeInteger(count) && (count as number) >= 0) &&
    texts.every(text => typeof text === 'string') &&
    value.chunk_bytes === CHUNK_BYTES &&
    !Number.isNaN(timeMs)
  if (!isWhole) throw headerDamaged(line)
  const facts = { clusterId, clusterUuid, index, term, timeMs, nodeId, version, stateBytes }
  return {
    ...(facts as BackupFacts),
    stateSha256: String(stateSha256),
    headerBytes: line.length + 1,
  }
}

function headerDamaged(line: Buffer): BackupDamagedError {
  return new BackupDamagedError(
    'damaged',
    `The backup is damaged between bytes 0 and ${line.length}: its first line is not as it was written.`,
  )
}

export function chunkCount({ stateBytes }: Pick<BackupFacts, 'stateBytes'>): number {
  return Math.ceil(stateBytes / CHUNK_BYTES)
}

/**
 * @param chunks SHA-256 of each piece of the state, in hex
 * @param head SHA-256 of the first line, its end included, in hex
 */
export function encodeTrailer(head: string, chunks: readonly string[]): Buffer {
  return Buffer.from(`${JSON.stringify({ head, chunks, sum: sumOf(head, chunks) })}\n`)
}

/** Every trailer of that many chunks has the same length. */
export function trailerBytes(chunks: number): number {
  return encodeTrailer(
    EMPTY,
    Array.from({ length: chunks }, () => EMPTY),
  ).length
}

/** @returns null when it is not, byte for byte, as it was written */
export function decodeTrailer(
  line: Buffer,
): { readonly head: string; readonly chunks: readonly string[] } | null {
  const value = parsed(line)
  if (value === null) return null
  const { head, chunks } = value
  if (typeof head !== 'string' || !Array.isArray(chunks)) return null
  return encodeTrailer(head, chunks).equals(line) ? { head, chunks } : null
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const EMPTY = sha256(new Uint8Array(0))

/** Over the checksums, so that the last line guards itself. */
function sumOf(head: string, chunks: readonly unknown[]): string {
  return sha256(Buffer.from([head, ...chunks].join('\n')))
}

function parsed(line: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line.toString())
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
