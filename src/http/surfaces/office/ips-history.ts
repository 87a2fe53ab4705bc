// What became of an address, line by line, in document 004's words.
import type { Change, ChangeAction, Image } from '../../../ledger/index.js'
import { timestamp, wholeSeconds } from '../../timestamps.js'
import { changeId } from './change-id.js'

/** Of what covers an address; other actions are of other things. */
const words: { readonly [Action in ChangeAction]?: string } = {
  'allocation.created': 'allocate',
  'allocation.updated': 'update',
  'allocation.renewed': 'renew',
  'allocation.moved': 'move',
  'allocation.released': 'release',
  'allocation.expired': 'expire',
  'allocation.hold-ended': 'free',
  'reservation.created': 'reserve',
  'reservation.moved': 'move',
  'reservation.expired': 'expire',
  'reservation.converted': 'convert',
  'reservation.cancelled': 'release',
}

/** The document's names of what history keeps; what is not here it has no name for. */
const names: { readonly [field: string]: string } = {
  ip: 'ip_address',
  end_ip: 'end_ip_address',
  network_id: 'subnet_id',
  status: 'status',
  mac_address: 'mac_address',
  former_macs: 'former_mac_addresses',
  hostname: 'hostname',
  device_type: 'device_type',
  location: 'location',
  owner: 'assigned_to',
  description: 'description',
  tags: 'tags',
  custom_fields: 'custom_fields',
  allocated_at: 'allocated_at',
  allocated_by: 'allocated_by',
  release_reason: 'release_reason',
  reason: 'reason',
  holder: 'reserved_by',
  cancel_reason: 'release_reason',
}

/** Times that history keeps to the millisecond. */
const times: ReadonlySet<string> = new Set(['allocated_at', 'expires_at'])

type Values = { readonly [field: string]: Image[string] }

export function presentHistory(change: Change) {
  const [before, after] = [valuesOf(change, change.before), valuesOf(change, change.after)]
  return {
    id: changeId(change),
    action: words[change.action] ?? change.action,
    old_values: differing(before, after),
    new_values: differing(after, before),
    user_id: change.origin.userId ?? null,
    user_name: change.origin.actor,
    created_at: timestamp(change.timeMs),
  }
}

/** An image under the document's names; what it says nothing of is left out. */
export function valuesOf({ entity }: Pick<Change, 'entity'>, image: Image | null): Values {
  if (image === null) return {}
  const ends = entity === 'reservation' ? 'reserved_until' : 'expires_at'
  const values: { [field: string]: Image[string] } = {}
  for (const [field, value] of Object.entries(image)) {
    const name = field === 'expires_at' ? ends : names[field]
    if (name === undefined || isNothing(value)) continue
    if (field === 'status') values[name] = statusOf(image)
    else values[name] = times.has(field) ? wholeSeconds(String(value)) : value
  }
  return values
}

function statusOf({ status, held_until, former_macs }: Image): string {
  switch (status) {
    case 'active':
      return 'reserved'
    case 'converted':
      return 'allocated'
    case 'allocated':
      return Array.isArray(former_macs) && former_macs.length > 0 ? 'conflict' : 'allocated'
    default:
      return typeof held_until === 'string' ? 'reserved' : 'available'
  }
}

function isNothing(value: Image[string] | undefined): boolean {
  if (value === null || value === undefined) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** What one has and the other has otherwise or not at all; of a beginning all of it. */
function differing(one: Values, other: Values): Values {
  return Object.fromEntries(
    Object.entries(one).filter(
      ([name, value]) => JSON.stringify(other[name]) !== JSON.stringify(value),
    ),
  )
}
