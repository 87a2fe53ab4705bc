// Which Changes are events of webhooks, and what an event says: a projection of the Change alone, so that whoever tells of it again
// says the same (document 001, 10).
import type { Change, ChangeAction, Image } from '../entities.js'
import type { WebhookEvent } from './nouns.js'

export type ToldRegion = {
  readonly kind: 'region'
  /** Id of its network. */
  readonly id: number
  readonly name: string
  readonly cidr: string
  /** Of 10.X.Y.0/24: what its country follows from. */
  readonly x: number
  readonly status: string
}
export type ToldHost = {
  readonly kind: 'host'
  /** Id of the allocation. */
  readonly id: number
  /** Id of its region's network. */
  readonly regionId: number
  readonly hostname: string | null
  /** The first one of a run. */
  readonly ipAddress: string
}
export type ToldCapacity = {
  readonly kind: 'capacity'
  /** Id of the region's network. */
  readonly regionId: number
  readonly cidr: string
  readonly x: number
  /** In percent, with one decimal, half up. */
  readonly utilization: number
  readonly severity: 'medium' | 'high' | 'critical'
  readonly message: string
}

export type ToldEvent =
  | {
      readonly event: 'region.created' | 'region.updated' | 'region.retired'
      /** As it is from then on; of a retired one, as it was. */
      readonly data: ToldRegion
    }
  | {
      readonly event: 'host.allocated' | 'host.updated' | 'host.released'
      readonly data: ToldHost
    }
  | {
      readonly event: 'capacity.warning' | 'capacity.critical'
      readonly data: ToldCapacity
    }

const regionActions: ReadonlySet<ChangeAction> = new Set<ChangeAction>([
  'network.created',
  'network.updated',
  'network.deleted',
])

const hostEvents: Partial<
  Record<ChangeAction, Extract<WebhookEvent, `host.${string}`> | undefined>
> = {
  'allocation.created': 'host.allocated',
  'allocation.updated': 'host.updated',
  'allocation.renewed': 'host.updated',
  'allocation.released': 'host.released',
  'allocation.expired': 'host.released',
}

/** From the mildest on; what is milder than medium is told to nobody. */
const severities = ['medium', 'high', 'critical'] as const

/** null: it is none. At most one event comes of a Change. */
export function webhookEventOf(change: Change): ToldEvent | null {
  switch (change.entity) {
    case 'network':
      return regionEventOf(change)
    case 'allocation':
      return hostEventOf(change)
    case 'alert':
      return capacityEventOf(change)
    default:
      return null
  }
}

function regionEventOf({ action, entityId, before, after }: Change): ToldEvent | null {
  if (!regionActions.has(action)) return null
  const [was, is] = [regionOf(entityId, before), regionOf(entityId, after)]
  if (is !== null) return { event: was === null ? 'region.created' : 'region.updated', data: is }
  return was === null ? null : { event: 'region.retired', data: was }
}

/** null: no network, or one without the facet. */
function regionOf(id: number, image: Image | null): ToldRegion | null {
  if (image === null || image.region_name === undefined) return null
  const { region_name: name, cidr, region_status: status } = image
  return {
    kind: 'region',
    id,
    name: String(name),
    cidr: String(cidr),
    x: xOf(String(cidr)),
    status: String(status),
  }
}

function hostEventOf({ action, entityId, regionId, after }: Change): ToldEvent | null {
  const event = hostEvents[action]
  if (event === undefined || regionId === undefined || after === null) return null
  const hostname = typeof after.hostname === 'string' ? after.hostname : null
  const data = {
    kind: 'host',
    id: entityId,
    regionId,
    hostname,
    ipAddress: String(after.ip),
  } as const
  return { event, data }
}

function capacityEventOf({ action, regionId, before, after }: Change): ToldEvent | null {
  if (action !== 'alert.raised' && action !== 'alert.changed') return null
  if (regionId === undefined || after === null) return null
  const severity = severities.find(name => name === after.severity)
  if (severity === undefined || levelOf(before) >= levelOf(after)) return null
  const cidr = String(after.subject)
  const utilization = Math.floor((Number(after.figure) + 5) / 10) / 10
  return {
    event: severity === 'critical' ? 'capacity.critical' : 'capacity.warning',
    data: {
      kind: 'capacity',
      regionId,
      cidr,
      x: xOf(cidr),
      utilization,
      severity,
      message: `Region ${cidr} is at ${utilization}% capacity`,
    },
  }
}

/** -1: nothing to tell. */
function levelOf(image: Image | null): number {
  return severities.indexOf(image?.severity as ToldCapacity['severity'])
}

/** @param cidr 10.X.Y.0/24 */
function xOf(cidr: string): number {
  return Number(cidr.split('.')[1])
}
