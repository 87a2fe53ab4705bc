// Whether an address is a network's own to give, and who has it when it is not free.
import { assert } from '../../lib/index.js'
import { type Address, formatAddress } from '../address/address-text.js'
import { formatCidr } from '../address/cidr-text.js'
import { type Cidr, networkRange, usableRange } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { nodeAtAddress } from '../address-space/tree-queries.js'
import { isoTimeOrNull } from '../changes/iso-time.js'
import type { Allocation, Network } from '../entities.js'
import type { ClaimHolder } from '../outcomes.js'
import type { Reservation } from '../reservations/nouns.js'
import type { CommandContext } from './command-context.js'
import { type Decision, refuse } from './decision.js'

/**
 * Whether the address is the network's own, and one that a host may have.
 * @param network its id is 0 while it is not made yet.
 */
export function checkOwnAddress(
  context: CommandContext,
  network: Cidr & { readonly id: number; readonly vrfId: number },
  address: Address,
): Decision | null {
  const { id: networkId, vrfId, family, prefixLength } = network
  const { value } = address
  const range = networkRange(network)
  const ip = formatAddress(address.family, value)
  if (address.family !== family || value < range.first || value > range.last) {
    return refuse({ code: 'address-outside-network', ip, networkId })
  }
  const inner = nodeAtAddress(context.space, vrfId, address)?.network
  if (inner !== undefined && inner.prefixLength > prefixLength) {
    return refuse({ code: 'address-in-child', ip, childId: inner.id, cidr: formatCidr(inner) })
  }
  const usable = usableRange(network)
  if (value >= usable.first && value <= usable.last) return null
  const reason = whyNotUsable(network, value)
  return refuse({ code: 'address-not-usable', ip, networkId, reason })
}

/** The active reservation of an address directly in the network: its own, or else that of a CIDR around it. */
export function reservationAt(
  context: CommandContext,
  node: NetworkNode,
  address: bigint,
): Reservation | null {
  if (node.reservations === 0) return null
  return context.rows.reservationsIn(node.network.id, address, address, 2).at(-1) ?? null
}

/** Checked where a reserved address is to be given to its holder: the reservation of a CIDR around it is to end first. */
export function checkUncovered(context: CommandContext, one: Reservation): Decision | null {
  const { id, vrfId, family, first, networkId } = one
  const [around] =
    networkId === null
      ? context.rows.reservationsOutside({ vrfId, family, first, last: first }, 1)
      : context.rows.reservationsIn(networkId, first, first, 1)
  if (around === undefined || around.id === id) return null
  return refuse({
    code: 'reservation-covered',
    id,
    coveringId: around.id,
    cidr: formatCidr(around),
  })
}

/** Whoever signed in holds by his id: names may be given again. */
export function isHeldByAsker({ origin }: CommandContext, reservation: Reservation): boolean {
  const { holder, holderId } = reservation
  if (holderId !== null) return holderId === origin.userId
  return origin.userId === undefined && holder === origin.actor
}

/** Of an address directly in the network that is not free, and of whom it is. */
export function addressTaken(
  context: CommandContext,
  node: NetworkNode,
  address: bigint,
): Decision {
  const { network } = node
  const ip = formatAddress(network.family, address)
  return refuse({ code: 'address-taken', ip, holder: holderAt(context, node, address) })
}

/** Of an address that is reserved, or in a reserved CIDR. */
export function reservationTaken(reservation: Reservation, address: bigint): Decision {
  const ip = formatAddress(reservation.family, address)
  return refuse({ code: 'address-taken', ip, holder: reserverOf(reservation) })
}

function holderAt(context: CommandContext, node: NetworkNode, address: bigint): ClaimHolder {
  const { id } = node.network
  const [claim] = context.rows.claimsIn(id, address, address, 1)
  if (claim !== undefined) return holderOf(claim)
  const reservation = reservationAt(context, node, address)
  if (reservation !== null) return reserverOf(reservation)
  assert(
    node.gatewayStands,
    `nobody has the address ${address} of network ${id}, and it is not free`,
  )
  return gatewayHolder(node.network)
}

export function gatewayHolder({ id }: Network): ClaimHolder {
  return { kind: 'gateway', id, hostname: null, until: null }
}

function whyNotUsable({ family, first }: Cidr, address: bigint): string {
  if (family === 6) return 'it is the subnet-router anycast address (RFC 4291, 2.6.1)'
  return address === first ? 'it is the network address' : 'it is the broadcast address'
}

export function holderOf(claim: Allocation): ClaimHolder {
  const live = claim.status === 'allocated'
  return {
    kind: live ? 'allocation' : 'hold',
    id: claim.id,
    hostname: claim.hostname,
    until: isoTimeOrNull(live ? claim.expiresMs : claim.heldUntilMs),
  }
}

export function reserverOf({ id, holder, expiresMs }: Reservation): ClaimHolder {
  return { kind: 'reservation', id, hostname: holder, until: isoTimeOrNull(expiresMs) }
}
