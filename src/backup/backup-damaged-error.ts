// Why a file cannot be trusted as a backup, with the place.

export class BackupDamagedError extends Error {
  override readonly name = 'BackupDamagedError'

  /** @param message a full sentence that names the place in the file */
  constructor(
    readonly code: 'no-backup' | 'format-unknown' | 'truncated' | 'damaged',
    message: string,
  ) {
    super(message)
  }
}
