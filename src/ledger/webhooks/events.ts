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

/** The events that a Change is, the mildest first; none: it is none. A webhook is told one of them (`eventHeard`). */
export function webhookEventsOf(change: Change): readonly ToldEvent[] {
  switch (change.entity) {
    case 'network':
      return regionEventsOf(change)
    case 'allocation':
      return hostEventsOf(change)
    case 'alert':
      return capacityEventsOf(change)
    default:
      return []
  }
}

/** What a webhook that hears of `heard` is told; null: nothing. */
export function eventHeard(
  events: readonly ToldEvent[],
  heard: readonly WebhookEvent[],
): ToldEvent | null {
  return events.filter(({ event }) => heard.includes(event)).at(-1) ?? null
}

function regionEventsOf({ action, entityId, before, after }: Change): ToldEvent[] {
  if (!regionActions.has(action)) return []
  const [was, is] = [regionOf(entityId, before), regionOf(entityId, after)]
  if (is !== null) return [{ event: was === null ? 'region.created' : 'region.updated', data: is }]
  return was === null ? [] : [{ event: 'region.retired', data: was }]
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

function hostEventsOf({ action, entityId, regionId, after }: Change): ToldEvent[] {
  const event = hostEvents[action]
  if (event === undefined || regionId === undefined || after === null) return []
  const hostname = typeof after.hostname === 'string' ? after.hostname : null
  const data = {
    kind: 'host',
    id: entityId,
    regionId,
    hostname,
    ipAddress: String(after.ip),
  } as const
  return [{ event, data }]
}

/** A region that was below both thresholds and comes to be critical has crossed both: whoever hears of warnings alone is warned. */
function capacityEventsOf({ action, regionId, before, after }: Change): ToldEvent[] {
  if (action !== 'alert.raised' && action !== 'alert.changed') return []
  if (regionId === undefined || after === null) return []
  const severity = severities.find(name => name === after.severity)
  if (severity === undefined || levelOf(before) >= levelOf(after)) return []
  const cidr = String(after.subject)
  const utilization = Math.floor((Number(after.figure) + 5) / 10) / 10
  const message = `Region ${cidr} is at ${utilization}% capacity`
  const about = { regionId, cidr, x: xOf(cidr), utilization, severity, message }
  const data: ToldCapacity = { kind: 'capacity', ...about }
  const warned: ToldEvent = { event: 'capacity.warning', data }
  if (severity !== 'critical') return [warned]
  const critical: ToldEvent = { event: 'capacity.critical', data }
  return levelOf(before) === -1 ? [warned, critical] : [critical]
}

/** -1: nothing to tell. */
function levelOf(image: Image | null): number {
  return severities.indexOf(image?.severity as ToldCapacity['severity'])
}

/** @param cidr 10.X.Y.0/24 */
function xOf(cidr: string): number {
  return Number(cidr.split('.')[1])
}
