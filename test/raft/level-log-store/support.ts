// Entries, directories and shorthand for the tests of the log on disk.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Entry, HardState } from '../../../src/raft/core/index.js'
import {
  LevelLogStore,
  type LevelLogStoreOptions,
  type OpenedLog,
} from '../../../src/raft/level-log-store/level-log-store.js'

export const DATA_UUID = '0b5c1f6e-92aa-4d9e-8c07-5d1e3f7a9b21'
export const HARD_STATE: HardState = { term: 9, vote: 2, commit: 0 }

/** A directory that goes with the test. */
export async function temporaryDirectory(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ipam-log-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'raft')
}

export function openLog(
  directory: string,
  options: Partial<LevelLogStoreOptions> = {},
): Promise<OpenedLog> {
  return LevelLogStore.open(directory, { dataUuid: DATA_UUID, ...options })
}

export function entry(index: number, term: number, text = `entry ${index} of term ${term}`): Entry {
  const data = new TextEncoder().encode(text)
  return { index, term, kind: 'command', timeMs: 1_000 + index, data }
}

export function entries(first: number, last: number, term: number): Entry[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => entry(first + offset, term))
}

export async function filesEnding(directory: string, end: string): Promise<string[]> {
  const names = (await readdir(directory)).filter(name => name.endsWith(end)).sort()
  return names.map(name => join(directory, name))
}
