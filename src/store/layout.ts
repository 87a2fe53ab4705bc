// Where the state lies: `<directory>/CURRENT` names `state/<index>-<term>`, and the database is `state.db` in there.
// A database file is never renamed over another (a leftover write-ahead log would bring old rows back): a snapshot is
// installed as a folder of its own, by replacing CURRENT.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const POINTER_FILE = 'CURRENT'
const STATES_FOLDER = 'state'
const DATABASE_FILE = 'state.db'
/** Beside the state, not in it: no snapshot, backup or hash has anything of it. */
const FINDER_FILE = 'finder.db'
const FRESH_STATE = `${STATES_FOLDER}/0-0`
const STATE_NAME = /^state\/\d+-\d+$/

/** Path of the state database that CURRENT names; null in a directory that holds no state yet. @throws on damage. */
export function currentState(directory: string): string | null {
  const pointer = join(directory, POINTER_FILE)
  if (!existsSync(pointer)) {
    const found = readStates(directory)
    if (found.some(name => name !== FRESH_STATE)) {
      throw new Error(
        `${pointer} is missing, and there is state beside it (${found.join(', ')}): restore the file from a backup, or remove the node and add it under a new id.`,
      )
    }
    return null
  }
  const name = readFileSync(pointer, 'utf8').trim()
  if (!STATE_NAME.test(name)) {
    throw new Error(`${pointer} is damaged: it should name state/<index>-<term>.`)
  }
  const path = join(directory, name, DATABASE_FILE)
  if (!existsSync(path)) throw new Error(`${path} is missing, and ${pointer} names it.`)
  return path
}

/** Makes the folder of a node that has applied nothing. @returns where its database belongs. */
export function makeFreshState(directory: string): string {
  mkdirSync(join(directory, FRESH_STATE), { recursive: true, mode: 0o700 })
  return join(directory, FRESH_STATE, DATABASE_FILE)
}

/**
 * Points CURRENT at the folder of `databasePath`, whose database must be durable already. Whole or not at all, whenever
 * the power goes.
 * @param onStep called before each step on the disk
 */
export async function pointAt(
  directory: string,
  databasePath: string,
  onStep: (step: PointStep) => void = () => {},
): Promise<void> {
  const folder = dirname(databasePath)
  const name = `${STATES_FOLDER}/${folder.slice(join(directory, STATES_FOLDER).length + 1)}`
  onStep('sync-folder')
  await syncLater(databasePath)
  await syncLater(folder)
  await syncLater(dirname(folder))
  onStep('write-pointer')
  const beside = join(directory, `${POINTER_FILE}.new`)
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(`${name}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  onStep('rename-pointer')
  await rename(beside, join(directory, POINTER_FILE))
  onStep('sync-pointer')
  await syncLater(directory)
}

export type PointStep = 'sync-folder' | 'write-pointer' | 'rename-pointer' | 'sync-pointer'

/** Where the finder keeps what it has made of the state; whoever likes may delete it. */
export function finderFile(directory: string): string {
  return join(directory, FINDER_FILE)
}

/** Where the database of a state lies that begins with a snapshot. */
export function statePath(directory: string, name: string): string {
  return join(directory, STATES_FOLDER, name, DATABASE_FILE)
}

/** Makes what was written to a file, or the names in a folder, durable. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

async function syncLater(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function readStates(directory: string): string[] {
  const folder = join(directory, STATES_FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder).map(name => `${STATES_FOLDER}/${name}`)
}
