// A state that is only a list of what was applied; a power cut takes it back to where it was last durable.
import { assert } from '../../src/lib/index.js'
import type { Membership, SnapshotMark } from '../../src/raft/core/index.js'
import type { ApplyEntry, StateMachine } from '../../src/raft/ports.js'

export type AppliedCommand = {
  readonly index: number
  readonly term: number
  readonly timeMs: number
  readonly text: string
}

export class MemoryStateMachine implements StateMachine {
  /** How far applied entries survive a power cut; by default a power cut takes nothing. */
  durable: 'all' | number = 'all'
  /** Set to make the next apply throw. */
  failure: Error | null = null
  readonly slices: number[] = []
  commands: AppliedCommand[] = []
  /** Every membership and the index where it was decided. */
  memberships: { readonly index: number; readonly membership: Membership }[]
  #applied: Omit<SnapshotMark, 'membership'> = { index: 0, term: 0, timeMs: 0 }
  readonly #marks = new Map<number, Omit<SnapshotMark, 'membership'>>()

  constructor(membership: Membership) {
    this.memberships = [{ index: 0, membership }]
  }

  get applied(): SnapshotMark {
    const membership = this.memberships.at(-1)?.membership
    assert(membership !== undefined, 'there is always a membership')
    return { ...this.#applied, membership }
  }

  get texts(): string[] {
    return this.commands.map(command => command.text)
  }

  apply(entries: readonly ApplyEntry[]): void {
    if (this.failure !== null) throw this.failure
    this.slices.push(entries.length)
    for (const { index, term, timeMs, kind, data, membership } of entries) {
      if (index <= this.#applied.index) continue
      assert(index === this.#applied.index + 1, 'entries are applied without a gap')
      assert(timeMs >= this.#applied.timeMs, 'time never goes back along the log')
      assert((kind === 'membership') === (membership !== null), 'changes carry their membership')
      if (membership !== null) this.memberships.push({ index, membership })
      if (kind === 'command')
        this.commands.push({ index, term, timeMs, text: Buffer.from(data).toString() })
      this.#applied = { index, term, timeMs }
      this.#marks.set(index, this.#applied)
    }
  }

  durableIndex(): number {
    return this.durable === 'all'
      ? this.#applied.index
      : Math.min(this.durable, this.#applied.index)
  }

  /** The power went: what was not durable is gone. */
  fallBack(): void {
    const durable = this.durableIndex()
    this.#applied = this.#marks.get(durable) ?? { index: 0, term: 0, timeMs: 0 }
    this.commands = this.commands.filter(command => command.index <= durable)
    this.memberships = this.memberships.filter(({ index }) => index <= durable)
  }
}
