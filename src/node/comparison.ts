// The comparison of states on a whole node: whoever differs from the majority hands over, serves nobody, and remembers it.
import type { Config } from '../config/index.js'
import {
  divergedReason,
  StateComparison,
  type StateComparisonDependencies,
  stateComparisonDefaults,
} from '../effects/index.js'
import type { Gateway } from '../gateway/index.js'
import { addCounter, addGauge, type createRegistry } from '../observe/index.js'
import { type DataDirectory, type Log, type RaftDriver, systemClock } from '../raft/index.js'
import { SCHEMA_VERSION, type Store } from '../store/index.js'
import { handOver } from './hand-over.js'

export type ComparisonDependencies = {
  readonly raft: RaftDriver
  readonly store: Pick<Store, 'hashAt'>
  readonly gateway: Pick<Gateway, 'setAvailability'>
  readonly directory: Pick<DataDirectory, 'recordDiverged'>
  readonly registry: ReturnType<typeof createRegistry>
  readonly log: Log
  readonly fail: (error: Error) => void
}

export type Comparison = {
  /** Takes a frame of another node; false when it is another's affair. */
  onFrame(from: number, frame: Uint8Array): boolean
  /** Why this node's state is not to be trusted, as a clause; null = nothing is known against it. */
  diverged(): string | null
  close(): void
}

export function comparisonMetrics(
  registry: ReturnType<typeof createRegistry>,
): StateComparisonDependencies['metrics'] {
  let comparedIndex = 0
  const mismatches = addCounter(
    registry,
    'ipam_state_hash_mismatches_total',
    'Comparisons in which states differed at one entry, known here',
  )
  addGauge(
    registry,
    'ipam_state_hash_compared_index',
    'Entry at which the states of the nodes were last compared',
    () => comparedIndex,
  )
  return {
    compared(index) {
      comparedIndex = index
    },
    mismatch: () => mismatches.inc(),
  }
}

export function startComparison(config: Config, dependencies: ComparisonDependencies): Comparison {
  const { raft, store, gateway, directory, registry, log, fail } = dependencies
  let reason: string | null = null
  const comparison = new StateComparison(
    {
      ...stateComparisonDefaults,
      nodeId: config.nodeId,
      schema: SCHEMA_VERSION,
      everyMs: config.compareEveryMs,
    },
    {
      raft,
      hashAt: index => store.hashAt(index),
      clock: systemClock,
      log,
      metrics: comparisonMetrics(registry),
      onDiverged: index => {
        reason = divergedReason(index)
        gateway.setAvailability('diverged')
        directory.recordDiverged(index).catch(fail)
        // It must not bring others its state: from now on it follows, and its log still counts.
        void handOver(config, { raft, clock: systemClock }).then(() => raft.retire())
      },
    },
  )
  return {
    onFrame: (from, frame) => comparison.onFrame(from, frame),
    diverged: () => reason,
    close: () => comparison.close(),
  }
}
