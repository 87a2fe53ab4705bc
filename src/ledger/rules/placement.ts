// Which addresses an allocation gets: the lowest that fit, or the one that was named (LEDGER.md, Choice).

import { parseAddress } from '../address/address-text.js'
import { explainAddress } from '../address/explain-address.js'
import { addressBits } from '../address/family.js'
import { hostBits, isSingleAddress } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { firstUsable, firstUsableRun, freeUsable } from '../address-space/usable-space.js'
import type { CreateAllocationCommand } from '../commands.js'
import type { Allocation } from '../entities.js'
import type { Reservation } from '../reservations/nouns.js'
import {
  addressTaken,
  checkOwnAddress,
  checkUncovered,
  isHeldByAsker,
  reservationAt,
} from './address-holders.js'
import { checkPrefixLength } from './checks.js'
import type { CommandContext } from './command-context.js'
import { type Decision, invalid, refuse } from './decision.js'

/** Free addresses of one network: usable ones, or a block of its pool. */
export type Chosen = Pick<Allocation, 'first' | 'last' | 'kind' | 'prefixLength'> & {
  /** The address is not free, but the asker's own by this. */
  readonly reservation?: Reservation
}

export function choosePlace(
  context: CommandContext,
  node: NetworkNode,
  place: CreateAllocationCommand['place'],
): Chosen | Decision {
  if ('ip' in place) return chooseNamed(context, node, place.ip)
  if ('count' in place) return chooseRun(node, place.count)
  return chooseBlock(node, place.prefixLength)
}

function chooseRun(node: NetworkNode, count: number): Chosen | Decision {
  if (count === 1) {
    const first = firstUsable(node)
    if (first === null) return noSpace(node, '1', freeUsable(node))
    return { first, last: first, kind: 'address', prefixLength: null }
  }
  if (!Number.isSafeInteger(count) || count < 1) {
    return invalid('count', count, 'must be a whole number above 0')
  }
  const size = BigInt(count)
  if (size > node.usableSize) {
    const figures = { wanted: String(count), size: String(node.usableSize) }
    return refuse({ code: 'larger-than-network', ...figures })
  }
  const first = firstUsableRun(node, size)
  if (first === null) return noSpace(node, String(count), freeUsable(node))
  return { first, last: first + size - 1n, kind: 'run', prefixLength: null }
}

function chooseBlock(node: NetworkNode, prefixLength: number): Chosen | Decision {
  const { family, prefixLength: ownLength } = node.network
  const refused = checkPrefixLength(prefixLength, addressBits(family))
  if (refused !== null) return refused
  if (prefixLength < ownLength) {
    const figures = { wanted: `/${prefixLength}`, size: `/${ownLength}` }
    return refuse({ code: 'larger-than-network', ...figures })
  }
  return freeBlock(node, prefixLength) ?? noSpace(node, `/${prefixLength}`, node.space.freeCount)
}

/** By the strategy of its pool; the lowest one where there is none. null when no such block is free. */
export function freeBlock(node: NetworkNode, prefixLength: number): Chosen | null {
  const { choice, network, space } = node
  const sizeLog2 = hostBits(network.family, prefixLength)
  const first = choice === null ? space.firstBlock(sizeLog2) : choice.choose(sizeLog2)
  if (first === null) return null
  return { first, last: first + (1n << BigInt(sizeLog2)) - 1n, kind: 'block', prefixLength }
}

function chooseNamed(context: CommandContext, node: NetworkNode, text: string): Chosen | Decision {
  const address = parseAddress(text)
  if (address === null) return invalid('ip', text, explainAddress(text) ?? 'not an address')
  const refused = checkOwnAddress(context, node.network, address)
  if (refused !== null) return refused
  const { value } = address
  const chosen = { first: value, last: value, kind: 'address', prefixLength: null } as const
  if (node.space.isFree(value, value)) return chosen
  const reservation = reservationAt(context, node, value)
  if (reservation === null || !isSingleAddress(reservation) || !isHeldByAsker(context, reservation))
    return addressTaken(context, node, value)
  return checkUncovered(context, reservation) ?? { ...chosen, reservation }
}

function noSpace(node: NetworkNode, wanted: string, free: bigint): Decision {
  const networkId = node.network.id
  return refuse({ code: 'no-space', networkId, wanted, free: String(free) })
}
