// What can be verified in the data directory of a stopped node: its log and its state, under its lock.
import { join } from 'node:path'
import { DirectoryLock, inspectLog, type LogReport } from '../raft/index.js'
import { type CheckReport, checkState } from '../store/index.js'

export type DirectoryReport = {
  readonly ok: boolean
  readonly log: LogReport
  readonly state: CheckReport
}

/** @throws a full sentence when a daemon runs on the directory, or it holds nothing. */
export async function checkDirectory(directory: string): Promise<DirectoryReport> {
  const lock = await DirectoryLock.take(directory)
  try {
    const log = await inspectLog(join(directory, 'raft'))
    const state = checkState(directory)
    return { ok: log.state === 'sound' && state.ok, log, state }
  } finally {
    await lock.release()
  }
}
