// What other rooms may use of the backup file's format.
export { BackupDamagedError } from './backup-damaged-error.js'
export type { BackupFacts, BackupHeader } from './format.js'
export { BackupReader } from './read-backup.js'
export type { BackupBody } from './write-backup.js'
export { backupBytes, writeBackup } from './write-backup.js'
