// Rows of history: appended to the chain, read by position, pruned from the oldest on.
import type { Change, PruneSlice } from '../../ledger/index.js'
import type { Database, Statement } from '../open.js'
import { changeOf, lineOf, nextHash, positionOf } from './change-line.js'
import type { State } from './state-row.js'

export type ChangeRaw = {
  readonly position: number
  readonly line: string
  readonly hash: Uint8Array
}

export class ChangeRows {
  readonly #state: State
  readonly #insert: Statement<[number, string, Uint8Array]>
  readonly #oldest: Statement<[number], ChangeRaw>
  readonly #deleteUpTo: Statement<[number]>

  constructor(db: Database, state: State) {
    this.#state = state
    this.#insert = db.prepare('INSERT INTO changes VALUES (?, ?, ?)')
    this.#oldest = db.prepare('SELECT * FROM changes ORDER BY position LIMIT ?')
    this.#deleteUpTo = db.prepare('DELETE FROM changes WHERE position <= ?')
  }

  add(change: Change): void {
    const state = this.#state
    const position = positionOf(change)
    const line = lineOf(change)
    const hash = nextHash(state.headHash, line)
    this.#insert.run(position, line, hash)
    state.headPosition = position
    state.headHash = hash
    state.changeCount++
  }

  /** The last one deleted stays as the anchor, from which the chain proves the rest. @returns how many were deleted. */
  prune({ beforeMs, excess, limit }: PruneSlice): number {
    const oldest = this.#oldest.all(limit)
    const end = oldest.findIndex((row, at) => at >= excess && changeOf(row.line).timeMs >= beforeMs)
    const count = end === -1 ? oldest.length : end
    const last = oldest[count - 1]
    if (last === undefined) return 0
    this.#deleteUpTo.run(last.position)
    this.#state.anchorPosition = last.position
    this.#state.anchorHash = last.hash
    this.#state.changeCount -= count
    return count
  }
}
