// The days that a report is about, and what began and ended on each of them.

import { DEFAULT_VRF_ID } from '../../../ledger/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { DAY_MS, dayOf } from '../../dates.js'
import type { Turns } from './reports-turns.js'

const DAYS_DEFAULT = 30
/** Ten years. */
const DAYS_MAX = 3653
/** Between two looks at the clock. */
const ROWS_UNWATCHED = 256

/** Days since 1970-01-01, both included. */
export type Period = { readonly fromDay: number; readonly toDay: number }
type Asked = { readonly start_date?: string; readonly end_date?: string }

/** @throws ApiError 400 when it begins after its end, or is too long */
export function periodOf(call: Call, { start_date, end_date }: Asked): Period {
  const today = Math.floor(call.app.nowMs() / DAY_MS)
  const toDay = end_date === undefined ? today : dayOf('end_date', end_date)
  const fromDay =
    start_date === undefined ? toDay - DAYS_DEFAULT + 1 : dayOf('start_date', start_date)
  const begin = start_date ?? ''
  if (fromDay > toDay) throw invalid('start_date', begin, 'it must not be after end_date')
  if (toDay - fromDay >= DAYS_MAX)
    throw invalid('start_date', begin, `it must be less than ${DAYS_MAX} days before end_date`)
  return { fromDay, toDay }
}

export type Counts = { allocated: number; released: number }

/** What began and ended, by day and by network. */
export class Movements {
  /** One for each day of the period. */
  readonly days: readonly Counts[]
  readonly all: Counts = { allocated: 0, released: 0 }
  readonly #networks = new Map<number, Counts>()

  constructor(readonly period: Period) {
    const length = period.toDay - period.fromDay + 1
    this.days = Array.from({ length }, () => ({ allocated: 0, released: 0 }))
  }

  of(networkId: number): Counts {
    return this.#networks.get(networkId) ?? { allocated: 0, released: 0 }
  }

  add(networkId: number, day: number, counts: Counts): void {
    const ofNetwork = this.of(networkId)
    this.#networks.set(networkId, ofNetwork)
    for (const sum of [this.all, ofNetwork, this.days[day - this.period.fromDay]]) {
      if (sum === undefined) continue
      sum.allocated += counts.allocated
      sum.released += counts.released
    }
  }
}

/** @param networkId null: of all of them that are, or were, in the default VRF */
export async function movementsOf(
  call: Call,
  { networkId, period, turns }: { networkId: number | null; period: Period; turns: Turns },
): Promise<Movements> {
  const { finder, reads } = call.app.store
  const movements = new Movements(period)
  const rows = await finder.days({ networkId, ...period }, turns.signal)
  for (const [index, row] of rows.entries()) {
    const vrfId = reads.network(row.networkId)?.vrfId ?? DEFAULT_VRF_ID
    if (vrfId === DEFAULT_VRF_ID) movements.add(row.networkId, row.day, row)
    if (index % ROWS_UNWATCHED === 0) await turns.over()
  }
  return movements
}
