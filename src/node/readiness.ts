// What /readyz looks at, in the order in which a person should read it.
import type { ReadinessCheck } from '../http/index.js'
import type { Clock, Raft } from '../raft/index.js'
import type { StoreView } from '../store/index.js'

/** An election is no reason for a balancer to drop all nodes: requests wait it out. */
const LEADERLESS_MS_MAX = 10_000
/** Entries behind what the leader has committed. */
const LAG_ENTRIES_MAX = 10_000

export type ReadinessDependencies = {
  readonly raft: Raft
  readonly store: StoreView
  readonly clock: Clock
  /** Why this node takes no requests, as a clause; null = it does. */
  readonly unavailable: () => string | null
}

export function readinessChecks(dependencies: ReadinessDependencies): ReadinessCheck[] {
  const { raft, store, clock, unavailable } = dependencies
  /** When a leader was known last, this node itself too, which hears of none while it leads; the start counts as one. */
  let knownMs = clock.monotonicMs()
  let caughtUp = false
  return [
    { name: 'node', check: unavailable },
    {
      name: 'leader',
      check() {
        const { leaderId, leaderHeardMs } = raft.status()
        const nowMs = clock.monotonicMs()
        if (leaderId !== 0) {
          knownMs = nowMs
          return null
        }
        const silentMs = Math.min(leaderHeardMs ?? Number.POSITIVE_INFINITY, nowMs - knownMs)
        if (caughtUp && silentMs <= LEADERLESS_MS_MAX) return null
        return caughtUp ? `no leader for ${Math.round(silentMs / 1000)} s` : 'no leader yet'
      },
    },
    {
      name: 'log',
      check() {
        const behind = raft.status().leaderCommit - store.appliedIndex()
        if (behind <= 0) caughtUp = true
        return caughtUp && behind <= LAG_ENTRIES_MAX ? null : `${behind} entries behind the leader`
      },
    },
    {
      name: 'disk',
      check() {
        const { diskStalled, diskWaitMs } = raft.status()
        if (!diskStalled) return null
        return `a write to the log has waited ${Math.round(diskWaitMs / 1000)} s for the disk`
      },
    },
    {
      name: 'database',
      check() {
        try {
          // From the database itself: what the store keeps in memory would answer without it.
          store.reads.changesBefore(null, 1)
          return null
        } catch (error) {
          return `the state does not answer: ${(error as Error).message}`
        }
      },
    },
  ]
}
