// The dashboard, forecasts and trends, over a store with regions and hosts of known days.
import t, { type Test } from 'tap'
import { type Ipam, refusal, startIpam } from './ipam.js'

const DAY_MS = 86_400_000
/** A Thursday. */
const FIRST_DAY_MS = Date.UTC(2025, 9, 30, 8)
const NOW = '2025-11-12T10:00:00Z'
const NOW_MS = Date.parse(NOW)

/** Two regions on the first day, and two hosts a day in the first one from then on, for ten days. */
async function begin(t: Test) {
  const ipam = await startIpam(t)
  const { gateway } = ipam
  gateway.timeMs = FIRST_DAY_MS
  const [busy, quiet] = [ipam.region(5, 23), ipam.region(72, 0)]
  const hosts: number[] = []
  for (let day = 0; day < 10; day++) {
    gateway.timeMs = FIRST_DAY_MS + day * DAY_MS
    hosts.push(...ipam.hosts(busy, `a-${day}`, `b-${day}`))
  }
  gateway.timeMs = NOW_MS
  return { ipam, busy, quiet, hosts }
}

const read = (ipam: Ipam, path: string, name = 'reader') =>
  ipam.as(name, 'GET', `/ipam/statistics/${path}`)

t.test('the dashboard sums up all data', async t => {
  const { ipam } = await begin(t)
  const { status, json } = await read(ipam, 'dashboard')
  t.equal(status, 200)
  t.strictSame(json, {
    total_countries: 15,
    total_regions: 2,
    total_hosts: 20,
    overall_utilization: 3.9,
    top_countries: [
      {
        country_code: 'US',
        country_name: 'United States',
        region_count: 1,
        host_count: 20,
        utilization: 7.9,
      },
      {
        country_code: 'GB',
        country_name: 'United Kingdom',
        region_count: 1,
        host_count: 0,
        utilization: 0,
      },
    ],
    // From November 6th to 12th: hosts of the 6th, 7th and 8th.
    recent_activity_count: 6,
    capacity_warnings: 0,
    generated_at: NOW,
  })
})

t.test('a region that is four fifths full is warned of', async t => {
  const { ipam, quiet } = await begin(t)
  for (let batch = 0; batch < 4; batch++) {
    const names = Array.from({ length: 50 }, (_, at) => `h-${batch}-${at}`)
    ipam.hosts(quiet, ...names)
  }
  t.equal((await read(ipam, 'dashboard')).json.capacity_warnings, 0, '200 of 254')
  ipam.hosts(quiet, 'x-1', 'x-2', 'x-3', 'x-4')
  const { json } = await read(ipam, 'dashboard')
  t.equal(json.capacity_warnings, 1, '204 of 254')
  t.equal(json.top_countries[0].country_code, 'GB', 'the fullest first')
})

t.test('the dashboard is kept until something is written, for each user', async t => {
  const { ipam, quiet } = await begin(t)
  const { json: first } = await read(ipam, 'dashboard')
  ipam.gateway.timeMs += 60_000
  t.strictSame((await read(ipam, 'dashboard')).json, first, 'generated_at stays')
  const other = await read(ipam, 'dashboard', 'other')
  t.equal(other.json.generated_at, '2025-11-12T10:01:00Z', 'another user has his own')
  ipam.hosts(quiet, 'new')
  const { json: second } = await read(ipam, 'dashboard')
  t.match(second, { total_hosts: 21, generated_at: '2025-11-12T10:01:00Z' }, 'a write is seen')
})

t.test('a region is forecast by what it was in the last 90 days', async t => {
  const { ipam, busy } = await begin(t)
  ipam.gateway.timeMs = FIRST_DAY_MS + 9 * DAY_MS
  const id = ipam.uuid('region', busy)
  const { status, json } = await read(ipam, `forecast/region/${id}`)
  t.equal(status, 200)
  t.strictSame(json, {
    resource_type: 'region',
    resource_id: id,
    current_utilization: 7.9,
    daily_allocation_rate: 2,
    estimated_exhaustion_date: '2026-03-05T00:00:00Z',
    days_until_exhaustion: 117,
    confidence_level: 'medium',
    recommendation: 'Plan to expand capacity within 3 months',
    historical_data_points: 20,
    forecast_generated_at: '2025-11-08T08:00:00Z',
  })
})

t.test('a country is forecast over all of its addresses, by its code or name', async t => {
  const { ipam } = await begin(t)
  ipam.gateway.timeMs = FIRST_DAY_MS + 9 * DAY_MS
  for (const name of ['US', 'us', 'United%20States']) {
    const { json } = await read(ipam, `forecast/country/${name}`)
    t.match(json, {
      resource_id: decodeURIComponent(name),
      daily_allocation_rate: 2,
      current_utilization: 0,
    })
    t.notOk('days_until_exhaustion' in json, 'more than a hundred years')
    t.notOk('estimated_exhaustion_date' in json)
  }
})

t.test('what has too little history, and every host, is not forecast', async t => {
  const { ipam, quiet, hosts } = await begin(t)
  const insufficient = (current_data_points: number) => ({
    status: 'insufficient_data',
    message: 'Need at least 10 allocations over 7 days for accurate forecast',
    current_data_points,
    required_data_points: 10,
  })
  ipam.hosts(quiet, 'one', 'two')
  const region = await read(ipam, `forecast/region/${ipam.uuid('region', quiet)}`)
  t.match(region, { status: 200, json: insufficient(2) })
  const host = await read(ipam, `forecast/host/${ipam.uuid('host', hosts[0] ?? 0)}`)
  t.match(host, { status: 200, json: insufficient(0) })
  t.match((await read(ipam, 'forecast/country/AU')).json, insufficient(0))
})

