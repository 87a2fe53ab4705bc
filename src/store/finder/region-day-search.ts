// Answers a question for what began and ended in regions on each day.
import type { Database, Statement } from '../open.js'
import type { RegionDay, RegionDayQuery } from '../reads.js'

const COLUMNS = [
  'regions_created AS regionsCreated',
  'regions_retired AS regionsRetired',
  'hosts_allocated AS hostsAllocated',
  'hosts_released AS hostsReleased',
  'addresses_allocated AS addressesAllocated',
  'addresses_released AS addressesReleased',
]
const SUMS = COLUMNS.map(column => column.replace(/^\w+/, 'sum($&)'))

export class RegionDaySearch {
  readonly #ofRegion: Statement<[number, number, number], RegionDay>
  readonly #ofX: Statement<[number, number, number, number], RegionDay>

  constructor(db: Database) {
    this.#ofRegion = db.prepare(
      `SELECT day, ${COLUMNS.join(', ')} FROM region_days
       WHERE region_id = ? AND day BETWEEN ? AND ? ORDER BY day`,
    )
    this.#ofX = db.prepare(
      `SELECT day, ${SUMS.join(', ')} FROM x_days
       WHERE day BETWEEN ? AND ? AND x BETWEEN ? AND ? GROUP BY day ORDER BY day`,
    )
  }

  find({ regionId, xFirst, xLast, fromDay, toDay }: RegionDayQuery): RegionDay[] {
    if (regionId !== null) return this.#ofRegion.all(regionId, fromDay, toDay)
    return this.#ofX.all(fromDay, toDay, xFirst, xLast)
  }
}
