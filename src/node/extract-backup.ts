// Takes the state out of a backup file, and gives it only when every byte of the file was verified.
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { type BackupHeader, BackupReader } from '../backup/index.js'

const READ_BYTES = 1 << 20

/** @param to where the state is written; nothing is there after a throw. @throws BackupDamagedError, or the disk's word */
export async function extractBackup(file: string, to: string): Promise<BackupHeader> {
  const reader = new BackupReader()
  const out = await open(to, 'wx', 0o600)
  try {
    for await (const bytes of createReadStream(file, { highWaterMark: READ_BYTES }))
      await writeAll(out, reader.push(bytes as Buffer))
    const header = reader.end()
    await out.sync()
    await out.close()
    return header
  } catch (error) {
    await out.close().catch(() => {})
    await rm(to, { force: true })
    throw error
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
}
