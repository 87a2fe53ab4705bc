// Where a reservation may lie (LEDGER.md, Reservations): over nothing that is somebody's, with the two ways to nest that there are for
// one holder, an address in a CIDR and a CIDR around addresses.
import { formatAddress } from '../address/address-text.js'
import { formatCidr } from '../address/cidr-text.js'
import { type AddressRange, type Cidr, isSingleAddress, networkRange } from '../address/range.js'
import { gatewayOf, type NetworkNode } from '../address-space/network-node.js'
import { nodeAtAddress, surroundingsOf } from '../address-space/tree-queries.js'
import { claimText } from '../changes/images.js'
import { reservationText } from '../changes/reservation-images.js'
import { COMMAND_ROWS_MAX } from '../commands.js'
import type { ClaimHolder } from '../outcomes.js'
import type { Reservation } from '../reservations/nouns.js'
import {
  addressTaken,
  checkOwnAddress,
  gatewayHolder,
  holderOf,
  isHeldByAsker,
  reservationTaken,
  reserverOf,
} from './address-holders.js'
import type { CommandContext } from './command-context.js'
import { type Decision, refuse } from './decision.js'

export type ReservationSite = {
  readonly vrfId: number
  readonly cidr: Cidr
  /** Whether it may lie in no network. */
  readonly mayWait: boolean
}

/** `node`: the most specific network that contains it; null: there is none. */
type Place = { readonly node: NetworkNode | null }

/** Decides whether the asker may reserve it; writes nothing. An address that is a network of its own lies in that one. */
export function findPlace(context: CommandContext, site: ReservationSite): Place | Decision {
  const { vrfId, cidr } = site
  if (isSingleAddress(cidr)) return placeOfAddress(context, site)
  const refused = checkNetworksInside(context, vrfId, cidr)
  if (refused !== null) return refused
  const { parent: node } = context.space.locate(vrfId, cidr)
  return (
    (node === null ? null : checkClaims(context, node, cidr)) ??
    checkReservations(context, { node, vrfId, cidr }) ?? { node }
  )
}

/** Active ones directly in the network, or in none, that overlap the range; what covers an address before the address. */
export function reservationsAt(
  { rows }: CommandContext,
  { node, vrfId, cidr }: Place & { readonly vrfId: number; readonly cidr: Cidr },
  limit: number,
): Reservation[] {
  const { first, last } = networkRange(cidr)
  if (node === null) {
    return rows.reservationsOutside({ vrfId, family: cidr.family, first, last }, limit)
  }
  return node.reservations === 0 ? [] : rows.reservationsIn(node.network.id, first, last, limit)
}

function placeOfAddress(
  context: CommandContext,
  { vrfId, cidr, mayWait }: ReservationSite,
): Place | Decision {
  const { family, first: value } = cidr
  const node = nodeAtAddress(context.space, vrfId, { family, value })
  if (node === null && !mayWait) {
    return refuse({ code: 'address-in-no-network', ip: formatAddress(family, value) })
  }
  const unfit = node === null ? null : checkOwnAddress(context, node.network, { family, value })
  if (unfit !== null) return unfit
  if (node?.space.isFree(value, value)) return { node }
  // The CIDR that covers it, and whoever has it.
  const [around, other] = reservationsAt(context, { node, vrfId, cidr }, 2)
  const isMine = around !== undefined && !isSingleAddress(around) && isHeldByAsker(context, around)
  if (isMine && other === undefined) return { node }
  if (node !== null) return addressTaken(context, node, value)
  const taker = other ?? around
  return taker === undefined ? { node } : reservationTaken(taker, value)
}

function checkNetworksInside(context: CommandContext, vrfId: number, cidr: Cidr): Decision | null {
  const { exact, inside } = surroundingsOf(context.space, vrfId, cidr, 1)
  const network = exact ?? inside[0]
  if (network === undefined) return null
  const named = { networkId: network.id, network: formatCidr(network) }
  return refuse({ code: 'network-in-the-way', cidr: formatCidr(cidr), ...named })
}

function checkClaims(context: CommandContext, node: NetworkNode, cidr: Cidr): Decision | null {
  const { network } = node
  const range = networkRange(cidr)
  const [claim] = context.rows.claimsIn(network.id, range.first, range.last, 1)
  if (claim !== undefined) return rangeTaken(cidr, claimText(claim), holderOf(claim))
  const gateway = node.gatewayStands ? gatewayOf(network) : null
  if (gateway === null || !covers(range, gateway)) return null
  return rangeTaken(cidr, formatAddress(network.family, gateway), gatewayHolder(network))
}

/** Addresses in it that the asker has reserved stay so; they are bounded, since all of them are looked at. */
function checkReservations(
  context: CommandContext,
  place: Place & { readonly vrfId: number; readonly cidr: Cidr },
): Decision | null {
  const { cidr } = place
  const reservations = reservationsAt(context, place, COMMAND_ROWS_MAX + 1)
  const other = reservations.find(one => !isSingleAddress(one) || !isHeldByAsker(context, one))
  if (other !== undefined) return rangeTaken(cidr, reservationText(other), reserverOf(other))
  const rows = reservations.length
  if (rows <= COMMAND_ROWS_MAX) return null
  return refuse({ code: 'too-many-rows', rows, rowsMax: COMMAND_ROWS_MAX })
}

function rangeTaken(cidr: Cidr, taken: string, holder: ClaimHolder): Decision {
  return refuse({ code: 'range-taken', cidr: formatCidr(cidr), taken, holder })
}

function covers({ first, last }: AddressRange, address: bigint): boolean {
  return first <= address && address <= last
}
