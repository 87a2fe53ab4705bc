// Makes the state of a new cluster of one member out of the state of another: what it holds stays, who it belongs to does not.
import { existsSync, rmSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type ClusterIdentity, type ClusterMember, clusterImage } from '../../ledger/index.js'
import { assert } from '../../lib/index.js'
import type { Membership, SnapshotMark } from '../../raft/index.js'
import { currentState, pointAt, statePath } from '../layout.js'
import { schemaOf } from '../migrations/index.js'
import { type Database, openDatabase } from '../open.js'
import { openStateAt } from '../open-state.js'
import { SqliteRows } from '../rows.js'
import { nameOf } from '../snapshot/snapshot-files.js'
import { readState } from '../tables/state-row.js'

/**
 * Revisions left out, so that what the lost cluster gave after this state (in ETags, in the positions of watchers) is
 * never given again with another meaning: a day at 10,000 writes a second.
 */
export const REVISIONS_SKIPPED = 1_000_000_000

const CACHE_BYTES = 16 << 20

export type Refounding = {
  readonly action: 'cluster.restored' | 'cluster.recovered'
  readonly clusterUuid: string
  /** The only one. */
  readonly member: ClusterMember
  /** Ids that are not to be used again. */
  readonly removed: readonly number[]
  /** Whether effects begin switched off; else they are as they were. */
  readonly effectsOff: boolean
  /** The new term is above it, and above that of the state. */
  readonly termAbove: number
}

/**
 * Changes a state that nobody uses, in one transaction.
 * @returns where it stands then: the log of the new cluster begins there
 * @throws a full sentence on a state that never belonged to a cluster, or of a newer program
 */
export function refoundState(databasePath: string, refounding: Refounding): SnapshotMark {
  const db = openStateAt(databasePath, CACHE_BYTES)
  try {
    const mark = db.transaction(() => change(db, refounding)).immediate()
    db.pragma('wal_checkpoint(TRUNCATE)')
    return mark
  } finally {
    db.close()
  }
}

function change(db: Database, refounding: Refounding): SnapshotMark {
  const rows = new SqliteRows(db)
  const { state } = rows
  const before = state.cluster
  if (before === null) throw new Error(`${db.name} never belonged to a cluster.`)
  const { action, member, removed, clusterUuid, effectsOff, termAbove } = refounding
  state.appliedIndex += REVISIONS_SKIPPED
  state.appliedTerm = Math.max(state.appliedTerm, termAbove) + 1
  state.membership = membershipOf(member.nodeId)
  const { clusterId, effects, commandVersion } = before
  const idSpace = before.idSpace ?? before.clusterUuid
  const after: ClusterIdentity = {
    clusterId,
    clusterUuid,
    members: [member],
    ...(removed.length === 0 ? {} : { removed }),
    ...(effectsOff || effects === 'off' ? { effects: 'off' } : {}),
    ...(commandVersion === undefined ? {} : { commandVersion }),
    // What UUIDs name stays what they name.
    idSpace,
  }
  rows.saveCluster(after)
  rows.addChange({
    revision: state.appliedIndex,
    n: 0,
    timeMs: state.appliedTimeMs,
    origin: { actor: 'system', clientAddress: null, userAgent: null },
    action,
    entity: 'cluster',
    entityId: clusterId,
    before: clusterImage(before),
    after: clusterImage(after),
  })
  // Nobody waits for their answers; a member with an old id would be taken for an earlier life of its node.
  db.exec('DELETE FROM sessions; DELETE FROM outcomes')
  // Nor do their sign-ins hold: the new cluster makes a key of its own, which no old backup has.
  db.exec('DELETE FROM signing_keys; DELETE FROM revocations')
  rows.flush()
  const { appliedIndex: index, appliedTerm: term, appliedTimeMs: timeMs, membership } = state
  assert(membership !== null, 'a refounded state has a membership')
  return { index, term, timeMs, membership }
}

function membershipOf(nodeId: number): Membership {
  return { voters: [nodeId], votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
}

/** Moves a refounded state to its place and makes it the directory's, durably: all of it or nothing. */
export async function adoptState(
  directory: string,
  databasePath: string,
  mark: SnapshotMark,
): Promise<void> {
  const path = statePath(directory, nameOf(mark))
  rmSync(dirname(path), { recursive: true, force: true })
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rename(databasePath, path)
  await pointAt(directory, path)
}

export type StandingState = {
  readonly databasePath: string
  readonly applied: { readonly index: number; readonly term: number; readonly timeMs: number }
  readonly membership: Membership | null
  readonly cluster: ClusterIdentity | null
}

/** What the state of a stopped node says of itself, unchanged; null in a directory without. @throws a full sentence */
export function standingState(directory: string): StandingState | null {
  const databasePath = existsSync(directory) ? currentState(directory) : null
  if (databasePath === null) return null
  const db = openDatabase(databasePath, { mode: 'read', cacheBytes: CACHE_BYTES })
  try {
    schemaOf(db)
    const { appliedIndex, appliedTerm, appliedTimeMs, membership, cluster } = readState(db)
    const applied = { index: appliedIndex, term: appliedTerm, timeMs: appliedTimeMs }
    return { databasePath, applied, membership, cluster }
  } finally {
    db.close()
  }
}
