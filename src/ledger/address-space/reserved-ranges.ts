// The ranges that reservations of CIDRs keep in one network: disjoint, and found, added and dropped in O(log n), since a network may
// have a reservation for each of its parts.
import type { AddressRange } from '../address/range.js'
import { IntervalTree } from '../free-space/interval-tree.js'
import { keysOf } from '../free-space/keys.js'

/** As offsets, like free space. null: there is none, as in nearly every network. */
export type ReservedRanges = IntervalTree | null

/** The network whose they are. */
type Holder = { readonly range: AddressRange; reservedRanges: ReservedRanges }

/** Whether the address lies in one of them. */
export function isInReserved({ range, reservedRanges }: Holder, address: bigint): boolean {
  if (reservedRanges === null) return false
  const offset = address - keysOf(range).origin
  const before = reservedRanges.atOrBefore(offset)
  return before !== null && offset <= before.last
}

/** @param reserved in the network, and overlaps none of them */
export function addReserved(holder: Holder, { first, last }: AddressRange): void {
  const { width, origin } = keysOf(holder.range)
  holder.reservedRanges ??= new IntervalTree(width)
  holder.reservedRanges.insert({ first: first - origin, last: last - origin })
}

/** @param reserved one of them */
export function dropReserved(holder: Holder, { first }: AddressRange): void {
  const { reservedRanges, range } = holder
  reservedRanges?.remove(first - keysOf(range).origin)
  if (reservedRanges?.count === 0) holder.reservedRanges = null
}
