// Finds or makes the state that CURRENT names, and brings it to a known start: newest schema, nothing in the write-ahead log.
import { currentState, makeFreshState, pointAt } from './layout.js'
import { migrate } from './migrations/index.js'
import { type Database, openDatabase, openImage } from './open.js'
import { removeLeftovers } from './snapshot/snapshot-files.js'
import type { OpenStoreOptions } from './types.js'

export const IN_MEMORY = ':memory:'
const MIGRATION_CACHE_BYTES = 16 << 20

/** @throws a full sentence on a directory or file that is damaged, newer, or not ours. */
export async function openState(options: OpenStoreOptions): Promise<Database> {
  const { directory, cachePagesBytes: cacheBytes, image } = options
  if (directory !== IN_MEMORY) return openStateFile(directory, cacheBytes)
  const db =
    image === undefined
      ? openDatabase(IN_MEMORY, { mode: 'create', cacheBytes })
      : openImage(image, cacheBytes)
  migrate(db)
  return db
}

async function openStateFile(directory: string, cacheBytes: number): Promise<Database> {
  const path = currentState(directory)
  if (path !== null) {
    removeLeftovers(directory, path)
    return openStateAt(path, cacheBytes)
  }
  const fresh = makeFreshState(directory)
  const db = prepare(openDatabase(fresh, { mode: 'create', cacheBytes }))
  const applied = db.prepare('SELECT applied_index FROM state').pluck().get()
  if (applied !== 0) {
    db.close()
    throw new Error(
      `${directory}/CURRENT is missing, and ${fresh} has applied entries up to ${applied}: restore the file from a backup, or remove the node and add it under a new id.`,
    )
  }
  try {
    await pointAt(directory, fresh)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** @throws a full sentence on a file that is damaged, newer, or not ours. */
export function openStateAt(path: string, cacheBytes: number): Database {
  return prepare(openDatabase(path, { mode: 'write', cacheBytes }))
}

/** Brings a state that nobody uses to the newest schema. @throws as openStateAt */
export function migrateStateFile(path: string): void {
  openStateAt(path, MIGRATION_CACHE_BYTES).close()
}

/** The checkpoint makes durable what an earlier process committed without a sync. */
function prepare(db: Database): Database {
  try {
    migrate(db)
    db.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}
