// What the local commands may use of the composition root.
export type { BackupReport } from './check-backup.js'
export { checkBackup } from './check-backup.js'
export type { DirectoryReport } from './check-directory.js'
export { checkDirectory } from './check-directory.js'
export type { IpamNode } from './open-node.js'
export { openNode } from './open-node.js'
export type { Restored } from './restore-directory.js'
export { restoreDirectory } from './restore-directory.js'
