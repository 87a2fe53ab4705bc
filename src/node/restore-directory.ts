// A backup becomes the data directory of a new cluster's first member.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { BackupHeader } from '../backup/index.js'
import { DirectoryLock, freshIdentity, refoundLog } from '../raft/index.js'
import { adoptState, type CheckReport, refoundState } from '../store/index.js'
import { checkExtracted } from './check-backup.js'
import { extractBackup } from './extract-backup.js'

export type RestoreOptions = {
  readonly file: string
  readonly directory: string
  readonly nodeId: number
}

export type Restored = {
  readonly header: BackupHeader
  readonly report: CheckReport
  readonly clusterUuid: string
  /** Where the new cluster begins. */
  readonly index: number
}

/** What a file system puts into a directory by itself. */
const NOTHING = new Set(['lost+found'])

/** The identity comes last: until then no daemon starts on the directory. @throws a full sentence; nothing is left then */
export async function restoreDirectory(options: RestoreOptions): Promise<Restored> {
  const { file, nodeId } = options
  const directory = resolve(options.directory)
  await refuseUsed(directory)
  const lock = await DirectoryLock.take(directory)
  try {
    const path = join(directory, 'restoring.db')
    const header = await extractBackup(file, path)
    const report = checkExtracted(path)
    if (!report.ok) throw new Error(notSound(report))
    const clusterUuid = randomUUID()
    const identity = freshIdentity(nodeId, clusterUuid)
    const { dataUuid } = identity
    const mark = refoundState(path, {
      action: 'cluster.restored',
      clusterUuid,
      member: { nodeId, raftAddress: '', apiAddress: '', dataUuid },
      // Nobody of the old cluster can talk to this one, so that all ids are new again.
      removed: [],
      effectsOff: true,
      termAbove: header.term,
    })
    await adoptState(directory, path, mark)
    await refoundLog(directory, identity, mark)
    await lock.release()
    return { header, report, clusterUuid, index: mark.index }
  } catch (error) {
    await lock.release()
    await clear(directory)
    throw error
  }
}

async function refuseUsed(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const found = (await readdir(directory)).filter(name => !NOTHING.has(name))
  if (found.length === 0) return
  throw new Error(
    `${directory} is not empty (${found.slice(0, 5).join(', ')}): a backup is restored into an empty directory. Name another, or move away what is there.`,
  )
}

/** It was empty, so whatever is there came from here. */
async function clear(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter(name => !NOTHING.has(name))
  for (const name of names) await rm(join(directory, name), { recursive: true, force: true })
}

function notSound({ findings }: CheckReport): string {
  const first = findings.slice(0, 3).map(({ area, message }) => `${area}: ${message}`)
  return `The state in the backup is not sound, and nothing was restored: ${first.join(' ')}`
}
