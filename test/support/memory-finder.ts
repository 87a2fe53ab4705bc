// The finder in memory: goes over everything at every question, as rows in memory allow it.
import {
  type Address,
  addressBits,
  type Change,
  DEFAULT_VRF_ID,
  familyLast,
  formatAddress,
  parseAddress,
} from '../../src/ledger/index.js'
import type {
  AddressOrder,
  AddressQuery,
  ChangeQuery,
  ChangeRow,
  DayCount,
  Finder,
  Found,
  Occupant,
  SearchField,
} from '../../src/store/index.js'
import { type MemoryAddressReads, rangeOf } from './memory-address-reads.js'

const DAY_MS = 86_400_000
const ALL = Number.POSITIVE_INFINITY
const allFields: readonly SearchField[] = ['ip_address', 'hostname', 'mac_address', 'description']

export class MemoryFinder implements Finder {
  /** Totals are counted up to here. */
  countedMax = ALL
  /** Thrown at every question while set. */
  failure: Error | null = null

  constructor(readonly reads: MemoryAddressReads) {}

  async addresses(query: AddressQuery, signal: AbortSignal): Promise<Found<Occupant>> {
    this.#ask(signal)
    const found = this.#occupants(query.networkId)
      .filter(occupant => query.status === null || statusOf(occupant) === query.status)
      .filter(occupant => hasText(occupant, query))
      .filter(occupant => hasTag(occupant, query.tags))
    return this.#page(sorted(found, query.order, query.descending), query)
  }

  async changes(query: ChangeQuery, signal: AbortSignal): Promise<Found<ChangeRow>> {
    this.#ask(signal)
    const found = this.reads.rows
      .changes()
      .filter(change => isAsked(change, query))
      .map(change => ({ ...change, hash: new Uint8Array(32) }))
    return this.#page(found.reverse(), query)
  }

  async days(
    query: { readonly networkId: number | null; readonly fromDay: number; readonly toDay: number },
    signal: AbortSignal,
  ): Promise<readonly DayCount[]> {
    this.#ask(signal)
    const counts = new Map<
      string,
      { networkId: number; day: number; allocated: number; released: number }
    >()
    for (const change of this.reads.rows.changes()) {
      const field = countedAs(change)
      const networkId = Number((change.after ?? change.before)?.network_id)
      const day = Math.floor(change.timeMs / DAY_MS)
      if (field === null || day < query.fromDay || day > query.toDay) continue
      if (query.networkId !== null && networkId !== query.networkId) continue
      const key = `${day} ${networkId}`
      const count = counts.get(key) ?? { networkId, day, allocated: 0, released: 0 }
      counts.set(key, { ...count, [field]: count[field] + 1 })
    }
    return [...counts.values()].sort((a, b) => a.day - b.day || a.networkId - b.networkId)
  }

  /** What has regions is tested over a real store (store-gateway.ts). */
  hosts(): never {
    throw new Error('rows in memory know no regions')
  }

  regionDays(): never {
    throw new Error('rows in memory know no regions')
  }

  #ask(signal: AbortSignal): void {
    signal.throwIfAborted()
    if (this.failure !== null) throw this.failure
  }

  #occupants(networkId: number | null): Occupant[] {
    return [...this.reads.networksInTreeOrder(DEFAULT_VRF_ID)]
      .filter(({ id }) => networkId === null || id === networkId)
      .flatMap(({ id, family }) => this.reads.occupants(id, 0n, familyLast(family), ALL))
  }

  #page<Row>(rows: readonly Row[], { skip, limit }: { skip: number; limit: number }): Found<Row> {
    return {
      rows: rows.slice(skip, skip + limit),
      total: Math.min(rows.length, this.countedMax),
      totalIsExact: rows.length <= this.countedMax,
    }
  }
}

function countedAs({ action }: Change): 'allocated' | 'released' | null {
  if (action === 'allocation.created') return 'allocated'
  return action === 'allocation.released' || action === 'allocation.expired' ? 'released' : null
}

function statusOf({ kind }: Occupant): 'allocated' | 'reserved' {
  return kind === 'hold' || kind === 'reservation' ? 'reserved' : 'allocated'
}

function familyOf(occupant: Occupant): 4 | 6 {
  if (occupant.kind === 'gateway') return occupant.network.family
  return occupant.kind === 'reservation' ? occupant.reservation.family : occupant.allocation.family
}

function fieldText(occupant: Occupant, field: SearchField | AddressOrder): string {
  const claim = 'allocation' in occupant ? occupant.allocation : null
  switch (field) {
    case 'ip_address':
      return formatAddress(familyOf(occupant), rangeOf(occupant).first)
    case 'hostname':
      return claim?.hostname ?? ''
    case 'mac_address':
      return claim?.details?.mac ?? ''
    case 'description':
      if (occupant.kind === 'reservation') return occupant.reservation.reason ?? ''
      return claim?.description ?? ''
    case 'status':
      return statusOf(occupant)
    case 'allocated_at':
      return String(claim?.allocatedMs ?? 0)
  }
}

function hasText(occupant: Occupant, { text, fields }: AddressQuery): boolean {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const asked = fields.length === 0 ? allFields : fields
  return words.every(word =>
    asked.some(field => {
      const value = fieldText(occupant, field).toLowerCase()
      return field === 'ip_address' || field === 'mac_address'
        ? value.startsWith(word)
        : value.includes(word)
    }),
  )
}

function hasTag(occupant: Occupant, wanted: readonly string[]): boolean {
  const borne = 'allocation' in occupant ? occupant.allocation.tags : []
  return (
    wanted.length === 0 ||
    wanted.some(tag => borne.some(own => own === tag || own.startsWith(`${tag}=`)))
  )
}

function sorted(found: Occupant[], order: AddressOrder, descending: boolean): Occupant[] {
  const sign = descending ? -1 : 1
  const addressOf = (occupant: Occupant) =>
    (BigInt(familyOf(occupant)) << BigInt(addressBits(6))) + rangeOf(occupant).first
  const byAddress = (one: Occupant, other: Occupant) =>
    addressOf(one) < addressOf(other) ? -1 : addressOf(one) > addressOf(other) ? 1 : 0
  if (order === 'ip_address') return found.sort((one, other) => sign * byAddress(one, other))
  return found.sort((one, other) => {
    const [a, b] = [fieldText(one, order), fieldText(other, order)]
    return sign * (a < b ? -1 : a > b ? 1 : byAddress(one, other))
  })
}

function isAsked(change: Change, query: ChangeQuery): boolean {
  const { userId, actions, entities, address, fromMs, beforeMs } = query
  if (userId !== null && change.origin.userId !== userId) return false
  if (actions !== null && !actions.includes(change.action)) return false
  if (entities !== null && !entities.includes(change.entity)) return false
  if (fromMs !== null && change.timeMs < fromMs) return false
  if (beforeMs !== null && change.timeMs >= beforeMs) return false
  return address === null || covers(change, address)
}

/** Of claims of the default VRF only; no surface reserves in another one. */
function covers(change: Change, { family, value }: Address): boolean {
  const image = change.after ?? change.before
  if (image === null || (image.vrf_id ?? DEFAULT_VRF_ID) !== DEFAULT_VRF_ID) return false
  if (change.entity !== 'allocation' && change.entity !== 'reservation') return false
  const first = parseAddress(String(image.ip))
  const last = typeof image.end_ip === 'string' ? parseAddress(image.end_ip) : first
  if (first === null || last === null || first.family !== family) return false
  return first.value <= value && value <= last.value
}
