// Whether a snapshot is the one that was announced: its bytes, and the state that it holds.
import { assert } from '../../lib/index.js'
import type { SnapshotHeader, SnapshotMark } from '../../raft/index.js'
import { SCHEMA_VERSION, schemaOf } from '../migrations/index.js'
import type { Database } from '../open.js'
import { readState } from '../tables/state-row.js'

/** What the state itself says: where it stands is never taken from the one it was copied from. @throws a sentence */
export function readMark(db: Database): SnapshotMark {
  const schema = schemaOf(db)
  if (schema === 0) throw new Error(`${db.name} is no state of ipam.`)
  assert(schema <= SCHEMA_VERSION, 'a newer schema was refused')
  const {
    appliedIndex: index,
    appliedTerm: term,
    appliedTimeMs: timeMs,
    membership,
  } = readState(db)
  if (membership === null || index === 0)
    throw new Error(`${db.name} holds a state that never began.`)
  return { index, term, timeMs, membership }
}

type Bytes = Pick<SnapshotHeader, 'bytes' | 'sha256'>

/** @throws a sentence */
export function assertSameBytes(found: Bytes, said: Bytes): void {
  if (found.sha256 === said.sha256 && found.bytes === said.bytes) return
  throw new Error('The snapshot is damaged: its SHA-256 is not the one that was announced.')
}

/** Whether what was received of one goes on with the other: they announce the same bytes, and the same of them. */
export function isSameHeader(one: SnapshotHeader, other: SnapshotHeader): boolean {
  return (
    one.sha256 === other.sha256 && one.bytes === other.bytes && isSameMark(one.mark, other.mark)
  )
}

/** @throws a sentence */
export function assertSameMark(found: SnapshotMark, said: SnapshotMark): void {
  if (isSameMark(found, said)) return
  throw new Error('The snapshot holds another state than the one that was announced.')
}

function isSameMark(one: SnapshotMark, other: SnapshotMark): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted({ index, term, timeMs, membership }: SnapshotMark): readonly unknown[] {
  const { voters, votersOutgoing, learners, learnersNext, autoLeave } = membership
  return [index, term, timeMs, voters, votersOutgoing, learners, learnersNext, autoLeave]
}
