// What was made and given up in a period, by days, weeks or months.
import type { Static } from '@sinclair/typebox'
import type { Country } from '../../../ledger/index.js'
import type { RegionDay } from '../../../store/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { beginOf, DAY_MS } from '../../dates.js'
import { jsonWriter } from '../../json-writer.js'
import { timestamp } from '../../timestamps.js'
import { sum } from './dashboard.js'
import { findCountry } from './found.js'
import * as schemas from './statistics-schemas.js'

const DAYS_DEFAULT = 30
const DAYS_MAX = 3660
const X_MAX = 255
/** 1970-01-01 was a Thursday. */
const MONDAY = 4
const WEEK = 7

export type TrendsAsked = Static<typeof schemas.AskedTrends>
/** Days since 1970-01-01, both included. */
export type Period = { readonly from: number; readonly to: number }
type XRange = { readonly xFirst: number; readonly xLast: number }

const writeTrends = jsonWriter(schemas.Trends)

/** @throws ApiError 400 */
export function periodOf({ start_date: start, end_date: end }: TrendsAsked, today: number): Period {
  const dayOf = (field: string, text: string) => Math.floor(beginOf(field, text) / DAY_MS)
  const to = end === undefined ? null : dayOf('end_date', end)
  const from = start === undefined ? (to ?? today) - DAYS_DEFAULT + 1 : dayOf('start_date', start)
  const last = to ?? Math.max(today, from)
  if (last < from) throw invalid('end_date', end, 'it must not be before start_date')
  if (last - from >= DAYS_MAX)
    throw invalid('start_date', start ?? null, `a period has at most ${DAYS_MAX} days`)
  return { from, to: last }
}

/** As JSON text. The caller has awaited a read. @throws ApiError 404 */
export async function trendsText(call: Call, asked: TrendsAsked, period: Period): Promise<string> {
  const series = seriesOf(period, asked.group_by ?? 'day')
  const counted = countedBy(asked.resource_type)
  for (const range of rangesOf(call, asked)) {
    const query = { regionId: null, ...range, fromDay: period.from, toDay: period.to }
    const days = await withSignal(call, signal => call.app.store.finder.regionDays(query, signal))
    for (const day of days) series.add(day.day, counted(day))
  }
  const buckets = series.buckets()
  const allocations = sum(buckets.map(bucket => bucket.allocations))
  const releases = sum(buckets.map(bucket => bucket.releases))
  return writeTrends({
    time_series: buckets.map(({ day, ...counts }) => ({
      timestamp: timestamp(day * DAY_MS),
      ...grown(counts),
    })),
    summary: {
      total_allocations: allocations,
      total_releases: releases,
      net_growth: allocations - releases,
      average_daily_rate: Math.round((allocations * 10) / (period.to - period.from + 1)) / 10,
      period_start: timestamp(period.from * DAY_MS),
      period_end: timestamp(period.to * DAY_MS),
    },
  })
}

type Counts = { readonly allocations: number; readonly releases: number }

function grown({ allocations, releases }: Counts) {
  return { allocations, releases, net_growth: allocations - releases }
}

function countedBy(type: TrendsAsked['resource_type']): (day: RegionDay) => Counts {
  const [regions, hosts] = [type === 'host' ? 0 : 1, type === 'region' ? 0 : 1]
  return day => ({
    allocations: regions * day.regionsCreated + hosts * day.hostsAllocated,
    releases: regions * day.regionsRetired + hosts * day.hostsReleased,
  })
}

function rangesOf(call: Call, { country_code: code, resource_type: type }: TrendsAsked): XRange[] {
  if (code !== undefined)
    return [findCountry(call, code)].map(({ xFirst, xLast }) => ({ xFirst, xLast }))
  return type === 'country'
    ? joined(call.app.store.reads.regions.countries())
    : [{ xFirst: 0, xLast: X_MAX }]
}

/** Neighbours are asked for together. */
function joined(countries: readonly Country[]): XRange[] {
  const ranges: XRange[] = []
  for (const { xFirst, xLast } of [...countries].sort((a, b) => a.xFirst - b.xFirst)) {
    const last = ranges.at(-1)
    if (last?.xLast === xFirst - 1) ranges[ranges.length - 1] = { xFirst: last.xFirst, xLast }
    else ranges.push({ xFirst, xLast })
  }
  return ranges
}

/** Buckets by their first day, those without anything too. */
function seriesOf({ from, to }: Period, unit: string) {
  const bucketOf = (day: number) => firstDay(day, unit)
  const byDay = new Map<number, { allocations: number; releases: number }>()
  for (let day = from; day <= to; day++) byDay.set(bucketOf(day), { allocations: 0, releases: 0 })
  return {
    add(day: number, { allocations, releases }: Counts): void {
      const bucket = byDay.get(bucketOf(day))
      if (bucket === undefined) return
      bucket.allocations += allocations
      bucket.releases += releases
    },
    buckets: () => [...byDay].map(([day, counts]) => ({ day, ...counts })),
  }
}

function firstDay(day: number, unit: string): number {
  if (unit === 'week') return day - ((((day - MONDAY) % WEEK) + WEEK) % WEEK)
  if (unit === 'day') return day
  const date = new Date(day * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS
}
