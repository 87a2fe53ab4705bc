// Alerts: raised where the leader says to look, worse and better again at their levels, mailed, resolved and forgotten (command version 5).
import type { AlertSeverity, Command } from '../../../src/ledger/index.js'
import { subnet, updateSubnet } from '../../ledger/office.js'
import { allocate, deleteNetwork, expire, network, release } from '../../ledger/world.js'
import type { GoldenScript } from '../golden-script.js'
import { told, update } from './allocations.js'
import { settings } from './catalogue.js'
import type { Cast } from './identities.js'
import { SINCE } from './subnets.js'

const DAY_MS = 86_400_000

function review(
  networkIds: readonly number[],
  allocationIds: readonly number[] = [],
  forgetBeforeMs = 0,
): Command {
  return { type: 'alerts.review', networkIds, allocationIds, forgetBeforeMs }
}

function mailed(id: number, number: number): Command {
  return { type: 'alert.mailed', id, number }
}

export function alerts(script: GoldenScript, cast: Cast): void {
  utilization(script, cast)
  otherNetworks(script)
  leases(script)
  conflicts(script)
  mails(script)
  const networkIds = Array.from({ length: 401 }, (_, at) => at + 1)
  script.refused('too-many-rows', review(networkIds))
  script.does(review(networkIds.slice(1, 300), networkIds.slice(300)))
  script.wait(30 * DAY_MS)
  script.does(review([], [], script.timeMs - 40 * DAY_MS))
  script.does(review([], [], script.timeMs))
  script.does(review([9999], [9999]))
}

/** Looks at the network, and at what there is to see. */
function sees(script: GoldenScript, networkId: number, severity: AlertSeverity | null): void {
  script.does(review([networkId]))
  expect(script.openAlert({ networkId })?.severity ?? null, severity, script)
}

function seesOf(script: GoldenScript, allocationId: number, severity: AlertSeverity | null): void {
  script.does(review([], [allocationId]))
  expect(script.openAlert({ allocationId })?.severity ?? null, severity, script)
}

function expect(found: unknown, wanted: unknown, { entries }: GoldenScript): void {
  if (found !== wanted) throw new Error(`Entry ${entries.length}: ${found}, and not ${wanted}.`)
}

/** In a network with twenty addresses of its own, one of which is its gateway: every level is met exactly. */
function utilization(script: GoldenScript, { admin }: Cast): void {
  const gateway = '10.50.0.30'
  const id = script.made(subnet('10.50.0.0/27', { gateway, customFields: SINCE }))
  script.does(network('10.50.0.8/29'))
  script.does(network('10.50.0.16/31'))
  const claims: number[] = []
  const fill = (allocated: number) => {
    while (claims.length + 1 < allocated) claims.push(script.made(allocate(id)))
    while (claims.length + 1 > allocated) script.does(release(claims.pop() ?? 0))
  }
  const levels: readonly (readonly [allocated: number, seen: AlertSeverity | null])[] = [
    [15, null],
    [16, 'medium'],
    [17, 'medium'],
    [15, 'medium'],
    [18, 'high'],
    [16, 'high'],
    [19, 'critical'],
    [20, 'critical'],
    [18, 'critical'],
    [15, 'critical'],
    [14, null],
    [15, null],
  ]
  for (const [allocated, severity] of levels) {
    fill(allocated)
    sees(script, id, severity)
  }
  script.does(settings({ alertEmail: 'noc@example.net' }), script.signedIn(admin, 'admin'))
  fill(19)
  sees(script, id, 'critical')
  sees(script, id, 'critical')
  script.does(updateSubnet(id, { gateway: null }))
  sees(script, id, 'critical')
}