t.test('a forecast is of something that there is', async t => {
  const { ipam, busy, hosts } = await begin(t)
  const asked = (path: string) => read(ipam, `forecast/${path}`)
  t.equal(refusal(await asked('country/XX')), '404 not_found')
  t.equal(refusal(await asked(`region/${ipam.uuid('host', busy)}`)), '404 not_found')
  t.equal(refusal(await asked('host/123')), '404 not_found')
  const [host = 0] = hosts
  ipam.gateway.apply({ type: 'allocation.release', id: host, ifRevision: null })
  t.equal(refusal(await asked(`host/${ipam.uuid('host', host)}`)), '404 not_found')
  t.equal(refusal(await asked('subnet/1')), '400 validation_error')
})

t.test('trends have every day of the period, both ends included', async t => {
  const { ipam, hosts } = await begin(t)
  ipam.gateway.timeMs = Date.UTC(2025, 10, 10, 23, 59)
  for (const id of hosts.slice(0, 3))
    ipam.gateway.apply({ type: 'allocation.release', id, ifRevision: null })
  ipam.gateway.timeMs = NOW_MS
  const { json } = await read(ipam, 'trends?start_date=2025-10-30&end_date=2025-11-10')
  const bucket = (day: string, allocations: number, releases = 0) => ({
    timestamp: `2025-${day}T00:00:00Z`,
    allocations,
    releases,
    net_growth: allocations - releases,
  })
  t.strictSame(json.time_series, [
    bucket('10-30', 4),
    ...['10-31', '11-01', '11-02', '11-03', '11-04', '11-05', '11-06', '11-07', '11-08'].map(day =>
      bucket(day, 2),
    ),
    bucket('11-09', 0),
    bucket('11-10', 0, 3),
  ])
  t.strictSame(json.summary, {
    total_allocations: 22,
    total_releases: 3,
    net_growth: 19,
    // 22 / 12 = 1.83
    average_daily_rate: 1.8,
    period_start: '2025-10-30T00:00:00Z',
    period_end: '2025-11-10T00:00:00Z',
  })
})

t.test('trends by weeks and months begin with the first day of each', async t => {
  const { ipam } = await begin(t)
  const series = async (query: string) =>
    (
      await read(ipam, `trends?start_date=2025-10-30&end_date=2025-11-12&${query}`)
    ).json.time_series.map((each: { timestamp: string; allocations: number }) => [
      each.timestamp.slice(0, 10),
      each.allocations,
    ])
  t.same(await series('group_by=week'), [
    ['2025-10-27', 10],
    ['2025-11-03', 12],
    ['2025-11-10', 0],
  ])
  t.same(await series('group_by=month'), [
    ['2025-10-01', 6],
    ['2025-11-01', 16],
  ])
})

t.test('trends are of a kind and of a country where that is said', async t => {
  const { ipam } = await begin(t)
  ipam.region(240, 1, 'of no country')
  const total = async (query: string) =>
    (await read(ipam, `trends?${query}`)).json.summary.total_allocations
  t.equal(await total(''), 23)
  t.equal(await total('resource_type=region'), 3)
  t.equal(await total('resource_type=host'), 20)
  t.equal(await total('resource_type=country'), 22)
  t.equal(await total('country_code=US'), 21)
  t.equal(await total('country_code=gb&resource_type=host'), 0)
})

t.test('trends are of the last 30 days, or 30 up to the end, unless the start is said', async t => {
  const { ipam } = await begin(t)
  const period = async (query: string) => {
    const { time_series: series, summary } = (await read(ipam, `trends?${query}`)).json
    return [series.length, summary.period_start.slice(0, 10), summary.period_end.slice(0, 10)]
  }
  t.same(await period(''), [30, '2025-10-14', '2025-11-12'])
  t.same(await period('end_date=2024-01-30'), [30, '2024-01-01', '2024-01-30'])
  t.same(await period('start_date=2025-11-11T12:00:00Z'), [2, '2025-11-11', '2025-11-12'])
})

t.test('a period that is none, or too long, is refused', async t => {
  const { ipam } = await begin(t)
  const asked = async (query: string) => refusal(await read(ipam, `trends?${query}`))
  t.equal(await asked('start_date=2025-11-02&end_date=2025-11-01'), '400 validation_error')
  t.equal(await asked('start_date=2010-01-01&end_date=2025-11-01'), '400 validation_error')
  t.equal(await asked('start_date=2025-02-30'), '400 validation_error')
  t.equal(await asked('group_by=year'), '400 validation_error')
  t.equal(await asked('country_code=XX'), '404 not_found')
})

t.test('statistics are for those who have signed in, under both names of the surface', async t => {
  const { ipam } = await begin(t)
  const { h } = ipam.office
  t.equal((await h.call('GET', '/ipam/statistics/dashboard')).status, 401)
  t.equal((await ipam.as('reader', 'GET', '/api/v1/ipam/statistics/dashboard')).status, 200)
})
