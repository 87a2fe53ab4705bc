// /ipam/statistics: the dashboard, forecasts and trends (documents 001 and 000; CONTRACT.md 3.6, D-18, D-25, D-26).
import { HOSTS_OF_REGION } from '../../../ledger/index.js'
import type { RegionDay } from '../../../store/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { DAY_MS } from '../../dates.js'
import { jsonWriter } from '../../json-writer.js'
import { percentTenths } from '../../percent.js'
import { defineRoute, type Route } from '../../route.js'
import { timestamp } from '../../timestamps.js'
import { AnswerCache } from './answer-cache.js'
import { dashboardText, sum } from './dashboard.js'
import { FORECAST_DAYS, type Forecast, forecastOf, POINTS_MIN, pointsOf } from './forecast.js'
import { findCountry, findHost, findRegion } from './found.js'
import { at } from './paths.js'
import * as schemas from './statistics-schemas.js'
import { regionTotals } from './totals.js'
import { periodOf, trendsText } from './trends.js'

const tag = 'Statistics'
const DASHBOARD_AGE_MS = 5 * 60_000
const FORECAST_AGE_MS = DAY_MS
const REGIONS_OF_X = 256
const X_MAX = 255

const dashboards = new AnswerCache(DASHBOARD_AGE_MS)
const forecasts = new AnswerCache(FORECAST_AGE_MS)
const writeForecast = jsonWriter(schemas.Forecast)

const readDashboard = defineRoute({
  method: 'GET',
  paths: at('/statistics/dashboard'),
  id: 'ipamReadDashboard',
  tag,
  summary: 'How full everything is, and where most of it lies',
  description: 'Kept for five minutes, as long as nothing is written.',
  permission: 'read',
  reads: true,
  answers: { 200: { description: 'Figures over all data.', schema: schemas.Dashboard } },
  handle: async call => {
    await call.awaitRead()
    const body = await dashboards.answer(call, 'dashboard', () => dashboardText(call))
    return { status: 200, body }
  },
})

const readForecast = defineRoute({
  method: 'GET',
  paths: at('/statistics/forecast/:resource_type/:resource_id'),
  id: 'ipamReadForecast',
  tag,
  summary: 'When a country or region is full if it goes on like this',
  description:
    'By least squares over what was in use on each of the last 90 days. A country is its code or name; of its 254 × 256 addresses for each X those in use count. A host is never forecast.',
  permission: 'read',
  reads: true,
  answers: {
    200: { description: 'It, or that too little has happened.', schema: schemas.Forecast },
  },
  handle: async call => {
    await call.awaitRead()
    const asked = [call.param('resource_type'), call.param('resource_id')] as const
    const body = await forecasts.answer(call, asked, () => forecastText(call, ...asked))
    return { status: 200, body }
  },
})

/** What there is of a resource; and where the finder has its days, null for a host. */
type Measured = {
  readonly place: {
    readonly regionId: number | null
    readonly xFirst: number
    readonly xLast: number
  } | null
  readonly capacity: number
  readonly used: number
}

/** @throws ApiError 400 and 404 */
function measured(call: Call, type: string, id: string): Measured {
  switch (type) {
    case 'country': {
      const { xFirst, xLast } = findCountry(call, id)
      const capacity = (xLast - xFirst + 1) * REGIONS_OF_X * HOSTS_OF_REGION
      const used = sum(regionTotals(call).allocated.slice(xFirst, xLast + 1))
      return { place: { regionId: null, xFirst, xLast }, capacity, used }
    }
    case 'region': {
      const region = findRegion(call, id)
      const used = call.app.store.reads.regions.regionFigures(region.id)?.allocated ?? 0
      return {
        place: { regionId: region.id, xFirst: 0, xLast: X_MAX },
        capacity: HOSTS_OF_REGION,
        used,
      }
    }
    case 'host':
      findHost(call, id)
      return { place: null, capacity: 1, used: 1 }
    default:
      throw invalid('resource_type', type, 'it must be country, region or host')
  }
}

async function forecastText(call: Call, type: string, id: string): Promise<string> {
  const nowMs = call.app.nowMs()
  const today = Math.floor(nowMs / DAY_MS)
  const { place, capacity, used } = measured(call, type, id)
  const days = place === null ? [] : await daysOf(call, place, today)
  const about = { resource_type: type, resource_id: id }
  const forecast = forecastOf({ days, today, capacity, used })
  if (forecast === null) return writeForecast({ ...about, ...insufficient(days) })
  return writeForecast({
    ...about,
    current_utilization: percentTenths(BigInt(used), BigInt(capacity)),
    ...presentForecast(forecast, today),
    forecast_generated_at: timestamp(nowMs),
  })
}

function daysOf(call: Call, place: NonNullable<Measured['place']>, today: number) {
  const query = { ...place, fromDay: today - FORECAST_DAYS + 1, toDay: today }
  return withSignal(call, signal => call.app.store.finder.regionDays(query, signal))
}

function insufficient(days: readonly RegionDay[]) {
  return {
    status: 'insufficient_data',
    message: 'Need at least 10 allocations over 7 days for accurate forecast',
    current_data_points: pointsOf(days),
    required_data_points: POINTS_MIN,
  }
}

function presentForecast(forecast: Forecast, today: number) {
  const { points, perDay, daysLeft, confidence, recommendation } = forecast
  const end =
    daysLeft === null
      ? {}
      : {
          estimated_exhaustion_date: timestamp((today + daysLeft) * DAY_MS),
          days_until_exhaustion: daysLeft,
        }
  return {
    daily_allocation_rate: perDay,
    ...end,
    confidence_level: confidence,
    recommendation,
    historical_data_points: points,
  }
}

const readTrends = defineRoute({
  method: 'GET',
  paths: at('/statistics/trends'),
  id: 'ipamReadTrends',
  tag,
  summary: 'What was made and given up, by days, weeks or months',
  description:
    'The last 30 days unless said, and at most 3,660. Both ends are included, to the day. An allocation is one, whatever its size; expired is released.',
  permission: 'read',
  reads: true,
  query: schemas.AskedTrends,
  answers: { 200: { description: 'Empty days, weeks and months too.', schema: schemas.Trends } },
  handle: async (call, { query }) => {
    const period = periodOf(query, Math.floor(call.app.nowMs() / DAY_MS))
    await call.awaitRead()
    return { status: 200, body: await trendsText(call, query, period) }
  },
})

export const statisticsRoutes: readonly Route[] = [readDashboard, readForecast, readTrends]
