// Forecasts of series of which the answer is known.
import t from 'tap'
import { forecastOf } from '../../src/http/surfaces/ipam/forecast.js'
import type { RegionDay } from '../../src/store/index.js'

const TODAY = 20_000
const none = { regionsCreated: 0, regionsRetired: 0, hostsReleased: 0, addressesReleased: 0 }

/** @param allocated on each day up to today, the last one today; 0: a day without a row */
function series(...allocated: readonly number[]): RegionDay[] {
  return allocated.flatMap((count, at) =>
    count === 0 ? [] : [dayOf(TODAY - allocated.length + 1 + at, count)],
  )
}

function dayOf(day: number, count: number, released = 0): RegionDay {
  const counts = { hostsAllocated: count, addressesAllocated: count }
  return { day, ...none, ...counts, hostsReleased: released, addressesReleased: released }
}

const forecast = (days: readonly RegionDay[], used: number, capacity = 254) =>
  forecastOf({ days, today: TODAY, capacity, used })

t.test('two a day for ten days is two a day, and full when what is left is used up', async t => {
  const found = forecast(series(2, 2, 2, 2, 2, 2, 2, 2, 2, 2), 20)
  t.match(found, { points: 20, perDay: 2, daysLeft: 117, confidence: 'medium' })
  t.match(forecast(series(2, 2, 2, 2, 2, 2, 2, 2, 2, 2), 54), { daysLeft: 100 }, '200 / 2, whole')
})

t.test('days on which nothing happened are days, too', async t => {
  // In use at the end of each of fifteen days: seven times 7, then eight times 14; 196 / 280.
  const found = forecast(series(7, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0), 14)
  t.equal(found?.perDay, 0.7)
  t.equal(found?.daysLeft, Math.floor(240 / 0.7))
})

t.test('a line through what is not quite one is the one of least squares', async t => {
  // In use: 1 3 4 8 9 9 12 13; around their mean the products are 72.5, the squares of days 42.
  const found = forecast(series(1, 2, 1, 4, 1, 0, 3, 1), 13)
  t.equal(found?.perDay, 1.73)
  t.equal(found?.daysLeft, Math.floor((241 * 42) / 72.5))
})

t.test('what is released is in use no more', async t => {
  const days = Array.from({ length: 10 }, (_, at) => dayOf(TODAY - 9 + at, 3, 3))
  const found = forecast(days, 100)
  t.match(found, { points: 30, perDay: 0, daysLeft: null })
  t.match(found?.recommendation, /^Usage is not growing/)
  const falling = forecast(
    days.map(each => ({ ...each, addressesReleased: 4 })),
    100,
  )
  t.match(falling, { perDay: -1, daysLeft: null })
})

t.test('fewer than ten allocations, or less than seven days between them, are too few', async t => {
  t.equal(forecast([], 0), null)
  t.equal(forecast(series(9, 0, 0, 0, 0, 0, 0, 0), 9), null, 'one day')
  t.equal(forecast(series(4, 0, 0, 0, 0, 0, 0, 5), 9), null, 'nine allocations')
  t.equal(forecast(series(4, 0, 0, 0, 0, 0, 6, 0), 10), null, 'six days between')
  t.match(forecast(series(4, 0, 0, 0, 0, 0, 0, 6), 10), { points: 10, confidence: 'low' })
})

t.test('confidence is how many allocations there were', async t => {
  const spread = (points: number) =>
    forecast(series(points - 1, 0, 0, 0, 0, 0, 0, 1), 100)?.confidence
  const found = [10, 19, 20, 49, 50, 200].map(spread)
  t.same(found, ['low', 'low', 'medium', 'medium', 'high', 'high'])
})

t.test('what is said goes by the days that are left', async t => {
  const daily = series(2, 2, 2, 2, 2, 2, 2, 2, 2, 2)
  const said = (left: number) => forecast(daily, 1000 - left, 1000)?.recommendation
  t.match(said(59), /^Expand capacity now/)
  t.equal(said(60), 'Consider expanding capacity within 2 weeks')
  t.match(said(180), /within 3 months$/)
  t.match(said(360), /^Capacity is sufficient/)
  t.match(forecast(daily, 254), { daysLeft: 0, recommendation: /^Nothing is left/ })
  const age = forecast(daily, 0, 1_000_000)
  t.match(age, { daysLeft: null, recommendation: /more than a hundred years/ })
})
