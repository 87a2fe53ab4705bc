// What there is to see of a network or an allocation at a moment: what its alerts are made of (docs/decisions/0053).
import { formatCidr } from '../address/cidr-text.js'
import { utilizationOf } from '../address-space/utilization.js'
import type { Alert, AlertSeverity } from '../alerts/nouns.js'
import { claimText } from '../changes/images.js'
import type { Allocation, Network } from '../entities.js'
import { DEFAULT_VRF_ID } from './cluster.js'
import type { CommandContext } from './command-context.js'

/** Reason for an alert as things are. */
export type Sight = Pick<
  Alert,
  'kind' | 'severity' | 'networkId' | 'allocationId' | 'subject' | 'figure'
>

const DAY_MS = 86_400_000
/** A lease that is no longer than this as a whole is never said to end. */
const SHORT_LEASE_MS = 7 * DAY_MS
/** How long before its end a lease comes within sight. */
export const ENDS_SOON_MS = 7 * DAY_MS
const ENDS_AT_ONCE_MS = DAY_MS

/** From the least to the most. */
const severities: readonly AlertSeverity[] = ['low', 'medium', 'high', 'critical']

/** A network's alert is over below it, hundredths of a percent. */
const OVER_BELOW = 7500

/** Severities of a network's utilization in hundredths of a percent, the fullest first. */
const utilizationLevels: readonly (readonly [from: number, severity: AlertSeverity])[] = [
  [9500, 'critical'],
  [9000, 'high'],
  [8000, 'medium'],
]

/** None of a network that is not there, or of another VRF than the default one. @param open alerts about it */
export function sightsOfNetwork(
  context: CommandContext,
  networkId: number,
  open: readonly Alert[],
): Sight[] {
  const node = context.space.node(networkId)
  const alert = open.find(({ kind }) => kind === 'utilization') ?? null
  return node === null ? [] : sightsOfUse(node.network, utilizationOf(node), alert)
}

/**
 * @param figure its utilization, hundredths of a percent. @param open the alert that says so: it becomes no milder while it is open,
 * and is not over before the network is well below the first level, or one that hovers at a level would mail all day
 */
export function sightsOfUse(network: Network, figure: number, open: Alert | null): Sight[] {
  if (network.vrfId !== DEFAULT_VRF_ID) return []
  const level = utilizationLevels.find(([from]) => figure >= from)?.[1] ?? null
  const standing = figure >= OVER_BELOW ? (open?.severity ?? null) : null
  const severity = level === null || isWorse(standing, level) ? standing : level
  if (severity === null) return []
  const about = { networkId: network.id, allocationId: null, subject: formatCidr(network) }
  return [{ kind: 'utilization', severity, ...about, figure }]
}

/** @param one null: there is none */
export function isWorse(one: AlertSeverity | null, other: AlertSeverity): boolean {
  return one !== null && severities.indexOf(one) > severities.indexOf(other)
}

/** At most one of each kind; none of a claim that is over, or whose network was deleted. */
export function sightsOfAllocation(context: CommandContext, allocationId: number): Sight[] {
  const claim = context.rows.allocation(allocationId)
  if (claim === null || context.space.node(claim.networkId) === null) return []
  return sightsOfClaim(claim, context.timeMs)
}

/** At most one of each kind; none of a claim that is over. */
export function sightsOfClaim(claim: Allocation, timeMs: number): Sight[] {
  if (claim.status !== 'allocated' || claim.vrfId !== DEFAULT_VRF_ID) return []
  return [...expiryOf(claim, timeMs), ...conflictOf(claim)]
}

/**
 * Whether the alert says what there is to see. A claim may have moved to another network since. How full a network is moves with
 * every allocation, and anybody can ask it: the alert keeps what it was when it came to its severity.
 */
export function shows(alert: Alert, sight: Sight): boolean {
  return (
    alert.severity === sight.severity &&
    (alert.figure === sight.figure || sight.kind === 'utilization') &&
    alert.networkId === sight.networkId &&
    alert.subject === sight.subject
  )
}

function expiryOf(claim: Allocation, timeMs: number): Sight[] {
  const { expiresMs, allocatedMs } = claim
  if (expiresMs === null || expiresMs - allocatedMs <= SHORT_LEASE_MS) return []
  const leftMs = expiresMs - timeMs
  if (leftMs > ENDS_SOON_MS) return []
  const severity = leftMs > ENDS_AT_ONCE_MS ? 'medium' : 'high'
  return [{ kind: 'expiry', severity, ...aboutClaim(claim), figure: expiresMs }]
}

function conflictOf(claim: Allocation): Sight[] {
  const former = claim.details?.formerMacs.length ?? 0
  if (former === 0) return []
  return [{ kind: 'conflict', severity: 'high', ...aboutClaim(claim), figure: former + 1 }]
}

function aboutClaim(claim: Allocation): Pick<Sight, 'networkId' | 'allocationId' | 'subject'> {
  return { networkId: claim.networkId, allocationId: claim.id, subject: claimText(claim) }
}
