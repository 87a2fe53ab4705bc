// The inventory: whatever has addresses, one entry each, network after network in the order of addresses.
import {
  formatAddress,
  formatCidr,
  lastAddress,
  type Network,
  rangeSize,
  usableRange,
} from '../../../ledger/index.js'
import { type Occupant, type Reads, rangeOfOccupant } from '../../../store/index.js'
import type { Call } from '../../call.js'
import { timestamp } from '../../timestamps.js'
import { subnetsOf } from './reports-figures.js'
import type { InventoryStatus } from './reports-schemas.js'
import type { Turns } from './reports-turns.js'

/** Read in one go: half a millisecond. */
const ROWS_AT_ONCE = 64
/** Between two looks at the clock, where there is nothing to show. */
const SUBNETS_UNWATCHED = 64

export type InventoryAsked = {
  readonly subnetId: number | null
  readonly status: InventoryStatus | null
}

export type Entry = ReturnType<typeof presentEntry>
/** An entry, how a person writes its addresses, and whose they are. */
export type InventoryRow = {
  readonly entry: Entry
  readonly range: string
  readonly network: Network
}

/** In slices. @throws ApiError 404 */
export async function* inventoryRows(
  call: Call,
  asked: InventoryAsked,
  turns: Turns,
): AsyncGenerator<readonly InventoryRow[], void, void> {
  let rows: InventoryRow[] = []
  let visited = 0
  for (const network of subnetsOf(call, asked.subnetId)) {
    for (const occupants of occupantsOf(call, network)) {
      for (const occupant of occupants)
        if (asked.status === null || statusOf(occupant) === asked.status)
          rows.push(rowOf(network, occupant))
      const over = turns.over()
      if (over === null && rows.length < ROWS_AT_ONCE) continue
      yield rows
      rows = []
      if (over !== null) await over
    }
    visited += 1
    const over = visited % SUBNETS_UNWATCHED === 0 ? turns.over() : null
    if (over !== null) await over
  }
  yield rows
}

/** A page at a time, each as the state is then. */
function* occupantsOf(call: Call, network: Network): Generator<readonly Occupant[], void, void> {
  const { reads } = call.app.store
  if (isEmpty(reads, network)) return
  const last = lastAddress(network)
  let first = network.first
  for (;;) {
    const page = reads.occupants(network.id, first, last, ROWS_AT_ONCE)
    yield page
    const end = page.at(-1)
    if (end === undefined || page.length < ROWS_AT_ONCE) return
    first = rangeOfOccupant(end).last + 1n
    if (first > last) return
  }
}

/** Known without a look at rows. Where there are children or a pool, a claim may count nothing and be there. */
function isEmpty(reads: Reads, network: Network): boolean {
  const figures = reads.figures(network.id)
  if (figures === null) return true
  const isPlain = network.pool === null && figures.total === rangeSize(usableRange(network))
  return isPlain && figures.allocated === 0n && figures.reserved === 0n
}

function rowOf(network: Network, occupant: Occupant): InventoryRow {
  return { entry: presentEntry(network, occupant), range: rangeText(network, occupant), network }
}

function presentEntry(network: Network, occupant: Occupant) {
  const { family } = network
  const { first, last } = rangeOfOccupant(occupant)
  return {
    ip_address: formatAddress(family, first),
    end_ip_address: first === last ? null : formatAddress(family, last),
    subnet_id: network.id,
    subnet_network: formatCidr(network),
    status: shownStatus(occupant),
    ...saidOf(network, occupant),
  }
}

const nothing = {
  mac_address: null as string | null,
  hostname: null as string | null,
  device_type: null as string | null,
  location: null as string | null,
  assigned_to: null as string | null,
  description: null as string | null,
  tags: [] as readonly string[],
  custom_fields: {},
  allocated_at: null as string | null,
}

/** What is kept back after its release is nobody's. */
function saidOf(network: Network, occupant: Occupant) {
  switch (occupant.kind) {
    case 'allocation': {
      const { hostname, owner, description, tags, details, allocatedMs } = occupant.allocation
      return {
        mac_address: details?.mac ?? null,
        hostname,
        device_type: details?.deviceType ?? null,
        location: details?.location ?? null,
        assigned_to: owner,
        description,
        tags,
        custom_fields: details?.customFields ?? {},
        allocated_at: timestamp(allocatedMs),
        created_at: timestamp(allocatedMs),
      }
    }
    case 'hold':
      return { ...nothing, created_at: timestamp(occupant.allocation.allocatedMs) }
    case 'reservation': {
      const { holder, reason, createdMs } = occupant.reservation
      const created_at = timestamp(createdMs)
      return { ...nothing, assigned_to: holder, description: reason, created_at }
    }
    case 'gateway':
      return { ...nothing, device_type: 'gateway', created_at: timestamp(network.createdMs) }
  }
}

function statusOf({ kind }: Occupant): InventoryStatus {
  return kind === 'hold' || kind === 'reservation' ? 'reserved' : 'allocated'
}

/** An address under several MACs is a conflict until somebody says which one it is. */
function shownStatus(occupant: Occupant): InventoryStatus | 'conflict' {
  if (occupant.kind !== 'allocation') return statusOf(occupant)
  const former = occupant.allocation.details?.formerMacs ?? []
  return former.length > 0 ? 'conflict' : 'allocated'
}

/** `10.0.0.5`, `10.0.0.5-10.0.0.9` or `10.0.0.64/26`. */
function rangeText({ family }: Network, occupant: Occupant): string {
  const { first, last } = rangeOfOccupant(occupant)
  if (first === last) return formatAddress(family, first)
  const prefixLength = 'allocation' in occupant ? occupant.allocation.prefixLength : null
  return prefixLength === null
    ? `${formatAddress(family, first)}-${formatAddress(family, last)}`
    : formatCidr({ family, first, prefixLength })
}

/** As upstream has them, so that what reads its files reads these. */
export const inventoryColumns = [
  'ip_address',
  'subnet_network',
  'status',
  'mac_address',
  'hostname',
  'device_type',
  'location',
  'assigned_to',
  'description',
  'allocated_at',
  'created_at',
] as const

export function inventoryCells({ entry, range }: InventoryRow): (string | null)[] {
  return inventoryColumns.map(column => (column === 'ip_address' ? range : entry[column]))
}

/** The count comes last: it is known then. */
export async function* inventoryJson(
  slices: AsyncIterable<readonly InventoryRow[]>,
): AsyncGenerator<string, void, void> {
  let count = 0
  for await (const rows of slices) {
    if (rows.length === 0) continue
    const text = rows.map(({ entry }) => JSON.stringify(entry)).join(',')
    yield (count === 0 ? '{"ip_addresses":[' : ',') + text
    count += rows.length
  }
  yield `${count === 0 ? '{"ip_addresses":[' : ''}],"total_count":${count}}`
}
