// A thread that makes or verifies one snapshot file, and ends.
import { createHash } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../lib/index.js'
import type { SnapshotHeader, SnapshotMark } from '../../raft/index.js'
import { syncPath } from '../layout.js'
import { openDatabase } from '../open.js'
import { assertSameBytes, assertSameMark, readMark } from './same-snapshot.js'
import type { SnapshotJob, SnapshotReport } from './snapshot-job.js'

const CACHE_BYTES = 8 << 20
const READ_BYTES = 1 << 20

async function run(job: SnapshotJob): Promise<SnapshotHeader> {
  if (job.type === 'copy') copy(job.databasePath, job.path)
  const header = await describe(job.path)
  if (job.type === 'verify') {
    assertSameBytes(header, job.header)
    assertSameMark(header.mark, job.header.mark)
  }
  syncPath(job.path)
  syncPath(dirname(job.path))
  return header
}

/** One read transaction sees one applied index, however much is committed meanwhile. */
function copy(databasePath: string, path: string): void {
  rmSync(path, { force: true })
  const db = openDatabase(databasePath, { mode: 'read', cacheBytes: CACHE_BYTES })
  try {
    db.prepare('VACUUM INTO ?').run(path)
  } finally {
    db.close()
  }
}

async function describe(path: string): Promise<SnapshotHeader> {
  const sha = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
    sha.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { mark: markIn(path), bytes, sha256: sha.digest('hex') }
}

function markIn(path: string): SnapshotMark {
  const db = openDatabase(path, { mode: 'read', cacheBytes: CACHE_BYTES })
  try {
    return readMark(db)
  } finally {
    db.close()
  }
}

assert(parentPort !== null, 'the snapshot worker is a worker thread')
const port = parentPort
const job = workerData as SnapshotJob
run(job).then(
  header => port.postMessage({ header } satisfies SnapshotReport),
  (error: Error) => port.postMessage({ error: error.message } satisfies SnapshotReport),
)
