// Takes committed entries into the state machine, a slice a turn, so that the event loop is never held for long.
import { assert } from '../lib/index.js'
import type { Entry, Index, Membership, RaftNode } from './core/index.js'
import type { RaftMetrics } from './metrics.js'
import type { ApplyEntry, Clock, StateMachine } from './ports.js'

/** A slice that took longer makes the next ones smaller: an entry may be one row, or hundreds. */
const SLICE_MS = 10

export type ApplyLoopDependencies = {
  readonly core: Pick<RaftNode, 'applyMembershipChange' | 'applied'>
  readonly stateMachine: StateMachine
  readonly clock: Clock
  readonly metrics: RaftMetrics
  /** Runs work unless the node has stopped; a throw is fatal. */
  readonly guard: (work: () => void) => void
  readonly onEntry: (entry: ApplyEntry) => void
  readonly onApplied: (index: Index) => void
}

export class ApplyLoop {
  readonly #entriesMax: number
  readonly #dependencies: ApplyLoopDependencies
  #entries: readonly Entry[] = []
  #next = 0
  /** How many entries the next slice has, 1 to `entriesMax`. */
  #sliceEntries: number

  constructor(options: { readonly entriesMax: number }, dependencies: ApplyLoopDependencies) {
    this.#entriesMax = options.entriesMax
    this.#sliceEntries = options.entriesMax
    this.#dependencies = dependencies
  }

  get idle(): boolean {
    return this.#next === this.#entries.length
  }

  /** Takes the next committed entries, at least one; only when idle. The first slice is applied at once. */
  take(entries: readonly Entry[]): void {
    assert(this.idle, 'one apply is in flight at a time')
    this.#entries = entries
    this.#next = 0
    this.#applySlice()
  }

  #applySlice(): void {
    const { core, stateMachine, clock, metrics, guard, onEntry, onApplied } = this.#dependencies
    const startedMs = clock.monotonicMs()
    const entries = this.#entries.slice(this.#next, this.#next + this.#sliceEntries)
    const slice = entries.map(entry => ({ ...entry, membership: this.#membershipAfter(entry) }))
    stateMachine.apply(slice)
    this.#next += slice.length
    const index = slice.at(-1)?.index ?? 0
    core.applied(index)
    const tookMs = clock.monotonicMs() - startedMs
    this.#fitSlice(slice.length, tookMs)
    metrics.applySeconds?.(tookMs / 1000)
    metrics.applyEntries?.(slice.length)
    for (const entry of slice) onEntry(entry)
    onApplied(index)
    if (!this.idle) clock.soon(() => guard(() => this.#applySlice()))
  }

  /** By halves and doubles, since one slow moment or one large entry says little about the next. */
  #fitSlice(entryCount: number, tookMs: number): void {
    if (tookMs > SLICE_MS) this.#sliceEntries = Math.max(1, Math.floor(entryCount / 2))
    else if (entryCount === this.#sliceEntries && tookMs < SLICE_MS / 2) {
      this.#sliceEntries = Math.min(this.#entriesMax, 2 * this.#sliceEntries)
    }
  }

  /** The core changes its configuration before the state machine keeps it, and before anything behind it is applied. */
  #membershipAfter(entry: Entry): Membership | null {
    return entry.kind === 'membership' ? this.#dependencies.core.applyMembershipChange(entry) : null
  }
}
