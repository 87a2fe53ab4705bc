// Lists of addresses: what takes them up comes from the finder, free ones are computed for the page that is asked for.
import {
  type AddressRange,
  type Allocation,
  DEFAULT_VRF_ID,
  type Network,
  rangeSize,
} from '../../../ledger/index.js'
import {
  type AddressOrder,
  type Occupant,
  type Reads,
  rangeOfOccupant,
  type SearchField,
} from '../../../store/index.js'
import { invalid } from '../../api-error.js'
import type { Call } from '../../call.js'
import { withSignal } from '../../call-signal.js'
import { visitInSlices } from '../../slices.js'
import {
  isConflict,
  presentFree,
  presentOccupant,
  presentTaken,
  type ShownAddress,
} from './address-presenter.js'
import type { Status } from './ips-schemas.js'
import type { Window } from './numbered-pages.js'

export type AskedAddresses = Window & {
  /** null: of all subnets. */
  readonly subnet: Network | null
  readonly status: Status | null
  readonly text: string | null
  /** As errors name `text`. */
  readonly textName: string
  /** Empty: all. */
  readonly fields: readonly SearchField[]
  readonly tags: readonly string[]
  readonly order: AddressOrder
  readonly descending: boolean
}

export type FoundAddresses = {
  readonly shown: readonly ShownAddress[]
  readonly total: number | bigint
  readonly totalIsExact: boolean
}

/** Conflicts are few, or something is very wrong; more are not counted. */
const CONFLICTS_MAX = 10_000
const CONFLICTS_PAGE = 500

/** The caller has awaited a read. @throws ApiError 422 */
export async function findAddresses(call: Call, asked: AskedAddresses): Promise<FoundAddresses> {
  const { subnet, status, order } = asked
  const searches = asked.text !== null || asked.tags.length > 0
  if (status === 'available') {
    if (searches)
      throw invalid(asked.textName, asked.text, 'it does not go with the status available')
    return subnet === null ? freeEverywhere(call, asked) : freeOf(call, subnet, asked)
  }
  if (status === 'conflict') {
    if (searches)
      throw invalid(asked.textName, asked.text, 'it does not go with the status conflict')
    return conflicts(call, asked)
  }
  if (subnet === null || status !== null || searches) return taken(call, asked, status)
  return order === 'ip_address' ? all(call, subnet, asked) : takenThenFree(call, subnet, asked)
}

/** One entry for each thing that takes up addresses. */
async function taken(
  call: Call,
  asked: AskedAddresses,
  status: 'allocated' | 'reserved' | null,
): Promise<FoundAddresses & { readonly total: number }> {
  const { subnet, text, fields, tags, order, descending, skip, limit } = asked
  const networkId = subnet?.id ?? null
  const query = { networkId, status, text, fields, tags, order, descending, skip, limit }
  const { store } = call.app
  const { rows, ...totals } = await withSignal(call, signal =>
    store.finder.addresses(query, signal),
  )
  return { shown: rows.map(row => presentOccupant(store.reads, row)), ...totals }
}

/** What says nothing of what is sorted by comes last. */
async function takenThenFree(
  call: Call,
  subnet: Network,
  asked: AskedAddresses,
): Promise<FoundAddresses> {
  const found = await taken(call, asked, null)
  const { reads } = call.app.store
  const total = BigInt(found.total) + (reads.figures(subnet.id)?.available ?? 0n)
  const missing = asked.limit - found.shown.length
  if (missing === 0 || !found.totalIsExact) return { ...found, total }
  const skip = BigInt(Math.max(asked.skip - found.total, 0))
  const free = addressesIn(reads.freeAddresses(subnet.id, skip, missing))
  return {
    ...found,
    shown: [...found.shown, ...free.map(address => presentFree(subnet, address))],
    total,
  }
}

/** Every address of the subnet's own. */
function all({ app }: Call, subnet: Network, asked: AskedAddresses): FoundAddresses {
  const { reads } = app.store
  const total = reads.figures(subnet.id)?.total ?? 0n
  const { skip, limit } = directed(asked, total)
  const shown = reads
    .ownAddresses(subnet.id, skip, limit)
    .flatMap(range => presentRange(reads, subnet, range))
  return { shown: asked.descending ? shown.reverse() : shown, total, totalIsExact: true }
}

