// What a new network takes over from the one around it: the claims and reservations in its range, which move, and the
// gateway, or the block it lies in. Where none is around it, reservations that waited for a network move in.

import { formatAddress } from '../address/address-text.js'
import { formatCidr } from '../address/cidr-text.js'
import {
  type AddressRange,
  type Cidr,
  isSingleAddress,
  networkRange,
  rangeContains,
  usableRange,
} from '../address/range.js'
import { gatewayOf, type NetworkNode } from '../address-space/network-node.js'
import type { ClaimRange } from '../address-space/space-filler.js'
import { claimText, networkImage } from '../changes/images.js'
import { reservationText } from '../changes/reservation-images.js'
import { COMMAND_ROWS_MAX } from '../commands.js'
import type { Allocation, Network } from '../entities.js'
import type { Reservation } from '../reservations/nouns.js'
import type { CommandContext } from './command-context.js'
import { type Decision, refuse } from './decision.js'
import { recordAllocation } from './region-checks.js'
import { moveReservation } from './reservation-life.js'
import { reservationsAt } from './reservation-placement.js'

export type Adoption = {
  /** Claims of the parent, live or held, that move to the new network, in address order. */
  readonly moved: readonly Allocation[]
  /** Active reservations of the parent, or of no network, that move too: in address order, a CIDR before the addresses in it. */
  readonly reservations: readonly Reservation[]
  /** `live`: the network is made in a live block of the parent, which stays the parent's. */
  readonly enclosure: 'none' | 'live'
}

const IN_A_BLOCK: Adoption = { moved: [], reservations: [], enclosure: 'live' }

/** Where a network is to be. */
type Place = {
  readonly vrfId: number
  readonly cidr: Cidr
  readonly parent: NetworkNode | null
  readonly gateway: bigint | null
  /** The reservation that becomes it: null in all but a conversion. */
  readonly converting: Reservation | null
}

/** Decides whether there may be a network at the place; writes nothing. */
export function planAdoption(context: CommandContext, place: Place): Adoption | Decision {
  const { vrfId, cidr, parent, gateway, converting } = place
  const refused = parent === null ? null : checkGatewayAround(parent.network, cidr, gateway)
  if (refused !== null) return refused
  const { first, last } = networkRange(cidr)
  // One more than may move, to see that there are more.
  const limit = COMMAND_ROWS_MAX + 1
  const claims = parent === null ? [] : context.rows.claimsIn(parent.network.id, first, last, limit)
  const [lowest] = claims
  if (lowest !== undefined && isLiveBlock(lowest) && rangeContains(lowest, { first, last })) {
    return IN_A_BLOCK
  }
  const there = reservationsAt(context, { node: parent, vrfId, cidr }, limit)
  const reservations = there.filter(({ id }) => id !== converting?.id)
  const rows = Math.min(claims.length + reservations.length, limit)
  if (rows > COMMAND_ROWS_MAX) {
    return refuse({ code: 'too-many-rows', rows, rowsMax: COMMAND_ROWS_MAX })
  }
  const obstacle = checkMoved(cidr, claims, reservations)
  return obstacle ?? { moved: claims, reservations, enclosure: 'none' }
}

/** What may not move: what would not be usable where it goes, and a reservation of all that the network would have, or more. */
function checkMoved(
  cidr: Cidr,
  claims: readonly Allocation[],
  reservations: readonly Reservation[],
): Decision | null {
  const usable = usableRange(cidr)
  const text = formatCidr(cidr)
  const claim = claims.find(one => !mayMove(one, usable))
  if (claim !== undefined) {
    const { id: allocationId } = claim
    return refuse({ code: 'claim-in-the-way', cidr: text, allocationId, claim: claimText(claim) })
  }
  const reservation = reservations.find(one => !mayAdopt(cidr, one))
  if (reservation === undefined) return null
  const { id: reservationId } = reservation
  const ip = reservationText(reservation)
  return refuse({ code: 'reservation-in-the-way', cidr: text, reservationId, ip })
}

/** One of a CIDR may cover edges, which no claim has. */
function mayAdopt(cidr: Cidr, reservation: Reservation): boolean {
  if (reservation.prefixLength <= cidr.prefixLength) return false
  return (
    !isSingleAddress(reservation) || rangeContains(usableRange(cidr), networkRange(reservation))
  )
}

/** The gateway of the network around it may lie in it only as its own. */
function checkGatewayAround(around: Network, cidr: Cidr, own: bigint | null): Decision | null {
  const gateway = gatewayIn(around, cidr)
  if (gateway === null || gateway === own) return null
  return refuse({
    code: 'gateway-in-the-way',
    cidr: formatCidr(cidr),
    networkId: around.id,
    gateway: formatAddress(around.family, gateway),
  })
}

/** Puts the new network into the address space, its parent's gateway being its own by now, and moves to it what moves. */
export function adopt(context: CommandContext, network: Network, plan: Adoption): void {
  const parent = context.space.locate(network.vrfId, network).parent?.network ?? null
  if (parent !== null && gatewayIn(parent, network) !== null) giveGatewayAway(context, parent)
  context.space.addNetwork(network, rangesOf(plan), plan.enclosure)
  for (const claim of plan.moved) {
    const moved = { ...claim, networkId: network.id, revision: context.revision }
    context.rows.updateAllocation(moved)
    recordAllocation(context, 'allocation.moved', claim, moved)
  }
  for (const reservation of plan.reservations) moveReservation(context, reservation, network.id)
}

function rangesOf({ moved, reservations }: Adoption): ClaimRange[] {
  const claims = moved.map(({ first, last, status, kind }): ClaimRange => {
    return { first, last, state: status === 'allocated' ? 'live' : 'held', block: kind === 'block' }
  })
  const reserved = reservations.map((one): ClaimRange => {
    return { ...networkRange(one), state: 'reserved', block: false }
  })
  return [...claims, ...reserved].sort(inAddressOrder)
}

/** What covers an address before the address. */
function inAddressOrder(a: ClaimRange, b: ClaimRange): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.last > b.last ? -1 : 1
}

function giveGatewayAway(context: CommandContext, network: Network): void {
  const { subnet } = network
  const { timeMs: updatedMs, revision } = context
  const after = { ...network, subnet: subnet && { ...subnet, gateway: null }, updatedMs, revision }
  context.rows.saveNetwork(after)
  context.space.replaceNetwork(after)
  const images = [networkImage(network), networkImage(after)] as const
  context.record('network.updated', 'network', network.id, ...images)
}

/** Its gateway, if it lies in the CIDR. */
function gatewayIn(network: Network, cidr: Cidr): bigint | null {
  const gateway = gatewayOf(network)
  if (gateway === null) return null
  return rangeContains(networkRange(cidr), { first: gateway, last: gateway }) ? gateway : null
}

function isLiveBlock(claim: Allocation): boolean {
  return claim.kind === 'block' && claim.status === 'allocated'
}

/** A live block stays with the network it was taken from; all else must be usable where it goes. */
function mayMove(claim: Allocation, usable: AddressRange): boolean {
  return !isLiveBlock(claim) && rangeContains(usable, claim)
}
