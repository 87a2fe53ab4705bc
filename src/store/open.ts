// The only file that names the SQLite driver: opens a file of ours with the settings that the rest relies on.
import SqliteDatabase from 'better-sqlite3'

export type Database = SqliteDatabase.Database
export type Statement<
  Parameters extends unknown[] = unknown[],
  Row = unknown,
> = SqliteDatabase.Statement<Parameters, Row>

/** "IPAM" in the file's header, so that no other program's database is taken for ours. */
export const APPLICATION_ID = 0x4950414d
/** How long a statement waits for a lock: the worker holds one for two fsyncs when it resets the write-ahead log. */
const BUSY_TIMEOUT_MS = 5000

export type OpenOptions = {
  /** `create` may make the file; `write` and `read` want it there. */
  readonly mode: 'create' | 'write' | 'read'
  /** Memory for pages, bytes. */
  readonly cacheBytes: number
}

/**
 * @param path of the file, or `:memory:`.
 * @throws a full sentence when the file is no SQLite database, or no state of ours.
 */
export function openDatabase(path: string, options: OpenOptions): Database {
  const db = new SqliteDatabase(path, {
    readonly: options.mode === 'read',
    fileMustExist: options.mode !== 'create',
    timeout: BUSY_TIMEOUT_MS,
  })
  try {
    setPragmas(db, options)
    assertOurs(db, path)
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/** A database in memory that begins as a copy of what `serialize` gave. */
export function openImage(image: Uint8Array, cacheBytes: number): Database {
  const db = new SqliteDatabase(Buffer.from(image))
  setPragmas(db, { mode: 'write', cacheBytes })
  assertOurs(db, 'the image')
  return db
}

function setPragmas(db: Database, { mode, cacheBytes }: OpenOptions): void {
  db.pragma(`cache_size = -${Math.max(1, Math.round(cacheBytes / 1024))}`)
  db.pragma('temp_store = MEMORY')
  db.pragma('trusted_schema = OFF')
  // References are the ledger's to keep, and ended allocations outlive their networks; `ipam check` verifies the rest.
  db.pragma('foreign_keys = OFF')
  if (mode === 'read' || db.memory) return
  const journal = db.pragma('journal_mode = WAL', { simple: true })
  if (journal !== 'wal') {
    throw new Error(
      `${db.name} cannot have a write-ahead log (journal mode ${journal}): its file system has no shared memory. Use a local disk.`,
    )
  }
  // A commit need not be synced: the Raft log is the truth, and is cut only below durableIndex().
  db.pragma('synchronous = NORMAL')
  // Checkpoints are the worker's: one on this connection would hold up a heartbeat.
  db.pragma('wal_autocheckpoint = 0')
}

function assertOurs(db: Database, path: string): void {
  const applicationId = db.pragma('application_id', { simple: true })
  if (applicationId === APPLICATION_ID) return
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (applicationId !== 0 || tables !== 0) {
    throw new Error(`${path} is a database of another program (application id ${applicationId}).`)
  }
}
