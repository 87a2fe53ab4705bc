// One daemon to a data directory, by a lock that the kernel gives back however the process ends.
import { join } from 'node:path'
import { Level } from 'level'

/** Another process (or this one, twice) works in the directory. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError'
  readonly code = 'directory-in-use'

  constructor(
    readonly directory: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(
      `The directory ${directory} is in use by another process. Stop that daemon first, or give this one a data directory of its own.`,
      options,
    )
  }
}

/**
 * Node has no flock, so the lock is that of an empty LevelDB database beside the data: an fcntl lock, which the
 * kernel drops at exit, crash and SIGKILL alike. A file with a process id was refused: ids are reused, and in
 * containers that share a volume every daemon is process 1, so "is it alive?" has no answer there.
 */
export class DirectoryLock {
  readonly #database: Level

  private constructor(database: Level) {
    this.#database = database
  }

  /** @throws DirectoryInUseError, or what the file system says. The directory must exist. */
  static async take(directory: string): Promise<DirectoryLock> {
    const database = new Level(join(directory, 'lock'))
    try {
      await database.open()
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined
      if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
        throw new DirectoryInUseError(directory, { cause })
      }
      const reason = cause instanceof Error ? cause.message : String(error)
      throw new Error(
        `The data directory ${directory} cannot be locked: ${reason} (its folder "lock" holds nothing of worth: when that is damaged, delete it).`,
        { cause: error },
      )
    }
    return new DirectoryLock(database)
  }

  async release(): Promise<void> {
    await this.#database.close()
  }
}
