// The utilization report: how full each subnet is, and what began and ended in a period. One pass over the subnets.
import { formatCidr, type Network } from '../../../ledger/index.js'
import type { Figures } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { dayName } from '../../dates.js'
import { jsonWriter } from '../../json-writer.js'
import { percentHundredths } from '../../percent.js'
import { Fullest, presentSums, Sums, subnetsOf } from './reports-figures.js'
import { type Counts, type Movements, movementsOf, type Period } from './reports-period.js'
import { SubnetDetail, Trend, UtilizationSummary } from './reports-schemas.js'
import type { Turns } from './reports-turns.js'

const FULLEST_SHOWN = 15
/** Handed on in one piece. */
const ROWS_MAX = 200

const writeDetail = jsonWriter(SubnetDetail)
const writeSummary = jsonWriter(UtilizationSummary)
const writeTrend = jsonWriter(Trend)

export type UtilizationAsked = { readonly subnetId: number | null; readonly period: Period }
export type DetailRow = {
  readonly network: Network
  readonly figures: Figures
  readonly moved: Counts
}

/** What the rows add up to is known when all have been read. */
export class Utilization {
  readonly sums = new Sums()
  readonly fullest = new Fullest(FULLEST_SHOWN)
  #movements: Movements | null = null

  constructor(
    readonly call: Call,
    readonly asked: UtilizationAsked,
    readonly turns: Turns,
  ) {}

  /** @throws what the finder throws; ApiError 404 */
  async begin(): Promise<this> {
    const { call, asked, turns } = this
    const { subnetId: networkId, period } = asked
    subnetsOf(call, networkId)
    this.#movements = await movementsOf(call, { networkId, period, turns })
    return this
  }

  get movements(): Movements {
    if (this.#movements === null) throw new Error('A report was read before it was begun.')
    return this.#movements
  }

  /** In slices. */
  async *rows(): AsyncGenerator<readonly DetailRow[], void, void> {
    const { reads } = this.call.app.store
    let rows: DetailRow[] = []
    for (const network of subnetsOf(this.call, this.asked.subnetId)) {
      const figures = reads.figures(network.id)
      if (figures !== null) rows.push(this.#counted(network, figures))
      const over = this.turns.over()
      if (over === null && rows.length < ROWS_MAX) continue
      yield rows
      rows = []
      if (over !== null) await over
    }
    yield rows
  }

  #counted(network: Network, figures: Figures): DetailRow {
    this.sums.add(network, figures)
    this.fullest.add(network, figures)
    return { network, figures, moved: this.movements.of(network.id) }
  }
}

export function rateOf({ allocated, total }: Figures): number {
  return percentHundredths(allocated, total)
}

/** The details come first, since the sums are known when they are written. */
export async function* utilizationJson(report: Utilization): AsyncGenerator<string, void, void> {
  let before = '{"subnet_details":['
  for await (const rows of report.rows()) {
    if (rows.length === 0) continue
    yield before + rows.map(row => writeDetail(presentDetail(row))).join(',')
    before = ','
  }
  const begun = before === ',' ? '' : before
  const trends = trendsOf(report.movements).map(trend => writeTrend(trend))
  const summary = writeSummary(summaryOf(report))
  yield `${begun}],"summary":${summary},"allocation_trends":[${trends.join(',')}]}`
}

function presentDetail({ network, figures, moved }: DetailRow) {
  return {
    subnet_id: network.id,
    network: formatCidr(network),
    total_ips: figures.total,
    allocated_ips: figures.allocated,
    reserved_ips: figures.reserved,
    available_ips: figures.available,
    utilization_rate: rateOf(figures),
    allocated_in_period: moved.allocated,
    released_in_period: moved.released,
  }
}

export const utilizationColumns = Object.keys(SubnetDetail.properties)

/** In the order of `utilizationColumns`. */
export function detailCells(row: DetailRow): (string | number | bigint)[] {
  return Object.values(presentDetail(row))
}

function summaryOf({ sums, movements, asked }: Utilization) {
  return {
    ...presentSums(sums),
    start_date: dayName(asked.period.fromDay),
    end_date: dayName(asked.period.toDay),
    allocated_in_period: movements.all.allocated,
    released_in_period: movements.all.released,
  }
}

export function trendsOf({ days, period }: Movements) {
  return days.map((counts, index) => ({ date: dayName(period.fromDay + index), ...counts }))
}
