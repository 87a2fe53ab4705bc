// The dashboard's figures: sums from memory, and what the finder counted on the last days.
import { HOSTS_OF_REGION } from '../../../ledger/index.js'
import type { RegionTotals } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { DAY_MS } from '../../dates.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { timestamp } from '../../timestamps.js'
import * as schemas from './statistics-schemas.js'
import { regionTotals } from './totals.js'

const TOP_COUNTRIES = 5
const RECENT_DAYS = 7
const X_MAX = 255

const writeDashboard = jsonWriter(schemas.Dashboard)

/** As JSON text. The caller has awaited a read. */
export async function dashboardText(call: Call): Promise<string> {
  const { app } = call
  const nowMs = app.nowMs()
  const recent = await recentCount(call, Math.floor(nowMs / DAY_MS))
  const totals = regionTotals(call)
  const [regions, hosts] = [sum(totals.regions), sum(totals.hosts)]
  const countries = app.store.reads.regions.countries()
  return writeDashboard({
    total_countries: countries.length,
    total_regions: regions,
    total_hosts: hosts,
    overall_utilization: utilization(sum(totals.allocated), regions),
    top_countries: topCountries(call, totals),
    recent_activity_count: recent,
    capacity_warnings: sum(totals.full),
    generated_at: timestamp(nowMs),
  })
}

async function recentCount(call: Call, today: number): Promise<number> {
  const { finder } = call.app.store
  const everywhere = { regionId: null, xFirst: 0, xLast: X_MAX }
  const query = { ...everywhere, fromDay: today - RECENT_DAYS + 1, toDay: today }
  const days = await withSignal(call, signal => finder.regionDays(query, signal))
  return sum(days.map(({ regionsCreated, hostsAllocated }) => regionsCreated + hostsAllocated))
}

function topCountries(call: Call, totals: RegionTotals) {
  const within = (list: readonly number[], from: number, to: number) =>
    sum(list.slice(from, to + 1))
  return call.app.store.reads.regions
    .countries()
    .map(({ code, name, xFirst, xLast }) => {
      const regions = within(totals.regions, xFirst, xLast)
      return {
        country_code: code,
        country_name: name,
        region_count: regions,
        host_count: within(totals.hosts, xFirst, xLast),
        utilization: utilization(within(totals.allocated, xFirst, xLast), regions),
      }
    })
    .filter(({ region_count: regions }) => regions > 0)
    .sort((a, b) => b.utilization - a.utilization || (a.country_code < b.country_code ? -1 : 1))
    .slice(0, TOP_COUNTRIES)
}

export function utilization(allocated: number, regions: number): number {
  return percentTenths(BigInt(allocated), BigInt(regions * HOSTS_OF_REGION))
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
