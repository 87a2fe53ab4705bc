// What can be verified in a backup: every byte of the file, and everything that `ipam check` verifies in a state.
import { mkdtemp, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { BackupHeader } from '../backup/index.js'
import { type CheckReport, checkStateFile, migrateStateFile } from '../store/index.js'
import { extractBackup } from './extract-backup.js'

export type BackupReport = { readonly header: BackupHeader; readonly state: CheckReport }

/** The state is taken out beside the file, and removed. @throws BackupDamagedError, or the disk's word */
export async function checkBackup(file: string): Promise<BackupReport> {
  const folder = await mkdtemp(join(dirname(resolve(file)), '.ipam-check-'))
  try {
    const path = join(folder, 'state.db')
    const header = await extractBackup(file, path)
    return { header, state: checkExtracted(path) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A backup of an older program is brought up to date first, as a daemon would. */
export function checkExtracted(path: string): CheckReport {
  migrateStateFile(path)
  return checkStateFile(path)
}
