// The time that entries carry: it never goes back, and no single clock that is off carries it away (RAFT.md, Time).
import type { ApplyEntry } from '../../../src/raft/index.js'
import { check } from '../../raft/core/invariants.js'

export class ClockWatch {
  readonly #latestMs: (nodeId: number) => number
  #lastMs = 0

  /** @param latestMs the latest that a node's clock can have shown to anybody until now */
  constructor(latestMs: (nodeId: number) => number) {
    this.#latestMs = latestMs
  }

  /** @param voters of each membership by which it may have been stamped. @throws when its time cannot be */
  applied({ index, timeMs }: ApplyEntry, voters: readonly (readonly number[])[]): void {
    check(timeMs >= this.#lastMs, `entry ${index} is older than the one before it`)
    const ahead = timeMs - Math.max(this.#lastMs, ...voters.map(ids => this.#secondFastest(ids)))
    check(ahead <= 0, `entry ${index} is ${ahead} ms ahead of all clocks but one`)
    this.#lastMs = timeMs
  }

  /** Of one voter alone its own. */
  #secondFastest(voters: readonly number[]): number {
    const [fastest = 0, second = fastest] = voters.map(this.#latestMs).sort((a, b) => b - a)
    return second
  }
}
