// Changes in the words of document 002: what its audit log and watch show, and what they call it.
import type { Change, ChangeAction, Image } from '../../../ledger/index.js'
import type { ChangeRow } from '../../../store/index.js'
import { spell, spellNumber } from '../../ids.js'
import { timestamp, wholeSeconds } from '../../timestamps.js'

/** null: not for this surface (LEDGER.md, What strangers see). */
const actions: { readonly [Action in ChangeAction]: string | null } = {
  'cluster.created': 'cluster_created',
  'cluster.restored': 'cluster_restored',
  'cluster.recovered': 'cluster_recovered',
  'effects.switched': 'effects_switched',
  'member.added': 'member_added',
  'member.changed': 'member_changed',
  'member.leaving': 'member_leaving',
  'member.removed': 'member_removed',
  'vrf.created': 'vrf_created',
  'vrf.updated': 'vrf_updated',
  'vrf.deleted': 'vrf_deleted',
  'network.created': 'network_created',
  'network.updated': 'network_updated',
  'network.deleted': 'network_deleted',
  'pool.created': 'pool_created',
  'pool.updated': 'pool_updated',
  'pool.deleted': 'pool_deleted',
  'number-pool.created': 'number_pool_created',
  'number-pool.updated': 'number_pool_updated',
  'number-pool.deleted': 'number_pool_deleted',
  'number.allocated': 'number_allocated',
  'number.released': 'number_released',
  'allocation.created': 'ip_allocated',
  'allocation.updated': 'ip_updated',
  'allocation.renewed': 'ip_renewed',
  'allocation.moved': 'ip_moved',
  'allocation.released': 'ip_released',
  'allocation.expired': 'ip_expired',
  'allocation.hold-ended': 'ip_hold_ended',
  'user.created': null,
  'user.updated': null,
  'user.password-changed': null,
  'user.deleted': null,
  'user.logged-in': null,
  'user.login-failed': null,
  'api-token.created': null,
  'api-token.revoked': null,
  'signing-key.rotated': null,
  'tag.created': null,
  'tag.updated': null,
  'tag.deleted': null,
  'custom-field.created': null,
  'custom-field.updated': null,
  'custom-field.deleted': null,
  'settings.updated': null,
  'reservation.created': 'reservation_created',
  'reservation.moved': 'reservation_moved',
  'reservation.expired': 'reservation_expired',
  'reservation.converted': 'reservation_converted',
  'reservation.cancelled': 'reservation_cancelled',
  'reservation.dismissed': 'reservation_dismissed',
  'country.created': null,
  'country.updated': null,
  'country.deleted': null,
  'comment.created': null,
  'share.created': null,
  'share.revoked': null,
  'preferences.updated': null,
  'filter.created': null,
  'filter.deleted': null,
  'notification.created': null,
  'notification.updated': null,
  'notification.deleted': null,
  'rule.created': null,
  'rule.updated': null,
  'rule.deleted': null,
  'webhook.created': null,
  'webhook.updated': null,
  'webhook.disabled': null,
  'webhook.deleted': null,
  'job.created': null,
  'job.completed': null,
  'alert.raised': null,
  'alert.changed': null,
  'alert.resolved': null,
  'history.pruned': null,
}

const timeFields: ReadonlySet<string> = new Set([
  'created_at',
  'pool_created_at',
  'updated_at',
  'allocated_at',
  'expires_at',
  'released_at',
  'held_until',
  'ended_at',
])

export function auditEntry(change: Change): string | null {
  const action = actions[change.action]
  if (action === null) return null
  return JSON.stringify({
    timestamp: timestamp(change.timeMs),
    action,
    resource: resourceOf(change),
    details: detailsOf(change),
    user: change.origin.actor,
    revision: change.revision,
    n: change.n,
  })
}

/** @returns the action's name and the event as JSON text; null when this surface does not show it. */
export function watchEvent(change: ChangeRow): { action: string; json: string } | null {
  const action = actions[change.action]
  if (action === null) return null
  const json = JSON.stringify({
    revision: change.revision,
    n: change.n,
    time: timestamp(change.timeMs),
    action,
    resource: resourceOf(change),
    before: presentImage(change, change.before),
    after: presentImage(change, change.after),
    user: change.origin.actor,
  })
  return { action, json }
}

function resourceOf({ entity, entityId }: Change): string {
  switch (entity) {
    case 'cluster':
      return 'cluster'
    case 'number-pool':
      return String(spell.pool('number', entityId))
    case 'number':
      return spellNumber(entityId)
    case 'user':
    case 'api-token':
    case 'tag':
    case 'custom-field':
    case 'settings':
    case 'reservation':
    case 'alert':
    case 'country':
    case 'comment':
    case 'share':
    case 'preferences':
    case 'filter':
    case 'notification':
    case 'rule':
    case 'webhook':
    case 'job':
      return `${entity}-${entityId}`
    default:
      return spell[entity](entityId)
  }
}

/** Images are kept under this surface's field names but one; ids and times are spelled otherwise. */
function presentImage(change: Change, image: Image | null): object | null {
  if (image === null) return null
  const presented = Object.entries(image).map(([field, value]) => [
    field === 'owner' ? 'allocated_to' : field,
    presentField(change, field, value),
  ])
  return Object.fromEntries(presented)
}

function presentField(change: Change, field: string, value: Image[string]): Image[string] {
  if (typeof value === 'number') {
    if (field === 'id') return resourceOf(change)
    if (field === 'network_id') return spell.network(value)
    if (field === 'allocation_id') return spell.allocation(value)
    if (field === 'vrf_id') return spell.vrf(value)
    if (field === 'pool_id') return spell.pool(change.entity === 'network' ? 'ip' : 'number', value)
  }
  return typeof value === 'string' && timeFields.has(field) ? wholeSeconds(value) : value
}

