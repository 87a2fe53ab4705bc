// A thread that makes or verifies one snapshot file, and ends.
import { createHash } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../lib/index.js'
import type { SnapshotHeader, SnapshotMark } from '../../raft/index.js'
import { syncPath } from '../layout.js'
import { SCHEMA_VERSION, schemaOf } from '../migrations/index.js'
import { type Database, openDatabase } from '../open.js'
import { readState } from '../tables/state-row.js'
import type { SnapshotJob, SnapshotReport } from './snapshot-job.js'

const CACHE_BYTES = 8 << 20
const READ_BYTES = 1 << 20

async function run(job: SnapshotJob): Promise<SnapshotHeader> {
  if (job.type === 'copy') copy(job.databasePath, job.path)
  const header = await describe(job.path)
  if (job.type === 'verify') assertSame(header, job.header)
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

/** What the file itself says: where it stands is never taken from the one it was copied from. */
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

function readMark(db: Database): SnapshotMark {
  const schema = schemaOf(db)
  if (schema === 0) throw new Error(`${db.name} is no state of ipam.`)
  assert(schema <= SCHEMA_VERSION, 'a newer schema was refused')
  const {
    appliedIndex: index,
    appliedTerm: term,
    appliedTimeMs: timeMs,
    membership,
  } = readState(db)
  if (membership === null || index === 0)
    throw new Error(`${db.name} holds a state that never began.`)
  return { index, term, timeMs, membership }
}

function assertSame(found: SnapshotHeader, said: SnapshotHeader): void {
  if (found.sha256 !== said.sha256 || found.bytes !== said.bytes) {
    throw new Error('The snapshot is damaged: its SHA-256 is not the one that was announced.')
  }
  if (JSON.stringify(sorted(found.mark)) === JSON.stringify(sorted(said.mark))) return
  throw new Error('The snapshot holds another state than the one that was announced.')
}

function sorted({ index, term, timeMs, membership }: SnapshotMark): readonly unknown[] {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = membership
  return [index, term, timeMs, voters, votersOutgoing, learners, learnersNext, autoLeave]
}

assert(parentPort !== null, 'the snapshot worker is a worker thread')
const port = parentPort
const job = workerData as SnapshotJob
run(job).then(
  header => port.postMessage({ header } satisfies SnapshotReport),
  (error: Error) => port.postMessage({ error: error.message } satisfies SnapshotReport),
)
