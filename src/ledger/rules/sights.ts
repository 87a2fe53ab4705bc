// What there is to see of a network or an allocation at a moment: what its alerts are made of (docs/decisions/0053).
import { formatCidr } from '../address/cidr-text.js'
import { utilizationOf } from '../address-space/utilization.js'
import type { Alert, AlertSeverity } from '../alerts/nouns.js'
import { claimText } from '../changes/images.js'
import type { Allocation } from '../entities.js'
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
const ENDS_SOON_MS = 7 * DAY_MS
const ENDS_AT_ONCE_MS = DAY_MS

/** Severities of a network's utilization in hundredths of a percent, the fullest first. */
const utilizationLevels: readonly (readonly [from: number, severity: AlertSeverity])[] = [
  [9500, 'critical'],
  [9000, 'high'],
  [8000, 'medium'],
]

/** None of a network that is not there, or of another VRF than the default one. */
export function sightsOfNetwork(context: CommandContext, networkId: number): Sight[] {
  const node = context.space.node(networkId)
  if (node === null || node.network.vrfId !== DEFAULT_VRF_ID) return []
  const figure = utilizationOf(node)
  const level = utilizationLevels.find(([from]) => figure >= from)
  if (level === undefined) return []
  const subject = formatCidr(node.network)
  const about = { networkId, allocationId: null, subject }
  return [{ kind: 'utilization', severity: level[1], ...about, figure }]
}

/** At most one of each kind; none of a claim that is over, or whose network was deleted. */
export function sightsOfAllocation(context: CommandContext, allocationId: number): Sight[] {
  const claim = context.rows.allocation(allocationId)
  if (claim === null || claim.status !== 'allocated' || claim.vrfId !== DEFAULT_VRF_ID) return []
  if (context.space.node(claim.networkId) === null) return []
  return [...expiryOf(claim, context.timeMs), ...conflictOf(claim)]
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
