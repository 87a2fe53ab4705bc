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
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

const POINTER_FILE = 'CURRENT'
const STATES_FOLDER = 'state'
const DATABASE_FILE = 'state.db'
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

/** Points CURRENT at the folder of `databasePath`, which must be durable already. Whole or not at all, whenever the power goes. */
export function pointAt(directory: string, databasePath: string): void {
  const folder = dirname(databasePath)
  const name = `${STATES_FOLDER}/${folder.slice(join(directory, STATES_FOLDER).length + 1)}`
  syncPath(folder)
  syncPath(dirname(folder))
  const beside = join(directory, `${POINTER_FILE}.new`)
  const file = openSync(beside, 'w', 0o600)
  try {
    writeSync(file, `${name}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(beside, join(directory, POINTER_FILE))
  syncPath(directory)
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

function readStates(directory: string): string[] {
  const folder = join(directory, STATES_FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder).map(name => `${STATES_FOLDER}/${name}`)
}
