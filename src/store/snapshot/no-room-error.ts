// There is no room for a copy of the state. Told before the disk is full where it can be: a full disk ends the process.
import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Left for the log, which must go on. */
const ROOM_LEFT_BYTES = 64 << 20
/** SQLite's word for it, and the system's. */
const NO_ROOM = /database or disk is full|ENOSPC|EDQUOT/

export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
}

/** A copy is no larger than the file and its write-ahead log. @throws NoRoomError */
export async function assertRoomForCopy(databasePath: string): Promise<void> {
  const wal = statSync(`${databasePath}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const wanted = statSync(databasePath).size + wal + ROOM_LEFT_BYTES
  const { bavail, bsize } = await statfs(dirname(databasePath))
  const free = bavail * bsize
  if (free >= wanted) return
  throw new NoRoomError(
    `There is no room for a copy of the state: ${wanted} bytes are needed, some to spare for the log, and ${free} are free.`,
  )
}

/** What went wrong with a copy, as a NoRoomError when it was that. */
export function namedNoRoom(error: unknown): unknown {
  if (!(error instanceof Error) || !NO_ROOM.test(error.message)) return error
  const message = `The disk was full before the copy of the state was complete (${error.message}).`
  return new NoRoomError(message, { cause: error })
}
