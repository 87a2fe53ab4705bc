// What one seed's world is like: its size, how bad its network and disks are, and which faults strike it. Each world has
// some of the faults and not others, so that one kind does not hide what another would show (swarm testing).
import type { RaftNodeOptions } from '../../src/raft/core/index.js'
import type { RaftDriverOptions } from '../../src/raft/index.js'
import type { NetworkOptions } from '../support/memory-transport.js'

/** Where an install of a snapshot may be cut short: before its step of that name. */
export const installSteps = ['note', 'state', 'log', 'forget', 'end'] as const

export const faultKinds = [
  'crash',
  'power-cut',
  'blackout',
  'crash-while-voting',
  'crash-while-writing',
  'pause',
  'isolate',
  'isolate-leader',
  'cut-one-way',
  'transfer',
  'clock',
  'slow-disk',
  'disk-error',
  'newer-peer',
  'meddle-with-streams',
  'install-crash-note',
  'install-crash-state',
  'install-crash-log',
  'install-crash-forget',
  'install-crash-end',
  'membership',
] as const

export type FaultKind = (typeof faultKinds)[number]

export type Plan = {
  readonly seed: number
  readonly nodeIds: readonly number[]
  /**
   * `raft`: any change that Raft knows, asked of the leader; `book`: the administrator's wishes, which the leader makes
   * true by itself.
   */
  readonly members: 'fixed' | 'raft' | 'book'
  /** Nodes that may join later; no id is ever used again. */
  readonly spareIds: readonly number[]
  readonly network: Partial<NetworkOptions>
  readonly core: Partial<RaftNodeOptions>
  readonly driver: Partial<RaftDriverOptions>
  readonly faults: readonly FaultKind[]
  /** Of the moments in which a fault may strike, the part in which one does. */
  readonly faultRate: number
  /** Of single addresses, given back some time. */
  readonly clients: number
  /** Of everything. */
  readonly roamers: number
  /** Of the steps in which one may, the part in which a node is read. */
  readonly readRate: number
  /** Virtual time under faults. */
  readonly faultyMs: number
}

const FAULTY_MS = 6_000

export function drawPlan(seed: number, random: () => number): Plan {
  const dice = random()
  const members = dice < 0.25 ? 'raft' : dice < 0.55 ? 'book' : 'fixed'
  const large = members === 'fixed' && random() < 0.3
  const lossy = random() < 0.5
  const faults = faultKinds.filter(kind => kind !== 'membership' && random() < 0.6)
  return {
    seed,
    nodeIds: large ? [1, 2, 3, 4, 5] : [1, 2, 3],
    members,
    spareIds: members === 'fixed' ? [] : [4, 5, 6, 7, 8, 9],
    network: {
      dropRate: lossy ? random() * 0.1 : 0,
      duplicateRate: random() < 0.5 ? random() * 0.1 : 0,
      delayMaxMs: random() < 0.3 ? 40 : 2,
      ordered: random() < 0.7,
    },
    core: {
      // Room for three commands or so, in some.
      ...(random() < 0.25 ? { uncommittedBytesMax: 200 } : {}),
      // One entry to an append, so that a log is caught up with in steps.
      ...(random() < 0.4 ? { appendBytesMax: 1, inflightMessagesMax: 4 } : {}),
    },
    // Who is away for so long, or joins, needs a snapshot.
    driver: { compactEntries: random() < 0.5 ? 20 : 50, tailEntries: random() < 0.5 ? 0 : 10 },
    faults: members === 'raft' ? [...faults, 'membership'] : faults,
    faultRate: 0.05 + random() * 0.2,
    clients: 5,
    roamers: 3,
    readRate: random() < 0.5 ? 0.3 : 1,
    faultyMs: FAULTY_MS,
  }
}