function detailsOf(change: Change): string {
  const image = change.after ?? change.before ?? {}
  switch (change.action) {
    case 'cluster.created':
      return `Created cluster ${image.cluster_id}`
    case 'cluster.restored':
      return `Restored cluster ${image.cluster_id} from a backup`
    case 'cluster.recovered':
      return `Recovered cluster ${image.cluster_id} from one node`
    case 'effects.switched':
      return `Switched effects ${image.effects}`
    case 'member.added':
      return `Added node ${image.node_id} at ${image.addr}`
    case 'member.changed':
      return `Node ${image.node_id} is at ${image.addr}`
    case 'member.leaving':
      return `Node ${image.node_id} is to leave`
    case 'member.removed':
      return `Removed node ${image.node_id}`
    case 'vrf.created':
      return `Created VRF ${image.name}`
    case 'vrf.updated':
      return `Updated VRF ${image.name}`
    case 'vrf.deleted':
      return `Deleted VRF ${image.name}`
    case 'network.created':
      return `Created network ${image.cidr}`
    case 'network.updated':
      return `Updated network ${image.cidr}`
    case 'network.deleted':
      return `Deleted network ${image.cidr}`
    case 'pool.created':
      return `Created pool ${image.pool_name} of ${image.cidr}`
    case 'pool.updated':
      return `Updated pool ${image.pool_name} of ${image.cidr}`
    case 'pool.deleted':
      return `Deleted pool ${change.before?.pool_name} of ${image.cidr}`
    case 'number-pool.created':
      return `Created number pool ${image.name}`
    case 'number-pool.updated':
      return `Updated number pool ${image.name}`
    case 'number-pool.deleted':
      return `Deleted number pool ${image.name}`
    case 'number.allocated':
      return `Allocated ${image.value} of ${image.pool_name}${image.owner ? ` to ${image.owner}` : ''}`
    case 'number.released':
      return `Released ${image.value} of ${image.pool_name}${image.owner ? ` from ${image.owner}` : ''}`
    case 'allocation.created':
      return `Allocated ${claimOf(image)}${image.hostname ? ` to ${image.hostname}` : ''}`
    case 'allocation.updated':
      return `Updated ${claimOf(image)}`
    case 'allocation.renewed':
      return `Renewed ${claimOf(image)}${typeof image.expires_at === 'string' ? ` until ${wholeSeconds(image.expires_at)}` : ' for good'}`
    case 'allocation.moved':
      return `Moved ${claimOf(image)} to network ${spell.network(Number(image.network_id))}`
    case 'allocation.released':
      return `Released ${claimOf(image)}${image.hostname ? ` from ${image.hostname}` : ''}`
    case 'allocation.expired':
      return `Expired ${claimOf(image)}${image.hostname ? ` of ${image.hostname}` : ''}`
    case 'allocation.hold-ended':
      return `Freed ${claimOf(image)}, which had been kept back`
    case 'reservation.created':
      return `Reserved ${reservedOf(image)} for ${image.holder}`
    case 'reservation.moved':
      return `Moved the reservation of ${reservedOf(image)} to network ${spell.network(Number(image.network_id))}`
    case 'reservation.expired':
      return `The reservation of ${reservedOf(image)} for ${image.holder} expired`
    case 'reservation.converted':
      return `${image.made_network_id === undefined ? 'Allocated' : 'Made a region of'} ${reservedOf(image)}, which was reserved for ${image.holder}`
    case 'reservation.cancelled':
      return `Cancelled the reservation of ${reservedOf(image)} for ${image.holder}`
    case 'reservation.dismissed':
      return `Hid the ${image.status} reservation of ${reservedOf(image)} for ${image.holder}`
    case 'user.created':
    case 'user.updated':
    case 'user.password-changed':
    case 'user.deleted':
    case 'user.logged-in':
    case 'user.login-failed':
    case 'api-token.created':
    case 'api-token.revoked':
    case 'signing-key.rotated':
    case 'tag.created':
    case 'tag.updated':
    case 'tag.deleted':
    case 'custom-field.created':
    case 'custom-field.updated':
    case 'custom-field.deleted':
    case 'settings.updated':
    case 'country.created':
    case 'country.updated':
    case 'country.deleted':
    case 'comment.created':
    case 'share.created':
    case 'share.revoked':
    case 'preferences.updated':
    case 'filter.created':
    case 'filter.deleted':
    case 'notification.created':
    case 'notification.updated':
    case 'notification.deleted':
    case 'rule.created':
    case 'rule.updated':
    case 'rule.deleted':
    case 'webhook.created':
    case 'webhook.updated':
    case 'webhook.disabled':
    case 'webhook.deleted':
    case 'job.created':
    case 'job.completed':
    case 'alert.raised':
    case 'alert.changed':
    case 'alert.resolved':
    case 'history.pruned':
      return ''
  }
}

/** An address, or a CIDR. */
function reservedOf(image: Image): string {
  return String(image.cidr ?? image.ip)
}

/** 10.0.0.5, 10.0.0.5-10.0.0.9 or 10.0.0.64/26. */
function claimOf(image: Image): string {
  if (typeof image.allocated_cidr === 'string') return image.allocated_cidr
  return typeof image.end_ip === 'string' ? `${image.ip}-${image.end_ip}` : String(image.ip)
}
