// One checkpoint, in the worker: makes what is committed durable, then moves it from the write-ahead log into the file.
import { existsSync } from 'node:fs'
import { syncPath } from '../layout.js'
import type { Database } from '../open.js'
import type { CheckpointReport } from './messages.js'

type Checkpointed = { readonly busy: number; readonly log: number; readonly checkpointed: number }

/**
 * Why `durableIndex` is right. The applied index is read first: everything up to it was committed before, so it is in
 * the write-ahead log, or was moved from there into the database file. The log is fsynced next, here and explicitly,
 * so that its part survives. What was moved is safe already: SQLite syncs the log before it moves pages and the file
 * before a log that was moved whole is begun anew, on every checkpoint at synchronous=NORMAL
 * (sqlite.org/wal.html, Performance Considerations). Whatever is committed meanwhile is not counted. The report thus
 * does not depend on the move being complete: a long scan may hold it up, and the durable index goes on.
 *
 * `reset` waits for a moment without writers and has the next commit begin the log anew; without it a log that is
 * written all the time is never whole in the file, and grows.
 */
export function checkpoint(db: Database, reset: boolean): CheckpointReport {
  const durableIndex = db.prepare('SELECT applied_index FROM state').pluck().get() as number
  const log = `${db.name}-wal`
  if (existsSync(log)) syncPath(log)
  const mode = reset ? 'RESTART' : 'PASSIVE'
  const [row] = db.pragma(`wal_checkpoint(${mode})`) as Checkpointed[]
  // Busy from the first: a commit was just under way. The next checkpoint moves what this one did not.
  const isBusy = row !== undefined && row.busy !== 0
  if (row === undefined || (row.log < 0 && !isBusy)) {
    throw new Error(`${db.name} has no write-ahead log.`)
  }
  return {
    durableIndex,
    walPages: Math.max(0, row.log),
    movedPages: Math.max(0, row.checkpointed),
    didReset: reset && !isBusy,
  }
}
