// What is asked of a snapshot worker, and what it answers.
import type { SnapshotHeader } from '../../raft/index.js'
import { startWorker } from '../worker-thread.js'

export type SnapshotJob =
  /** Copies the state at `databasePath` into a new file at `path`, and makes that durable. */
  | { readonly type: 'copy'; readonly databasePath: string; readonly path: string }
  /** Verifies a received file against what its sender said of it, and makes it durable. */
  | { readonly type: 'verify'; readonly path: string; readonly header: SnapshotHeader }

export type SnapshotReport = { readonly header: SnapshotHeader } | { readonly error: string }

/** A thread for one job: copying and hashing take seconds, which neither the loop nor scans and checkpoints wait for. */
export function runSnapshotJob(job: SnapshotJob, signal: AbortSignal): Promise<SnapshotHeader> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const worker = startWorker(new URL('./snapshot-worker.js', import.meta.url), job)
    const stop = () => void worker.terminate()
    signal.addEventListener('abort', stop, { once: true })
    worker.on('message', (report: SnapshotReport) => {
      if ('header' in report) resolve(report.header)
      else reject(new Error(report.error))
    })
    worker.on('error', reject)
    // After an answer this says nothing any more.
    worker.on('exit', () => {
      signal.removeEventListener('abort', stop)
      reject(signal.aborted ? signal.reason : new Error('The snapshot worker ended too early.'))
    })
  })
}
