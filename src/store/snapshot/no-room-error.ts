// There is no room for a copy of the state. Told before the disk is full where it can be: a full disk ends the process.
import { statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** SQLite's word for it, and the system's. */
const NO_ROOM = /database or disk is full|ENOSPC|EDQUOT/

export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
}

/** The disk that a data directory lies on. */
export type Room = {
  /** Of the disk that a path lies on, for whoever is not root. */
  readonly freeBytes: (path: string) => Promise<number>
  /** Left for the log, which must go on. */
  readonly spareBytes: number
}

export const roomOnDisk: Room = {
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  },
  spareBytes: 64 << 20,
}

/** A copy is no larger than the file and its write-ahead log. @throws NoRoomError */
export async function assertRoomForCopy(databasePath: string, room = roomOnDisk): Promise<void> {
  const wal = statSync(`${databasePath}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const bytes = statSync(databasePath).size + wal
  await assertRoom(room, { what: 'a copy of the state', path: dirname(databasePath), bytes })
}

/** @param bytes that are still to be written under the path @throws NoRoomError */
export async function assertRoom(
  { freeBytes, spareBytes }: Room,
  { what, path, bytes }: { readonly what: string; readonly path: string; readonly bytes: number },
): Promise<void> {
  const wanted = bytes + spareBytes
  const free = await freeBytes(path)
  if (free >= wanted) return
  throw new NoRoomError(
    `There is no room for ${what}: ${wanted} bytes are needed, some to spare for the log, and ${free} are free.`,
  )
}

/** What went wrong with a copy or a snapshot, as a NoRoomError when it was that. */
export function namedNoRoom(error: unknown, what = 'the copy of the state'): unknown {
  if (!(error instanceof Error) || !NO_ROOM.test(error.message)) return error
  const message = `The disk was full before ${what} was complete (${error.message}).`
  return new NoRoomError(message, { cause: error })
}
