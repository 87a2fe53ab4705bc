// One core with what a driver would give it: a disk that knows what is synced, and a state that is only a position.
import {
  type Entry,
  type HardState,
  type Membership,
  type Message,
  RaftNode,
  type RaftNodeOptions,
  type ReadState,
  type Ready,
  type SnapshotMark,
  type Write,
} from '../../../src/raft/core/index.js'

/** What survives a crash. */
export type Disk = {
  hardState: HardState
  compacted: { index: number; term: number; timeMs: number }
  entries: Entry[]
  /** The state machine's durable position. */
  applied: SnapshotMark
}

export type CoreNodeOptions = Partial<Omit<RaftNodeOptions, 'nodeId'>>

const defaults: Omit<RaftNodeOptions, 'nodeId'> = {
  heartbeatTicks: 1,
  electionTicks: 10,
  appendBytesMax: 1 << 20,
  inflightMessagesMax: 256,
  inflightBytesMax: 1 << 24,
  uncommittedBytesMax: 1 << 24,
  applyBytesMax: 1 << 20,
  pendingReadsMax: 100,
  mayVote: true,
}

export function membershipOf(voters: number[], rest: Partial<Membership> = {}): Membership {
  const none = { votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false }
  return { voters, ...none, ...rest }
}

export function emptyDisk(membership: Membership): Disk {
  return {
    hardState: { term: 0, vote: 0, commit: 0 },
    compacted: { index: 0, term: 0, timeMs: 0 },
    entries: [],
    applied: { index: 0, term: 0, timeMs: 0, membership },
  }
}

export class CoreNode {
  core: RaftNode
  /** The Write taken and not yet on disk. */
  write: Write | null = null
  /** Everything given out to be applied since the last start. */
  applied: Entry[] = []
  readStates: ReadState[] = []
  /** State as of now; ahead of `disk.applied`. */
  state: SnapshotMark

  constructor(
    readonly nodeId: number,
    readonly disk: Disk,
    readonly options: CoreNodeOptions = {},
    readonly random: () => number = () => 0,
  ) {
    this.core = this.#start()
    this.state = disk.applied
  }

  get lastDurable(): number {
    return this.disk.compacted.index + this.disk.entries.length
  }

  durableTermAt(index: number): number | undefined {
    const { compacted, entries } = this.disk
    return index === compacted.index ? compacted.term : entries[index - compacted.index - 1]?.term
  }

  /** Takes what the core wants done; committed entries are applied at once. @returns it, for the messages */
  take(want = { write: true, apply: true }): Ready {
    const ready = this.takeUnapplied(want)
    this.applyBatch(ready.committed)
    return ready
  }

  /** As `take`, but what is committed is left to the caller to apply, in order. */
  takeUnapplied(want = { write: true, apply: true }): Ready {
    const ready = this.core.ready({ write: want.write && this.write === null, apply: want.apply })
    this.write ??= ready.write
    this.readStates.push(...ready.readStates)
    return ready
  }

  applyBatch(entries: readonly Entry[]): void {
    for (const entry of entries) this.#apply(entry)
    const last = entries.at(-1)
    if (last !== undefined) this.core.applied(last.index)
  }

  /** The Write in flight reaches the disk. @returns the promises that may go now */
  persist(): readonly Message[] {
    const { write } = this
    if (write === null) return []
    this.write = null
    this.#putOnDisk(write)
    this.core.persisted(write)
    return write.messages
  }

  /** What was not synced is lost, and so is what the state had not written back. */
  crash(): void {
    this.write = null
    this.applied = []
    this.readStates = []
    this.state = this.disk.applied
    this.core = this.#start()
  }

  checkpoint(): void {
    this.disk.applied = this.state
  }

  /** Cuts the log below what the state has written back. */
  compact(index: number): void {
    const mark = this.core.compact(Math.min(index, this.disk.applied.index))
    const { compacted, entries } = this.disk
    if (mark.index <= compacted.index) return
    entries.splice(0, mark.index - compacted.index)
    this.disk.compacted = mark
  }

  #start(): RaftNode {
    const options = { ...defaults, ...this.options, nodeId: this.nodeId }
    return new RaftNode(options, { ...this.disk, entries: [...this.disk.entries] }, this.random)
  }

  #apply(entry: Entry): void {
    const { index, term, timeMs } = entry
    const { membership } = this.state
    this.applied.push(entry)
    const after = entry.kind === 'membership' ? this.core.applyMembershipChange(entry) : membership
    this.state = { index, term, timeMs, membership: after }
  }

  #putOnDisk(write: Write): void {
    // The worst disk: what owes no sync is never written at all.
    if (!write.mustSync) return
    const { disk } = this
    disk.hardState = write.hardState
    if (write.snapshot !== null) {
      const { index, term, timeMs } = write.snapshot
      disk.compacted = { index, term, timeMs }
      disk.entries = []
      disk.applied = write.snapshot
      this.state = write.snapshot
    }
    const first = write.entries[0]
    if (first === undefined) return
    disk.entries.length = first.index - disk.compacted.index - 1
    disk.entries.push(...write.entries)
  }
}
