// When something is full if it goes on being taken as it was: arithmetic alone (docs/forecast.md).
import { linearRegression } from 'simple-statistics'
import type { RegionDay } from '../../../store/index.js'

/** Days that a forecast looks back on, today included. */
export const FORECAST_DAYS = 90
export const POINTS_MIN = 10
const SPAN_DAYS_MIN = 7
const HIGH_POINTS = 50
const MEDIUM_POINTS = 20
/** What is further off is no forecast. */
const DAYS_MAX = 36_525
/** Sums of fractions are not exact: 2.0000000000000004 a day is 2 a day. */
const SLACK = 1e-9

export type Series = {
  /** Days with anything, in order, none after `today`. */
  readonly days: readonly RegionDay[]
  /** Days since 1970-01-01. */
  readonly today: number
  readonly capacity: number
  /** Addresses in use now. */
  readonly used: number
}

export type Confidence = 'high' | 'medium' | 'low'
export type Forecast = {
  /** Allocations that it is made of. */
  readonly points: number
  /** Addresses. */
  readonly perDay: number
  /** null: usage does not grow, or it will not be full in a hundred years. */
  readonly daysLeft: number | null
  readonly confidence: Confidence
  readonly recommendation: string
}

/** @returns null: too little happened */
export function forecastOf({ days, today, capacity, used }: Series): Forecast | null {
  const points = pointsOf(days)
  const began = days.filter(({ hostsAllocated }) => hostsAllocated > 0)
  const [first, last] = [began[0]?.day ?? 0, began.at(-1)?.day ?? 0]
  if (points < POINTS_MIN || last - first < SPAN_DAYS_MIN) return null
  const slope = growth(days, today)
  const left = slope > SLACK ? Math.floor((capacity - used) / slope + SLACK) : null
  const daysLeft = left === null || left > DAYS_MAX ? null : Math.max(0, left)
  return {
    points,
    perDay: Math.round(slope * 100) / 100 + 0,
    daysLeft,
    confidence: confidenceIn(points),
    recommendation: used >= capacity ? FULL : recommendationFor(daysLeft, slope),
  }
}

export function pointsOf(days: readonly RegionDay[]): number {
  return days.reduce((sum, { hostsAllocated }) => sum + hostsAllocated, 0)
}

/** Slope of the line through what was in use at the end of each day, from the first day with anything to today. */
function growth(days: readonly RegionDay[], today: number): number {
  const byDay = new Map(days.map(each => [each.day, each]))
  const first = days[0]?.day ?? today
  const line: [number, number][] = []
  let used = 0
  for (let day = first; day <= today; day++) {
    const { addressesAllocated = 0, addressesReleased = 0 } = byDay.get(day) ?? {}
    used += addressesAllocated - addressesReleased
    line.push([day - first, used])
  }
  return linearRegression(line).m
}

function confidenceIn(points: number): Confidence {
  if (points >= HIGH_POINTS) return 'high'
  return points >= MEDIUM_POINTS ? 'medium' : 'low'
}

const FULL = 'Nothing is left: expand capacity now'

function recommendationFor(daysLeft: number | null, slope: number): string {
  if (slope <= SLACK) return 'Usage is not growing; no expansion is needed'
  if (daysLeft === null) return 'Capacity lasts for more than a hundred years at this rate'
  if (daysLeft < 30) return 'Expand capacity now: it will be exhausted within a month'
  if (daysLeft < 90) return 'Consider expanding capacity within 2 weeks'
  if (daysLeft < 180) return 'Plan to expand capacity within 3 months'
  return 'Capacity is sufficient; review the forecast monthly'
}
