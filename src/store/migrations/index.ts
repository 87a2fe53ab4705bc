// Brings a state file to the schema of this program, one numbered step a transaction; the number is in the file.
import type { Database } from '../open.js'
import { tables0001 } from './0001-tables.js'
import { rowCounts0002 } from './0002-row-counts.js'
import { pools0003 } from './0003-pools.js'
import { identity0004 } from './0004-identity.js'
import { catalogue0005 } from './0005-catalogue.js'
import { office0006 } from './0006-office.js'
import { ipam0007 } from './0007-ipam.js'
import { waiting0008 } from './0008-waiting.js'

/** Step n leads from schema n to n + 1. A step that was released never changes. */
const steps: readonly string[] = [
  tables0001,
  rowCounts0002,
  pools0003,
  identity0004,
  catalogue0005,
  office0006,
  ipam0007,
  waiting0008,
]

export const SCHEMA_VERSION = steps.length

/** @throws a full sentence when the file is newer than this program. */
export function migrate(db: Database): void {
  for (let version = schemaOf(db); version < SCHEMA_VERSION; version++) {
    db.transaction(() => {
      db.exec(steps[version] ?? '')
      db.pragma(`user_version = ${version + 1}`)
    }).immediate()
  }
}

/** @throws a full sentence when the file is newer than this program. */
export function schemaOf(db: Database): number {
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `${db.name} has schema ${version}, and this program knows schemas up to ${SCHEMA_VERSION}: start the version of ipam that wrote it, or a newer one.`,
    )
  }
  return version
}
