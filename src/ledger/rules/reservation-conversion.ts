// A reservation becomes what it was made for: a region, or a host of whatever network contains the address (document 001, 1).
import { assert } from '../../lib/index.js'
import { formatAddress } from '../address/address-text.js'
import { isSingleAddress } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { regionOf } from '../address-space/region-table.js'
import { reservationText } from '../changes/reservation-images.js'
import type { Allocation } from '../entities.js'
import { isRegionCidr } from '../regions/region-cidr.js'
import type { ConvertReservationCommand } from '../reservations/commands.js'
import type { Reservation } from '../reservations/nouns.js'
import { checkUncovered, isHeldByAsker } from './address-holders.js'
import { newDetails, readFacts } from './allocation-details.js'
import { claimPlace } from './allocations.js'
import { checkRevision } from './checks.js'
import { DEFAULT_VRF_ID } from './cluster.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { checkNamesFree, readHostname } from './hosts.js'
import { checkMayAllocate } from './region-checks.js'
import { makeRegion, planRegion } from './regions.js'
import { endReservation, freeReserved } from './reservation-life.js'
import { readTags } from './tags.js'

type To = ConvertReservationCommand['to']
type RegionFacts = Extract<To, { readonly region: unknown }>['region']
type HostFacts = Extract<To, { readonly host: unknown }>['host']

/** Only its holder does; to everybody else it is not there, whatever he may administer. */
export function convertReservation(
  context: CommandContext,
  { id, ifRevision, to }: ConvertReservationCommand,
): Decision {
  const found = context.rows.reservation(id)
  if (found === null || !isHeldByAsker(context, found)) {
    return refuse({ code: 'reservation-not-found', id })
  }
  const { status } = found
  if (status !== 'active') return refuse({ code: 'reservation-ended', id, status })
  const refused = checkRevision(ifRevision, found.revision) ?? checkKind(found, to)
  if (refused !== null) return refused
  return 'region' in to ? toRegion(context, found, to.region) : toHost(context, found, to.host)
}

/** Names the field that is missing, or the one that nothing can be made of. */
function checkKind(reservation: Reservation, to: To): Decision | null {
  const isRegion = reservation.vrfId === DEFAULT_VRF_ID && isRegionCidr(reservation)
  const isHost = isSingleAddress(reservation)
  if ('region' in to ? isRegion : isHost) return null
  if (isHost) return invalid('hostname', '', 'must be given for the reservation of an address')
  if (isRegion) return invalid('region_name', '', 'must be given for the reservation of a region')
  const what = reservationText(reservation)
  if ('host' in to) return invalid('hostname', to.host.hostname, `is not for ${what}`)
  return invalid('region_name', to.region.name, `is not for ${what}, which is no 10.X.Y.0/24`)
}

/** The holder's addresses in it move into the region's network. */
function toRegion(context: CommandContext, found: Reservation, facts: RegionFacts): Decision {
  const description = facts.description ?? convertedFrom(found)
  const plan = planRegion(context, found, { ...facts, description }, found)
  if ('ok' in plan) return plan
  freeReserved(context, found)
  const network = makeRegion(context, plan)
  const end = { status: 'converted', madeNetworkId: network.id } as const
  const reservation = endReservation(context, found, end)
  return answer({ type: 'conversion', reservation, network, allocation: null })
}

function toHost(context: CommandContext, found: Reservation, facts: HostFacts): Decision {
  const node = hostPlace(context, found)
  if ('ok' in node) return node
  const tagList = readTags(facts.tags)
  if ('refused' in tagList) return tagList.refused
  const said = readFacts(context, facts.facts)
  if ('refused' in said) return said.refused
  const hostname = readHostname(facts.hostname)
  if (typeof hostname !== 'string') return hostname
  const region = regionOf(node)
  const refused =
    checkMayAllocate(node) ??
    (region === null ? null : checkNamesFree(context, region, [hostname], null))
  if (refused !== null) return refused
  freeReserved(context, found)
  const { first } = found
  const chosen = { first, last: first, kind: 'address', prefixLength: null } as const
  const allocation: Allocation = claimPlace(context, node, chosen, {
    hostname,
    description: facts.description ?? convertedFrom(found),
    owner: said.facts.owner ?? asker(context),
    tags: tagList.tags,
    details: newDetails(context, said.facts),
    ttlMs: null,
  })
  const end = { status: 'converted', allocationId: allocation.id } as const
  const reservation = endReservation(context, found, end)
  return answer({ type: 'conversion', reservation, network: null, allocation })
}

/** The network that is to have the host. A reservation around it comes first: to convert that makes a network. */
function hostPlace(context: CommandContext, found: Reservation): NetworkNode | Decision {
  const { networkId, family, first } = found
  const refused = checkUncovered(context, found)
  if (refused !== null) return refused
  if (networkId === null) {
    return refuse({ code: 'address-in-no-network', ip: formatAddress(family, first) })
  }
  const node = context.space.node(networkId)
  assert(node !== null, `active reservation ${found.id} lies in no network`)
  return node
}

/** What is said of it where nobody has said anything. */
function convertedFrom({ reason }: Reservation): string | null {
  return reason === null || reason === '' ? null : `Converted from reservation: ${reason}`
}

function asker({ origin }: CommandContext): string | null {
  return origin.userId === undefined ? null : origin.actor
}
