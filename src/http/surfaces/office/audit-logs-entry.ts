// A line of history as document 004's audit log shows it: who did what from where, and what it was before and after.
import type { Change, Image } from '../../../ledger/index.js'
import { timestamp, wholeSeconds } from '../../timestamps.js'
import { auditActions, auditEntities } from './audit-logs-words.js'
import { changeId } from './change-id.js'

/** The document's names, where it has others than history. */
const names: { readonly [field: string]: string } = {
  cidr: 'network',
  ip: 'ip_address',
  end_ip: 'end_ip_address',
  network_id: 'subnet_id',
  owner: 'assigned_to',
  former_macs: 'former_mac_addresses',
  holder: 'reserved_by',
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

export function presentAuditEntry(change: Change) {
  const { origin } = change
  return {
    id: changeId(change),
    user_id: origin.userId ?? null,
    user_name: origin.actor,
    action: auditActions[change.action],
    entity_type: auditEntities[change.entity],
    entity_id: entityIdOf(change),
    old_values: presentImage(change.before),
    new_values: presentImage(change.after),
    ip_address: origin.clientAddress,
    user_agent: origin.userAgent,
    created_at: timestamp(change.timeMs),
  }
}

/** A reservation is known by its uid (CONTRACT.md D-17). */
function entityIdOf({ entity, entityId, before, after }: Change): number | string {
  const uid = entity === 'reservation' ? (after ?? before)?.uid : undefined
  return typeof uid === 'string' ? uid : entityId
}

function presentImage(image: Image | null) {
  if (image === null) return null
  const values = Object.entries(image).map(([field, value]) => [
    names[field] ?? field,
    typeof value === 'string' && isTime(field, value) ? wholeSeconds(value) : value,
  ])
  return Object.fromEntries(values)
}

/** What somebody typed stays as it was typed. */
function isTime(field: string, value: string): boolean {
  return /(?:_at|_until|_login)$/.test(field) && TIME.test(value)
}
