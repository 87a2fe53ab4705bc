// What a node does by itself, as the daemon has it: the leader's jobs, the care for the members, the word of removal.
import { LeaderJobs, MemberJob, type MetNode } from '../../../src/effects/index.js'
import { startOfficeJobs } from './office-jobs.js'
import type { SimulatedNode } from './sim-node.js'
import { startWebhookJob } from './webhook-job.js'

/** Shorter than the daemon's, as a world lives for seconds. */
export const memberJobOptions = { everyMs: 50, stableMs: 300, lagMax: 20 } as const

const retention = { keptMs: 86_400_000, rowsMax: 1_000_000 }
const leaderJobsOptions = {
  expiryEveryMs: 100,
  sweepEveryMs: 100,
  pruneEveryMs: 500,
  tagEveryMs: 100,
  tidyEveryMs: 500,
  history: { ...retention, rowsMax: 300 },
  idempotency: retention,
}
const REMOVAL_EVERY_MS = 100

export type Company = {
  /** Whether members follow the address book. */
  readonly followsBook: boolean
  readonly nodes: () => readonly SimulatedNode[]
  readonly onRetired: (node: SimulatedNode) => void
}

/** To be called at each start of a node; a crash ends them with its timers. */
export function startJobs(node: SimulatedNode, company: Company): void {
  const { gateway, driver, process: clock, record, store } = node
  const { log } = record
  new LeaderJobs(leaderJobsOptions, {
    gateway,
    isLeader: () => driver.status().role === 'leader',
    effectsOff: () => store.reads.cluster()?.effects === 'off',
    nextDueMs: () => store.reads.nextDueMs(),
    deletionsWait: () => store.reads.deletionsWait(),
    openJobs: limit => store.reads.jobs.openJobs(limit),
    tidyWaits: before => store.reads.personal.tidyWaits(before),
    kept: () => store.reads.kept(),
    entryTimeMs: () => driver.entryTimeMs(),
    clock,
    log,
  })
  startOfficeJobs(node)
  startWebhookJob(node)
  if (!company.followsBook) return
  new MemberJob(memberJobOptions, {
    gateway,
    raft: driver,
    book: () => store.reads.cluster()?.members ?? null,
    met: () => company.nodes().flatMap(metAs),
    clock,
    log,
  })
  heedRemoval(node, company)
}

export function raftAddress(nodeId: number): string {
  return `node-${nodeId}:7000`
}

function metAs({ nodeId, alive }: SimulatedNode): readonly MetNode[] {
  const addresses = { raftAddress: raftAddress(nodeId), apiAddress: `node-${nodeId}:8000` }
  return alive ? [{ nodeId, dataUuid: `data-${nodeId}`, ...addresses, named: true }] : []
}

/** It reads so in its own state, or is told by a peer that it can reach. */
function heedRemoval(node: SimulatedNode, { nodes, onRetired }: Company): void {
  const { nodeId, gateway, driver, process, world } = node
  const isRemoved = () =>
    nodes().some(
      other =>
        other.alive &&
        (other === node || world.network.connects(nodeId, other.nodeId)) &&
        other.store.reads.cluster()?.removed?.includes(nodeId),
    )
  const look = (): void => {
    if (!isRemoved()) {
      process.after(REMOVAL_EVERY_MS, look)
      return
    }
    gateway.setAvailability('removed')
    driver.retire()
    onRetired(node)
  }
  look()
}
