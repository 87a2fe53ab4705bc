// Answers a question for what began and ended on each day.
import type { Database, Statement } from '../open.js'
import type { DayCount } from '../reads.js'
import type { DayQuery } from './messages.js'

const COLUMNS = 'network_id AS networkId, day, allocated, released'

export class DaySearch {
  readonly #all: Statement<[number, number], DayCount>
  readonly #ofNetwork: Statement<[number, number, number], DayCount>

  constructor(db: Database) {
    this.#all = db.prepare(
      `SELECT ${COLUMNS} FROM days WHERE day BETWEEN ? AND ? ORDER BY day, network_id`,
    )
    this.#ofNetwork = db.prepare(
      `SELECT ${COLUMNS} FROM days INDEXED BY days_by_network
       WHERE network_id = ? AND day BETWEEN ? AND ? ORDER BY day`,
    )
  }

  /** Both days included. */
  find({ networkId, fromDay, toDay }: DayQuery): DayCount[] {
    if (networkId === null) return this.#all.all(fromDay, toDay)
    return this.#ofNetwork.all(networkId, fromDay, toDay)
  }
}