function otherNetworks(script: GoldenScript): void {
  const large = script.made(network('10.55.0.0/24'))
  script.does(allocate(large, { count: 190 }))
  const rest = script.made(allocate(large, { count: 14 }))
  sees(script, large, 'medium')
  script.does(release(rest))
  // At 74.8 %, just below where it is over.
  sees(script, large, null)
  const other = script.made({ ...network('10.51.0.0/31', { vrf: 'lab' }) })
  script.does(allocate(other, { count: 2 }))
  sees(script, other, null)
  const six = script.made(network('2001:db8:50::/124'))
  script.does(allocate(six, { count: 12 }))
  sees(script, six, 'medium')
  script.does(network('2001:db8:50::e/127'))
  sees(script, six, 'high')
  const gone = script.made(network('10.51.0.0/30'))
  const claims = [script.made(allocate(gone)), script.made(allocate(gone))]
  sees(script, gone, 'critical')
  for (const claim of claims) script.does(release(claim))
  script.does(deleteNetwork(gone))
  sees(script, gone, null)
}

function leases(script: GoldenScript): void {
  const id = script.made(network('10.52.0.0/24'))
  const lease = (days: number, ms = 0) =>
    script.made(allocate(id, { count: 1 }, { ttlMs: days * DAY_MS + ms }))
  const short = lease(7)
  seesOf(script, short, null)
  const endsMs = script.timeMs + 10 * DAY_MS
  const long = lease(10)
  seesOf(script, long, null)
  const barely = lease(7, 1)
  script.wait(60_000)
  script.does(review([], [short, long, barely]))
  script.until(endsMs - 7 * DAY_MS - 1)
  seesOf(script, long, null)
  script.until(endsMs - 7 * DAY_MS)
  seesOf(script, long, 'medium')
  script.until(endsMs - DAY_MS - 1)
  seesOf(script, long, 'medium')
  script.until(endsMs - DAY_MS)
  seesOf(script, long, 'high')
  script.does({ type: 'allocation.renew', id: long, ifRevision: null, ttlMs: 3 * DAY_MS })
  seesOf(script, long, 'medium')
  script.does({ type: 'allocation.renew', id: long, ifRevision: null, ttlMs: 30 * DAY_MS })
  seesOf(script, long, null)
  script.does({ type: 'allocation.renew', id: long, ifRevision: null, ttlMs: 2 * DAY_MS })
  seesOf(script, long, 'medium')
  // A network around it: the alert follows.
  script.does(network('10.52.0.0/29'))
  seesOf(script, long, 'medium')
  script.wait(2 * DAY_MS)
  script.does(expire())
  script.does(review([], [short, long, barely]))
}

function conflicts(script: GoldenScript): void {
  const id = script.made(network('10.53.0.0/24'))
  const one = script.made(told(id, { mac: '02:00:00:00:53:01' }))
  seesOf(script, one, null)
  script.does(update(one, { mac: '02:00:00:00:53:02' }))
  seesOf(script, one, 'high')
  script.does(update(one, { mac: '02:00:00:00:53:03' }))
  seesOf(script, one, 'high')
  script.does(update(one, { mac: '02:00:00:00:53:03' }))
  seesOf(script, one, null)
  const run = script.made(told(id, { mac: '02:00:00:00:53:04' }, { count: 3 }, 8 * DAY_MS))
  script.does(update(run, { mac: '02:00:00:00:53:05' }))
  script.wait(2 * DAY_MS)
  seesOf(script, run, 'medium')
  script.does({ ...release(run), reason: 'two devices' })
  seesOf(script, run, null)
}

function mails(script: GoldenScript): void {
  const id = script.made(network('10.54.0.0/28'))
  script.does(allocate(id, { count: 12 }))
  sees(script, id, 'medium')
  const alert = script.openAlert({ networkId: id })?.id ?? 0
  for (const number of [0, 2]) script.refused('invalid', mailed(alert, number))
  script.does(mailed(alert, 1))
  script.does(mailed(alert, 1))
  script.does(allocate(id))
  sees(script, id, 'high')
  script.does(allocate(id))
  sees(script, id, 'critical')
  script.does(mailed(alert, 3))
  script.does(mailed(alert, 2))
  script.does(mailed(9999, 1))
}
