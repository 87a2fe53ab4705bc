// Temporary data directories, and a way to make the next write of the identity file fail.
import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export async function temporaryDirectory(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ipam-data-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'node')
}

/** The file that is written first cannot be opened while a directory has its name. @returns what ends it */
export async function breakIdentityWrites(directory: string): Promise<() => Promise<void>> {
  const obstacle = join(directory, 'identity.json.new')
  await mkdir(obstacle)
  return () => rmdir(obstacle)
}