function presentRange(reads: Reads, subnet: Network, range: AddressRange): ShownAddress[] {
  const occupants = reads.occupants(subnet.id, range.first, range.last, Number(rangeSize(range)))
  let next = 0
  return addressesIn([range]).map(address => {
    const isPast = (occupant: Occupant) => rangeOfOccupant(occupant).last < address
    while (next < occupants.length && isPast(occupants[next] as Occupant)) next += 1
    const occupant = occupants[next]
    return occupant === undefined || rangeOfOccupant(occupant).first > address
      ? presentFree(subnet, address)
      : presentTaken(reads, occupant, address)
  })
}

function freeOf({ app }: Call, subnet: Network, asked: AskedAddresses): FoundAddresses {
  const { reads } = app.store
  const total = reads.figures(subnet.id)?.available ?? 0n
  const { skip, limit } = directed(asked, total)
  const free = addressesIn(reads.freeAddresses(subnet.id, skip, limit))
  const shown = free.map(address => presentFree(subnet, address))
  return { shown: asked.descending ? shown.reverse() : shown, total, totalIsExact: true }
}

/** Subnet by subnet in the order of their addresses, those of a subnet in theirs. */
async function freeEverywhere(call: Call, asked: AskedAddresses): Promise<FoundAddresses> {
  const { reads } = call.app.store
  const subnets: { readonly subnet: Network; readonly available: bigint }[] = []
  let total = 0n
  await visitInSlices(call, reads.networksInTreeOrder(DEFAULT_VRF_ID), subnet => {
    const available = reads.figures(subnet.id)?.available ?? 0n
    if (available === 0n) return
    subnets.push({ subnet, available })
    total += available
  })
  const shown: ShownAddress[] = []
  let skip = BigInt(asked.skip)
  for (const { subnet, available } of asked.descending ? subnets.reverse() : subnets) {
    if (shown.length === asked.limit) break
    if (skip < available) {
      const window = { ...asked, skip: Number(skip), limit: asked.limit - shown.length }
      shown.push(...freeOf(call, subnet, window).shown)
    }
    skip = skip < available ? 0n : skip - available
  }
  return { shown, total, totalIsExact: true }
}

function conflicts({ app }: Call, asked: AskedAddresses): FoundAddresses {
  const { reads } = app.store
  const found = conflictsOf(reads).filter(
    ({ networkId, vrfId }) =>
      vrfId === DEFAULT_VRF_ID && (asked.subnet === null || asked.subnet.id === networkId),
  )
  found.sort(inAddressOrder)
  if (asked.descending) found.reverse()
  const shown = found
    .slice(asked.skip, asked.skip + asked.limit)
    .map(allocation => presentOccupant(reads, { kind: 'allocation', allocation }))
  return { shown, total: found.length, totalIsExact: found.length < CONFLICTS_MAX }
}

function conflictsOf(reads: Reads): Allocation[] {
  const found: Allocation[] = []
  while (found.length < CONFLICTS_MAX) {
    const afterId = found.at(-1)?.id ?? 0
    const page = reads.conflictPage({ afterId, limit: CONFLICTS_PAGE })
    found.push(...page.filter(isConflict))
    if (page.length < CONFLICTS_PAGE) break
  }
  return found
}

function inAddressOrder(left: Allocation, right: Allocation): number {
  if (left.family !== right.family) return left.family - right.family
  return left.first < right.first ? -1 : 1
}

/** Where the page begins when the list is counted from its first address on. */
function directed({ skip, limit, descending }: AskedAddresses, total: bigint) {
  if (!descending) return { skip: BigInt(skip), limit }
  const end = total - BigInt(skip)
  const begin = end - BigInt(limit)
  if (end <= 0n) return { skip: 0n, limit: 0 }
  return begin < 0n ? { skip: 0n, limit: Number(end) } : { skip: begin, limit }
}

function addressesIn(ranges: readonly AddressRange[]): bigint[] {
  const addresses: bigint[] = []
  for (const { first, last } of ranges)
    for (let address = first; address <= last; address += 1n) addresses.push(address)
  return addresses
}
