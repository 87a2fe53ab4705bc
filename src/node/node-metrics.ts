// The metrics of Raft, the gateway and the store, under the names that operators see.
import type { MailJobDependencies, WebhookJobDependencies } from '../effects/index.js'
import {
  addCounter,
  addGauge,
  addHistogram,
  type createRegistry,
  secondsBuckets,
} from '../observe/index.js'
import type { Raft, RaftMetrics } from '../raft/index.js'
import type { StoreView } from '../store/index.js'

/** Counted row by row at each scrape. */
const MAILS_COUNTED_MAX = 1000

type Registry = ReturnType<typeof createRegistry>

const entriesBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
const snapshotSecondsBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

export function raftMetrics(registry: Registry): RaftMetrics {
  const write = addHistogram(
    registry,
    'raft_log_write_seconds',
    'One batch to the log, fsync included',
    secondsBuckets,
  )
  const writeEntries = addHistogram(
    registry,
    'raft_log_write_entries',
    'Entries in one batch',
    entriesBuckets,
  )
  const apply = addHistogram(
    registry,
    'raft_apply_seconds',
    'One transaction of applied entries',
    secondsBuckets,
  )
  const applyEntries = addHistogram(
    registry,
    'raft_apply_entries',
    'Entries in one transaction',
    entriesBuckets,
  )
  const elections = addCounter(
    registry,
    'raft_elections_total',
    'Leaders of a new term that became known here',
  )
  const stalls = addHistogram(
    registry,
    'raft_loop_stall_seconds',
    'Time the process stood still',
    secondsBuckets,
  )
  const snapshotSent = addHistogram(
    registry,
    'raft_snapshot_sent_seconds',
    'From the announcement of a snapshot until a follower had installed it',
    snapshotSecondsBuckets,
  )
  const snapshotsFailed = addCounter(
    registry,
    'raft_snapshots_failed_total',
    'Snapshots for followers that were not sent to their end',
  )
  const snapshotsInstalled = addCounter(
    registry,
    'raft_snapshots_installed_total',
    'Snapshots that replaced the state here',
  )
  const diskStalls = addCounter(
    registry,
    'raft_disk_stalls_total',
    'Calls to the log that lasted longer than raft.disk_stall',
  )
  return {
    diskStallsTotal: () => diskStalls.inc(),
    snapshotSentSeconds: seconds => snapshotSent.observe(seconds),
    snapshotsFailedTotal: () => snapshotsFailed.inc(),
    snapshotsInstalledTotal: () => snapshotsInstalled.inc(),
    logWriteSeconds: seconds => write.observe(seconds),
    logWriteEntries: entries => writeEntries.observe(entries),
    applySeconds: seconds => apply.observe(seconds),
    applyEntries: entries => applyEntries.observe(entries),
    electionsTotal: () => elections.inc(),
    loopStallSeconds: seconds => stalls.observe(seconds),
  }
}

export function mailMetrics(registry: Registry): MailJobDependencies['metrics'] {
  const sent = addCounter(
    registry,
    'ipam_mails_sent_total',
    'Mails about alerts that a mail server took from this node',
  )
  const failed = addCounter(
    registry,
    'ipam_mails_failed_total',
    'Attempts of this node to send one that came to nothing',
  )
  return { sent: () => sent.inc(), failed: () => failed.inc() }
}

export function webhookMetrics(registry: Registry): WebhookJobDependencies['metrics'] {
  const seconds = addHistogram(
    registry,
    'ipam_webhook_attempt_seconds',
    'One attempt to deliver an event to a webhook, from the name to the end of the answer',
    secondsBuckets,
  )
  const delivered = addCounter(
    registry,
    'ipam_webhook_delivered_total',
    'Attempts of this node to deliver an event to a webhook that were answered with 2xx',
  )
  const failed = addCounter(registry, 'ipam_webhook_failed_total', 'Those that were not')
  return {
    ended: (result, tookSeconds) => {
      seconds.observe(tookSeconds)
      if (result === 'delivered') delivered.inc()
      else failed.inc()
    },
  }
}

export function addWebhookGauge(registry: Registry, inFlight: () => number): void {
  addGauge(
    registry,
    'ipam_webhook_attempts_in_flight',
    'Attempts to deliver events to webhooks that are under way on this node',
    inFlight,
  )
}

export function addNodeGauges(
  registry: Registry,
  parts: { readonly raft: Raft; readonly store: StoreView; readonly pendingCount: () => number },
): void {
  const { raft, store, pendingCount } = parts
  addGauge(registry, 'raft_term', 'Current term', () => raft.status().term)
  addGauge(registry, 'raft_leader', '1 when this node leads', () =>
    raft.status().role === 'leader' ? 1 : 0,
  )
  addGauge(
    registry,
    'raft_commit_index',
    'Highest committed index known here',
    () => raft.status().commit,
  )
  addGauge(registry, 'raft_applied_index', 'Last applied index', () => store.appliedIndex())
  addGauge(registry, 'raft_log_entries', 'Entries kept in the log', () => {
    const { firstIndex, lastIndex } = raft.status()
    return lastIndex - firstIndex + 1
  })
  addGauge(
    registry,
    'raft_log_wait_seconds',
    'How long the call to the log under way has lasted; 0 when there is none',
    () => raft.status().diskWaitMs / 1000,
  )
  addGauge(registry, 'raft_disk_stalled', '1 while that is longer than raft.disk_stall', () =>
    raft.status().diskStalled ? 1 : 0,
  )
  addGauge(
    registry,
    'raft_clock_skew_seconds',
    'Widest difference of the voters clocks, on the leader',
    () => (raft.status().clockSkewMs ?? 0) / 1000,
  )
  addGauge(
    registry,
    'ipam_effects_off',
    '1 while leases do not end and history is not pruned, as after a restore',
    () => (store.reads.cluster()?.effects === 'off' ? 1 : 0),
  )
  addGauge(
    registry,
    'ipam_mails_waiting',
    `Mails about alerts that no server has taken yet, counted up to ${MAILS_COUNTED_MAX}`,
    () => store.reads.alertsToMail(MAILS_COUNTED_MAX).length,
  )
  for (const [name, what] of [
    ['changes', 'Changes (history)'],
    ['idempotency', 'answers to idempotency keys'],
  ] as const) {
    addGauge(registry, `store_${name}_rows`, `Kept ${what}`, () => store.reads.kept()[name].count)
    addGauge(
      registry,
      `store_${name}_oldest_age_seconds`,
      `Age of the oldest of the kept ${what}`,
      () => {
        const { oldestMs } = store.reads.kept()[name]
        return oldestMs === null ? 0 : Math.max(0, store.appliedTimeMs() - oldestMs) / 1000
      },
    )
  }
  addGauge(registry, 'gateway_pending_commands', 'Commands whose outcome is awaited', pendingCount)
}
