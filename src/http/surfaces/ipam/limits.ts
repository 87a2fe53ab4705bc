// The limits of documents 000 and 001 side by side (CONTRACT.md C-9): so much a minute all in all, and so much an hour of each
// operation. Each counts for itself, and the answer tells of the one of which the least is left.
import { callerKey, type LimitRule } from '../../limits/rule.js'
import type { LimitOptions } from '../../options.js'
import type { Route } from '../../route.js'
import { IPAM_PATH } from './paths.js'

const periods = { minute: 60_000, hour: 3_600_000 } as const
type Period = keyof typeof periods

/** As `quotas/me` shows it. */
export type IpamLimit = {
  /** As metrics call it, too. */
  readonly name: string
  readonly points: number
  readonly period: Period
  readonly routes: LimitRule['routes']
}

export function ipamLimits(options: LimitOptions): readonly LimitRule[] {
  return limitTable(options).map(ruleOf)
}

export function limitTable({ ipam }: LimitOptions): readonly IpamLimit[] {
  const perHour = (name: string, points: number, routes: IpamLimit['routes']): IpamLimit => ({
    name,
    points,
    period: 'hour',
    routes,
  })
  return [
    { name: 'ipam', points: ipam.perMinute, period: 'minute', routes: 'all' },
    {
      name: 'ipam-dashboard',
      points: ipam.dashboardPerMinute,
      period: 'minute',
      routes: only('GET', '/statistics/dashboard'),
    },
    perHour('ipam-reservations', ipam.reservationsPerHour, only('POST', '/reservations')),
    perHour('ipam-shares', ipam.sharesPerHour, only('POST', '/shares')),
    perHour('ipam-rules', ipam.rulesPerHour, only('POST', '/notifications/rules')),
    perHour('ipam-webhooks', ipam.webhooksPerHour, only('POST', '/webhooks')),
    perHour('ipam-bulk', ipam.bulkPerHour, only('POST', '/bulk/tags')),
    perHour('ipam-queries', ipam.queriesPerHour, isQuery),
  ]
}

function ruleOf({ name, points, period, routes }: IpamLimit): LimitRule {
  return {
    name,
    points,
    windowMs: periods[period],
    key: callerKey,
    routes,
    refusesAtOnce: true,
    refusal: retrySeconds => ({
      message: 'Too many requests. Please try again later.',
      fields: { retry_after: retrySeconds, limit: `${points} requests per ${period}` },
    }),
  }
}

function only(method: Route['method'], path: string) {
  return (route: Route) => route.method === method && route.paths[0] === `${IPAM_PATH}${path}`
}

/** What is public is asked by all who stand behind one address. */
function isQuery({ method, permission }: Route): boolean {
  return method === 'GET' && permission !== 'open'
}
