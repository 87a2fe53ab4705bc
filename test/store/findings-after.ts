// What the check says of a sound state after somebody has changed a row of it.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { checkState } from '../../src/store/index.js'
import { openDatabase } from '../../src/store/open.js'
import { temporaryDirectory } from './support.js'

const FILE = join('state', '0-0', 'state.db')

/** @param sound a directory, of which a copy is changed @param sql changes one row @returns the findings as JSON */
export function findingsAfter(t: Test, sound: string, sql: string): string {
  const directory = temporaryDirectory(t)
  cpSync(sound, directory, { recursive: true })
  const db = openDatabase(join(directory, FILE), { mode: 'write', cacheBytes: 1 << 20 })
  t.equal(db.prepare(sql).run().changes, 1, `${sql} changes a row`)
  db.close()
  return JSON.stringify(checkState(directory).findings)
}
