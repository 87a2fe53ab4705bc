// What can be verified in the data directory of a stopped node: its identity, its log and its state, each alone and against the others.
import { join } from 'node:path'
import {
  checkMarks,
  DataDirectoryError,
  DirectoryLock,
  type Entry,
  type Identity,
  inspectLog,
  type LogReport,
  RefusalToVote,
  readIdentity,
} from '../raft/index.js'
import { type CheckReport, checkState } from '../store/index.js'

export type DirectoryReport = {
  readonly ok: boolean
  /** What is wrong with the identity file, or between it, the log and the state; full sentences. */
  readonly findings: readonly string[]
  readonly log: LogReport
  readonly state: CheckReport
}

/** @throws a full sentence when a daemon runs on the directory, or it holds nothing. */
export async function checkDirectory(directory: string): Promise<DirectoryReport> {
  const lock = await DirectoryLock.take(directory)
  try {
    const { identity, fault } = await identityOf(directory)
    const log = await inspectLog(join(directory, 'raft'))
    const state = checkState(directory)
    const findings = fault === null ? found(identity, log, state) : [fault]
    const ok = log.state === 'sound' && state.ok && findings.length === 0
    return { ok, findings, log, state }
  } finally {
    await lock.release()
  }
}

async function identityOf(
  directory: string,
): Promise<{ readonly identity: Identity | null; readonly fault: string | null }> {
  try {
    return { identity: await readIdentity(directory), fault: null }
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error
    return { identity: null, fault: error.message }
  }
}

function found(identity: Identity | null, log: LogReport, state: CheckReport): string[] {
  if (identity?.diverged !== undefined) {
    const { index } = identity.diverged
    return [`The state was found to differ from that of the majority at entry ${index}.`]
  }
  if (identity?.recovering === undefined) return contradictions(identity, log, state)
  return ['A recovery was begun here and not finished: ipam cluster recover goes on with it.']
}

/** Each is sound and yet they may not fit: a log that lost its tail, or parts of different directories. */
function contradictions(identity: Identity | null, log: LogReport, state: CheckReport): string[] {
  if (identity === null || log.state !== 'sound') return []
  if (log.dataUuid !== identity.dataUuid) {
    return [`The log is of data directory ${log.dataUuid}, and this is ${identity.dataUuid}.`]
  }
  const { appliedIndex, appliedTerm, clusterUuid } = state
  if (appliedIndex === null || appliedTerm === null) return []
  const { hardState, compacted } = log
  try {
    const loaded = { hardState, compacted, entries: outlineOf(log) }
    checkMarks({
      loaded,
      identity,
      applied: { index: appliedIndex, term: appliedTerm },
      clusterUuid,
    })
    return []
  } catch (error) {
    if (!(error instanceof RefusalToVote)) throw error
    return [error.message]
  }
}

const noData = new Uint8Array(0)

/** The log's entries as far as the marks are compared with them: index and term. */
function outlineOf({ terms, lastIndex }: LogReport & { readonly state: 'sound' }): Entry[] {
  return terms.flatMap(({ firstIndex, term }, at) => {
    const end = terms[at + 1]?.firstIndex ?? lastIndex + 1
    return Array.from({ length: end - firstIndex }, (_, offset): Entry => {
      return { index: firstIndex + offset, term, kind: 'empty', timeMs: 0, data: noData }
    })
  })
}
