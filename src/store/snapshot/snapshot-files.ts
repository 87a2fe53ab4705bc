// Where snapshots lie in a data directory: those that were taken in `snapshots`, the one on its way in in `receiving`.
// Neither survives a restart: a sender takes another, and what was received in part is received again.
import { readdirSync, rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SnapshotMark } from '../../raft/index.js'

const TAKEN_FOLDER = 'snapshots'
const RECEIVING_FOLDER = 'receiving'

export function takenFolder(directory: string): string {
  return join(directory, TAKEN_FOLDER)
}

export function receivingFolder(directory: string): string {
  return join(directory, RECEIVING_FOLDER)
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
}

/** A state's folder is named for where it began. */
export function nameOf({ index, term }: Pick<SnapshotMark, 'index' | 'term'>): string {
  return `${index}-${term}`
}

/** At open, when nobody uses them: unfinished and replaced states, and snapshots of earlier lives. */
export function removeLeftovers(directory: string, databasePath: string): void {
  rmSync(takenFolder(directory), { recursive: true, force: true })
  rmSync(receivingFolder(directory), { recursive: true, force: true })
  const current = dirname(databasePath)
  const states = dirname(current)
  for (const name of readdirSync(states)) {
    if (name !== basename(current)) rmSync(join(states, name), { recursive: true, force: true })
  }
}

/** The folder of a state that CURRENT does not name any more. */
export async function removeReplaced(databasePath: string): Promise<void> {
  await rm(dirname(databasePath), { recursive: true, force: true })
}
