// The groups of the log by their first indexes: what truncation and reads need to know without asking LevelDB.
import type { Index } from '../core/index.js'
import type { LogPoint } from './group-codec.js'
import type { GroupRef } from './log-walk.js'

/** Sorted by first index. A group ends where the next one begins. */
export class GroupIndex {
  readonly #refs: GroupRef[]

  constructor(refs: readonly GroupRef[]) {
    this.#refs = [...refs]
  }

  get count(): number {
    return this.#refs.length
  }

  at(position: number): GroupRef | undefined {
    return this.#refs[position]
  }

  /** Position of the group that holds `index`, -1 when it lies below all of them. */
  positionOf(index: Index): number {
    let low = 0
    let high = this.#refs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#refs[middle]?.first ?? Infinity) <= index) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** What is known of the entry before the group at `position`. */
  pointBefore(position: number): LogPoint | undefined {
    const ref = this.#refs[position]
    return ref && { index: ref.first - 1, term: ref.previousTerm, crc: ref.previousCrc }
  }

  firstsFrom(position: number): Index[] {
    return this.#refs.slice(position).map(ref => ref.first)
  }

  /** Forgets the groups from `position` on and adds others behind. */
  replaceFrom(position: number, added: readonly GroupRef[]): void {
    this.#refs.length = position
    for (const ref of added) this.#refs.push(ref)
  }

  /** Forgets the `count` lowest groups. @returns their first indexes. */
  dropLowest(count: number): Index[] {
    return this.#refs.splice(0, count).map(ref => ref.first)
  }
}
