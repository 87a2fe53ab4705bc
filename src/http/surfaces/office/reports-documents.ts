// Reports as pages: which words, figures and columns stand where.
import { formatCidr } from '../../../ledger/index.js'
import {
  type Bar,
  type Chart,
  type Column,
  FONT_PACKAGES,
  type ReportDocument,
  type Row,
} from '../../../reports/index.js'
import { dayName } from '../../dates.js'
import { percentHundredths } from '../../percent.js'
import { timestamp } from '../../timestamps.js'
import type { Fullest } from './reports-figures.js'
import type { InventoryRow } from './reports-inventory.js'
import { type DetailRow, rateOf, trendsOf, type Utilization } from './reports-utilization.js'
import { grouped, type Words } from './reports-words.js'

export type Pages = {
  readonly words: Words
  readonly madeMs: number
  /** null: all subnets. */
  readonly subnet: string | null
  /** Rows were left out. */
  readonly cutAt: number | null
}

type Frame = Pick<ReportDocument, 'lines' | 'emptyText' | 'notes' | 'lostText' | 'madeMs'>

function frameOf({ words, madeMs, subnet, cutAt }: Pages, more: readonly string[]): Frame {
  const about = subnet === null ? words.allSubnets : words.subnet(subnet)
  return {
    lines: [words.madeAt(timestamp(madeMs)), about, ...more],
    emptyText: words.empty,
    notes: cutAt === null ? [] : [words.cut(grouped(cutAt))],
    lostText: words.lost(FONT_PACKAGES),
    madeMs,
  }
}

export function utilizationDocument(report: Utilization, pages: Pages): ReportDocument {
  const { words } = pages
  const { fromDay, toDay } = report.asked.period
  const { sums } = report
  const rate = percentHundredths(sums.allocated, sums.total)
  return {
    ...frameOf(pages, [words.period(dayName(fromDay), dayName(toDay))]),
    title: words.utilizationTitle,
    summary: [
      { label: words.subnets, value: grouped(sums.subnets) },
      { label: words.total, value: grouped(sums.total) },
      { label: words.utilization, value: `${rate.toFixed(2)} %` },
      { label: words.allocated, value: grouped(sums.allocated) },
      { label: words.reserved, value: grouped(sums.reserved) },
      { label: words.available, value: grouped(sums.available) },
    ],
    charts: [...fullestChart(report.fullest, words), trendsChart(report, words)],
    tableTitle: words.subnetTable,
    columns: utilizationColumns(words),
    landscape: false,
  }
}

function fullestChart(fullest: Fullest, words: Words): Chart[] {
  const bars: Bar[] = fullest.subnets.map(({ network, figures, percent }) => ({
    label: formatCidr(network),
    percent,
    figures: words.of(percent.toFixed(2), grouped(figures.total)),
  }))
  return bars.length === 0 ? [] : [{ kind: 'bars', title: words.fullest, bars }]
}

function trendsChart({ movements }: Utilization, words: Words): Chart {
  const days = trendsOf(movements).map(({ date, allocated, released }) => ({
    label: date.slice('YYYY-'.length),
    counts: [allocated, released] as const,
  }))
  return { kind: 'days', title: words.trends, legend: [words.began, words.ended], days }
}

function utilizationColumns({ columns }: Words): Column[] {
  const right = (heading: string, weight: number): Column => ({ heading, weight, align: 'right' })
  return [
    { heading: columns.network, weight: 26, align: 'left' },
    right(columns.total, 15),
    right(columns.allocated, 13),
    right(columns.reserved, 12),
    right(columns.available, 15),
    right(columns.utilization, 13),
    right(columns.began, 13),
    right(columns.ended, 13),
  ]
}

export function utilizationCells({ network, figures, moved }: DetailRow): Row {
  return [
    formatCidr(network),
    grouped(figures.total),
    grouped(figures.allocated),
    grouped(figures.reserved),
    grouped(figures.available),
    `${rateOf(figures).toFixed(2)} %`,
    grouped(moved.allocated),
    grouped(moved.released),
  ]
}

/** Of the rows that are shown. */
export type InventoryCounts = { allocated: number; reserved: number; conflict: number }

export function inventoryDocument(
  counts: InventoryCounts,
  fullest: Fullest,
  pages: Pages & { readonly status: string | null },
): ReportDocument {
  const { words, status } = pages
  const { allocated, reserved, conflict } = counts
  return {
    ...frameOf(pages, status === null ? [] : [words.status(status)]),
    title: words.inventoryTitle,
    summary: [
      { label: words.entries, value: grouped(allocated + reserved + conflict) },
      { label: words.allocated, value: grouped(allocated + conflict) },
      { label: words.reserved, value: grouped(reserved) },
    ],
    charts: fullestChart(fullest, words),
    tableTitle: words.addressTable,
    columns: inventoryPageColumns(words),
    landscape: true,
  }
}

function inventoryPageColumns({ columns }: Words): Column[] {
  const left = (heading: string, weight: number): Column => ({ heading, weight, align: 'left' })
  return [
    left(columns.address, 15),
    left(columns.network, 12),
    left(columns.status, 8),
    left(columns.mac, 12),
    left(columns.hostname, 14),
    left(columns.device, 9),
    left(columns.location, 10),
    left(columns.assigned, 11),
    left(columns.description, 18),
    left(columns.allocatedAt, 12),
  ]
}

export function inventoryPageCells({ entry, range }: InventoryRow, { statuses }: Words): Row {
  return [
    range,
    entry.subnet_network,
    statuses[entry.status],
    entry.mac_address ?? '',
    entry.hostname ?? '',
    entry.device_type ?? '',
    entry.location ?? '',
    entry.assigned_to ?? '',
    entry.description ?? '',
    minuteOf(entry.allocated_at),
  ]
}

function minuteOf(time: string | null): string {
  return time === null ? '' : time.slice(0, 'YYYY-MM-DDTHH:MM'.length).replace('T', ' ')
}
