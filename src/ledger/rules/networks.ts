// Networks: made with what lies in their range, edited, and deleted when no live claim is left.

import { formatCidr, parseCidr } from '../address/cidr-text.js'
import { addressBits } from '../address/family.js'
import type { Cidr } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { freeUsable } from '../address-space/usable-space.js'
import { networkImage } from '../changes/images.js'
import type {
  CreateNetworkCommand,
  DeleteNetworkCommand,
  UpdateNetworkCommand,
} from '../commands.js'
import type { Network } from '../entities.js'
import type { Reservation } from '../reservations/nouns.js'
import { type Adoption, adopt, planAdoption } from './adoption.js'
import { checkHoldHours, checkPrefixLength, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, done, invalid, refuse } from './decision.js'
import { readTags } from './tags.js'

export type Site = { readonly vrfId: number; readonly cidr: Cidr }
/** A network that may be made, and what it takes over. */
export type NetworkPlan = Site & { readonly adoption: Adoption }
type NetworkFacts = Pick<Network, 'description' | 'tags' | 'holdHours' | 'subnet' | 'region'>

export function createNetwork(context: CommandContext, command: CreateNetworkCommand): Decision {
  const { description, holdHours, place } = command
  const tagList = readTags(command.tags)
  if ('refused' in tagList) return tagList.refused
  const refused = checkHoldHours(holdHours)
  if (refused !== null) return refused
  const site =
    'cidr' in place
      ? namedSite(context, command.vrf, place.cidr)
      : firstFreeSite(context, place.parentId, place.prefixLength)
  if ('ok' in site) return site
  const plan = planNetwork(context, site, null)
  if ('ok' in plan) return plan
  const facts = { description, tags: tagList.tags, holdHours, subnet: null, region: null }
  return answer({ type: 'network', network: makeNetwork(context, plan, facts) })
}

/**
 * Decides whether there may be a network at the site, with that gateway; writes nothing. Whatever makes networks asks here.
 * @param converting the reservation of just that CIDR that is to become it, and is to be freed before it is made
 */
export function planNetwork(
  context: CommandContext,
  site: Site,
  gateway: bigint | null,
  converting: Reservation | null = null,
): NetworkPlan | Decision {
  const { exact, parent } = context.space.locate(site.vrfId, site.cidr)
  if (exact !== null) return alreadyThere(exact)
  const adoption = planAdoption(context, { ...site, parent, gateway, converting })
  return 'ok' in adoption ? adoption : { ...site, adoption }
}

export function makeNetwork(
  context: CommandContext,
  plan: NetworkPlan,
  facts: NetworkFacts,
): Network {
  const { cidr } = plan
  const network: Network = {
    id: context.rows.nextId('network'),
    vrfId: plan.vrfId,
    family: cidr.family,
    first: cidr.first,
    prefixLength: cidr.prefixLength,
    description: facts.description,
    tags: facts.tags,
    holdHours: facts.holdHours,
    pool: null,
    subnet: facts.subnet,
    region: facts.region,
    createdMs: context.timeMs,
    updatedMs: context.timeMs,
    revision: context.revision,
  }
  context.rows.saveNetwork(network)
  context.record('network.created', 'network', network.id, null, networkImage(network))
  adopt(context, network, plan.adoption)
  return network
}

export function updateNetwork(context: CommandContext, command: UpdateNetworkCommand): Decision {
  const { id, set } = command
  const old = context.space.node(id)?.network
  if (old === undefined) return refuse({ code: 'network-not-found', id })
  const tagList = readTags(set.tags ?? old.tags)
  if ('refused' in tagList) return tagList.refused
  const holdHours = set.holdHours ?? old.holdHours
  const refused = checkRevision(command.ifRevision, old.revision) ?? checkHoldHours(holdHours)
  if (refused !== null) return refused
  const network: Network = {
    ...old,
    description: set.description === undefined ? old.description : set.description,
    tags: tagList.tags,
    holdHours,
    updatedMs: context.timeMs,
    revision: context.revision,
  }
  context.rows.saveNetwork(network)
  context.space.replaceNetwork(network)
  context.record('network.updated', 'network', id, networkImage(old), networkImage(network))
  return answer({ type: 'network', network })
}

/** Its holds end with it: their rows say so when `expire` comes to them (README.md, Holds). */
export function deleteNetwork(context: CommandContext, command: DeleteNetworkCommand): Decision {
  const { id } = command
  const node = context.space.node(id)
  if (node === null) return refuse({ code: 'network-not-found', id })
  const refused = checkRevision(command.ifRevision, node.network.revision)
  if (refused !== null) return refused
  const { liveClaims, reservations } = node
  if (liveClaims > 0 || reservations > 0) return networkInUse(id, liveClaims, reservations)
  dropNetwork(context, node)
  return done()
}

/** Somebody has addresses of it, or is to have them. */
export function networkInUse(id: number, allocations: number, reservations: number): Decision {
  const inUse = { code: 'network-in-use', id, allocations } as const
  return refuse(reservations === 0 ? inUse : { ...inUse, reservations })
}

/** Deletes a network whose claims need not be there any more; its pool goes first. */
export function dropNetwork(context: CommandContext, node: NetworkNode): void {
  const { network } = node
  const { id } = network
  const bare = { ...network, pool: null, updatedMs: context.timeMs, revision: context.revision }
  const last = network.pool === null ? network : bare
  context.rows.deleteNetwork(id)
  context.space.removeNetwork(node, enclosureOf(context, node))
  if (last !== network) {
    context.record('pool.deleted', 'network', id, networkImage(network), networkImage(last))
  }
  context.record('network.deleted', 'network', id, networkImage(last), null)
}

/** What the parent has around the network: a block it was made in, live or held back by now, or nothing. */
function enclosureOf(context: CommandContext, node: NetworkNode): 'none' | 'live' | 'held' {
  if (node.parent === null) return 'none'
  const { first, last } = node.range
  const [claim] = context.rows.claimsIn(node.parent.network.id, first, last, 1)
  if (claim === undefined || claim.first > first || claim.last < last) return 'none'
  return claim.status === 'allocated' ? 'live' : 'held'
}

export function namedSite(context: CommandContext, vrfName: string, text: string): Site | Decision {
  const vrf = context.vrfs.named(vrfName)
  if (vrf === null) return refuse({ code: 'vrf-not-found', vrf: vrfName })
  const cidr = parseCidr(text)
  if ('reason' in cidr) return invalid('cidr', text, cidr.reason)
  return { vrfId: vrf.id, cidr }
}

function firstFreeSite(
  context: CommandContext,
  parentId: number,
  prefixLength: number,
): Site | Decision {
  const parent = context.space.node(parentId)
  if (parent === null) return refuse({ code: 'network-not-found', id: parentId })
  const { network } = parent
  const refused = checkPrefixLength(prefixLength, addressBits(network.family))
  if (refused !== null) return refused
  const wanted = `/${prefixLength}`
  if (prefixLength === network.prefixLength) return alreadyThere(parent)
  if (prefixLength < network.prefixLength) {
    return refuse({ code: 'larger-than-network', wanted, size: `/${network.prefixLength}` })
  }
  const first = context.space.firstChildRange(parent, prefixLength)
  if (first === null) {
    const free = String(freeUsable(parent))
    return refuse({ code: 'no-space', networkId: parentId, wanted, free })
  }
  return { vrfId: network.vrfId, cidr: { family: network.family, first, prefixLength } }
}

function alreadyThere(node: NetworkNode): Decision {
  const { network } = node
  return refuse({ code: 'network-exists', id: network.id, cidr: formatCidr(network) })
}
