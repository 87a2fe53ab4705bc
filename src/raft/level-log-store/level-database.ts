// Opens LevelDB for the log and puts its errors into our words; the only file that knows LevelDB's files and codes.
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Level } from 'level'
import type { Index } from '../core/index.js'
import { DirectoryInUseError } from '../data-directory/directory-lock.js'
import { syncDirectory } from '../data-directory/durable-file.js'
import { getUint64, putUint64, viewOf } from '../entry-codec.js'
import { LogDamagedError, LogStoreFailedError } from './errors.js'

export type LogDatabase = Level<Uint8Array, Uint8Array>

/** One byte of keyspace first; a group's key goes on with its first index, big-endian, so that keys sort as indexes do. */
const headSpace = 1
const groupSpace = 2

export const headKey: Uint8Array = Uint8Array.of(headSpace)
export const groupKeysEnd: Uint8Array = Uint8Array.of(groupSpace + 1)

export function groupKey(first: Index): Uint8Array {
  const key = new Uint8Array(9)
  const view = viewOf(key)
  view.setUint8(0, groupSpace)
  putUint64(view, 1, first)
  return key
}

/** @returns null for a key that is not a group's. */
export function groupFirstIndex(key: Uint8Array): Index | null {
  return key.byteLength === 9 && key[0] === groupSpace ? getUint64(viewOf(key), 1) : null
}

/**
 * Opens the database in `directory`, made when there is none.
 * @returns the database, and the bytes that LevelDB's recovery dropped: it says so in its own LOG file only, and
 * opens all the same. A torn last write after a power cut looks like that and is harmless; anything else is found
 * by the walk over the entries or by the marks outside (checkMarks).
 * @throws DirectoryInUseError, LogDamagedError, LogStoreFailedError
 */
export async function openLogDatabase(
  directory: string,
  options: { readonly compression: boolean },
): Promise<{ readonly database: LogDatabase; readonly droppedBytes: number }> {
  const fresh = await prepareDirectory(directory)
  const database: LogDatabase = new Level(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression: options.compression,
    createIfMissing: fresh,
  })
  try {
    await database.open()
  } catch (error) {
    throw openError(directory, error)
  }
  return { database, droppedBytes: await readDroppedBytes(directory) }
}

/** @returns true when there is no database yet. LevelDB would also make an empty one where only CURRENT was lost. */
async function prepareDirectory(directory: string): Promise<boolean> {
  const made = await mkdir(directory, { recursive: true, mode: 0o700 })
  if (made !== undefined) await syncDirectory(dirname(made))
  const files = await readdir(directory)
  return !files.some(file => file === 'CURRENT' || file.endsWith('.log') || file.endsWith('.ldb'))
}

async function readDroppedBytes(directory: string): Promise<number> {
  const report = await readFile(join(directory, 'LOG'), 'utf8').catch(() => '')
  let bytes = 0
  for (const match of report.matchAll(/: dropping (\d+) bytes;/g)) bytes += Number(match[1])
  return bytes
}

function openError(directory: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const { code, message } = describe(cause)
  if (code === 'LEVEL_LOCKED') return new DirectoryInUseError(directory, { cause })
  const filesMissing = /No such file|does not exist/.test(message)
  if (code === 'LEVEL_CORRUPTION' || code === 'LEVEL_INVALID_ARGUMENT' || filesMissing) {
    return corruptError(directory, cause)
  }
  return new LogStoreFailedError(`The Raft log in ${directory} cannot be opened: ${message}`, {
    cause,
  })
}

/** A read failed: as damage when LevelDB calls it corruption, else as a failure of the disk. */
export function readError(directory: string, error: unknown): Error {
  if (error instanceof LogDamagedError) return error
  const { code, message } = describe(error)
  if (code === 'LEVEL_CORRUPTION') return corruptError(directory, error)
  return new LogStoreFailedError(`The Raft log in ${directory} cannot be read: ${message}`, {
    cause: error,
  })
}

function corruptError(directory: string, cause: unknown): LogDamagedError {
  const detail = `LevelDB says "${describe(cause).message}".`
  return new LogDamagedError('database-corrupt', directory, null, detail, { cause })
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  return { code: 'code' in error ? String(error.code) : '', message: error.message }
}
