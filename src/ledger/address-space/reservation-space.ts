// What reservations take of a network's free space. An address in a reserved range takes nothing more while the range lasts, and
// keeps its own when that ends.
import { type AddressRange, rangeSize } from '../address/range.js'
import type { UndoList } from '../undo-list.js'
import { releaseRest, takeRest } from './free-rest.js'
import type { NetworkNode } from './network-node.js'
import { addReserved, dropReserved, isInReserved } from './reserved-ranges.js'

/** Keeps the range back: an address that is free or lies in a reserved range, or a CIDR of which what is free is taken. */
export function keepBack(node: NetworkNode, range: AddressRange, undo: UndoList): void {
  const { space } = node
  const taken = isAddress(range) ? takeAddress(node, range) : takeRest(node, range)
  if (!isAddress(range)) addReserved(node, range)
  node.reservations += 1
  undo.push(() => {
    node.reservations -= 1
    if (!isAddress(range)) dropReserved(node, range)
    for (const { first, last } of taken) space.release(first, last)
  })
}

/** @param within addresses in the range that stay reserved, in order */
export function giveBack(
  node: NetworkNode,
  range: AddressRange,
  within: readonly bigint[],
  undo: UndoList,
): void {
  const isCovered = isAddress(range) && isInReserved(node, range.first)
  if (!isAddress(range)) dropReserved(node, range)
  node.reservations -= 1
  if (!isCovered) for (const gap of gapsBetween(range, within)) releaseRest(node, gap)
  undo.push(() => {
    if (!isCovered) takeRest(node, range)
    node.reservations += 1
    if (!isAddress(range)) addReserved(node, range)
  })
}

function takeAddress(node: NetworkNode, range: AddressRange): AddressRange[] {
  if (isInReserved(node, range.first)) return []
  node.space.take(range.first, range.last)
  return [range]
}

function isAddress(range: AddressRange): boolean {
  return rangeSize(range) === 1n
}

function gapsBetween(range: AddressRange, addresses: readonly bigint[]): AddressRange[] {
  const gaps: AddressRange[] = []
  let { first } = range
  for (const address of addresses) {
    if (first < address) gaps.push({ first, last: address - 1n })
    first = address + 1n
  }
  return first <= range.last ? [...gaps, { first, last: range.last }] : gaps
}
