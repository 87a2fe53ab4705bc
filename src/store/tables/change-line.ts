// A Change as the chain keeps it: one line of JSON, and a hash over the line and the hash before it. The line is
// both what is stored and what is hashed, so that there is nothing between them to disagree about.
import * as crypto from 'node:crypto'
import type { Change, ChangeAction, EntityKind, Image } from '../../ledger/index.js'
import { assert } from '../../lib/index.js'

/** More than one command may write (COMMAND_ROWS_MAX); never changes, since positions are on disk. */
const CHANGES_PER_REVISION = 4096
const HASH_BYTES = 32
const SCRATCH_BYTES = 4096

/** Before the first Change. */
export const CHAIN_START: Uint8Array = new Uint8Array(HASH_BYTES)

/** (revision, n) as one number in the same order. `n` beyond what an entry can have counts as its last, -1 as before its first. */
export function positionOf({
  revision,
  n,
}: {
  readonly revision: number
  readonly n: number
}): number {
  return revision * CHANGES_PER_REVISION + Math.max(-1, Math.min(n, CHANGES_PER_REVISION - 1))
}

export function revisionOf(position: number): number {
  return Math.floor(position / CHANGES_PER_REVISION)
}

export function numberOf(position: number): number {
  return position % CHANGES_PER_REVISION
}

/**
 * [revision, n, time, actor, client address, user agent, action, entity, id, before, after], then the user id and the region, as far as
 * there is one.
 */
type Line = [
  number,
  number,
  number,
  string,
  string | null,
  string | null,
  ChangeAction,
  EntityKind,
  number,
  Image | null,
  Image | null,
  /** User id, of a Change by somebody who had signed in; null: nobody had, and a region follows. */
  (number | null)?,
  /** Id of the region that it happened in. */
  number?,
]

export function lineOf(change: Change): string {
  assert(change.n >= 0 && change.n < CHANGES_PER_REVISION, 'an entry has at most 4096 Changes')
  const { origin } = change
  const line: Line = [
    change.revision,
    change.n,
    change.timeMs,
    origin.actor,
    origin.clientAddress,
    origin.userAgent,
    change.action,
    change.entity,
    change.entityId,
    change.before,
    change.after,
  ]
  const { regionId } = change
  if (regionId !== undefined) line.push(origin.userId ?? null, regionId)
  else if (origin.userId !== undefined) line.push(origin.userId)
  return JSON.stringify(line)
}

/** @throws on a line that is no JSON or has other fields. */
export function changeOf(line: string): Change {
  const fields = JSON.parse(line) as Line
  assert(
    Array.isArray(fields) && [11, 12, 13].includes(fields.length),
    'a line of history has 11 to 13 fields',
  )
  const [revision, n, timeMs, actor, clientAddress, userAgent, action, entity, entityId] = fields
  const userId = fields[11] ?? null
  const origin = { actor, clientAddress, userAgent, ...(userId === null ? {} : { userId }) }
  const place = fields[12] === undefined ? {} : { regionId: fields[12] }
  const [before, after] = [fields[9], fields[10]]
  return { revision, n, timeMs, origin, action, entity, entityId, ...place, before, after }
}

/** Not in the first releases of Node 20, and half the cost of createHash. */
const hashOnce = (crypto as Partial<Pick<typeof crypto, 'hash'>>).hash

let scratch = Buffer.allocUnsafe(SCRATCH_BYTES)

/** SHA-256(previous, line in UTF-8). */
export function nextHash(previous: Uint8Array, line: string): Uint8Array {
  if (hashOnce === undefined) {
    return crypto.createHash('sha256').update(previous).update(line).digest()
  }
  const bytesMax = HASH_BYTES + line.length * 3
  if (scratch.length < bytesMax) scratch = Buffer.allocUnsafe(bytesMax)
  scratch.set(previous)
  const bytes = HASH_BYTES + scratch.write(line, HASH_BYTES)
  return hashOnce('sha256', scratch.subarray(0, bytes), 'buffer')
}
