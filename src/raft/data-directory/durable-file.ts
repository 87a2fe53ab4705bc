// A small file that is replaced whole or not at all, whatever moment the power goes.
import { open, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Writes beside the file, fsyncs, renames over it and fsyncs the directory: after a crash the old content or the
 * new is there. A failure is final for the caller: what is on disk is then unknown.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const directory = dirname(path)
  const beside = join(directory, `${basename(path)}.new`)
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  await syncDirectory(directory)
}

/** Makes the names in a directory durable: what was created or renamed in it. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
