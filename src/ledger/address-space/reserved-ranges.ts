// The ranges that reservations of CIDRs keep in one network: disjoint, in address order, and never changed in place, so that an
// undo has only to put the list back that was there.
import { type AddressRange, rangeContains } from '../address/range.js'

export type ReservedRanges = readonly AddressRange[]

export const NO_RANGES: ReservedRanges = []

/** The one that the address lies in. */
export function reservedRangeAt(ranges: ReservedRanges, address: bigint): AddressRange | null {
  const range = ranges[indexAfter(ranges, address) - 1]
  return range !== undefined && address <= range.last ? range : null
}

/** @param range overlaps none of them */
export function withReserved(ranges: ReservedRanges, range: AddressRange): ReservedRanges {
  return ranges.toSpliced(indexAfter(ranges, range.first), 0, range)
}

/** Those that are left when the ones that lie in `range` are gone. */
export function withoutReserved(ranges: ReservedRanges, range: AddressRange): ReservedRanges {
  const left = ranges.filter(each => !rangeContains(range, each))
  return left.length === ranges.length ? ranges : left
}

/** Index of the first that begins after the address. */
function indexAfter(ranges: ReservedRanges, address: bigint): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle] as AddressRange).first <= address) low = middle + 1
    else high = middle
  }
  return low
}
