// Regions: a facet of a network 10.X.Y.0/24, given to one that is there or made with it, and edited (document 001, 6).
import { formatCidr, parseCidr } from '../address/cidr-text.js'
import type { Cidr } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { networkImage } from '../changes/images.js'
import type { Network } from '../entities.js'
import type { CreateRegionCommand, RegionFacts, UpdateRegionCommand } from '../regions/commands.js'
import type { RegionFacet, RegionStatus } from '../regions/nouns.js'
import { isRegionCidr, OCTET_VALUES, xOf } from '../regions/region-cidr.js'
import { nextRegion } from '../regions/region-queries.js'
import type { Reservation } from '../reservations/nouns.js'
import { checkLine, checkRevision } from './checks.js'
import { DEFAULT_VRF_ID, DEFAULT_VRF_NAME } from './cluster.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { makeNetwork, type NetworkPlan, planNetwork } from './networks.js'
import { checkPlainName } from './region-checks.js'
import { readTags } from './tags.js'

const STATUSES: readonly RegionStatus[] = ['Active', 'Reserved']
/** In code points. */
const OWNER_CHARACTERS_MAX = 100

/** A region that may be made: at a network that is there, or with a new one. */
export type RegionPlan = {
  readonly place: { readonly node: NetworkNode } | { readonly network: NetworkPlan }
  readonly region: RegionFacet
  /** null, and no tags: nothing was said. */
  readonly description: string | null
  readonly tags: readonly string[]
}

export function createRegion(context: CommandContext, command: CreateRegionCommand): Decision {
  const { place, region } = command
  const cidr = 'cidr' in place ? readCidr(place.cidr) : freeCidr(context, place.country)
  if ('ok' in cidr) return cidr
  const plan = planRegion(context, cidr, region)
  return 'ok' in plan ? plan : answer({ type: 'network', network: makeRegion(context, plan) })
}

/**
 * Decides whether there may be a region at the CIDR of the default VRF; writes nothing.
 * @param converting a reservation that the region is made of: it is no obstacle, and is to have ended when `makeRegion` is called
 */
export function planRegion(
  context: CommandContext,
  cidr: Cidr,
  facts: RegionFacts,
  converting: Reservation | null = null,
): RegionPlan | Decision {
  const tagList = readTags(facts.tags)
  if ('refused' in tagList) return tagList.refused
  if (!isRegionCidr(cidr)) return notRegionCidr(formatCidr(cidr))
  const { exact } = context.space.locate(DEFAULT_VRF_ID, cidr)
  const refused =
    checkThere(context, exact) ??
    checkOwner(facts.owner) ??
    checkName(context, facts.name, { x: xOf(cidr.first), id: null })
  if (refused !== null) return refused
  const { description } = facts
  const plan = { region: facetOf(context, facts), description, tags: tagList.tags }
  if (exact !== null) return { ...plan, place: { node: exact } }
  const network = planNetwork(context, { vrfId: DEFAULT_VRF_ID, cidr }, null, converting)
  return 'ok' in network ? network : { ...plan, place: { network } }
}

/** Makes what was planned in this command. */
export function makeRegion(context: CommandContext, plan: RegionPlan): Network {
  const { place, region, description, tags } = plan
  if ('network' in place) {
    const facts = { description, tags, holdHours: 0, subnet: null, region }
    return makeNetwork(context, place.network, facts)
  }
  const { network } = place.node
  return replaceNetwork(context, network, {
    ...network,
    description: description ?? network.description,
    tags: tags.length > 0 ? tags : network.tags,
    region,
  })
}

export function updateRegion(context: CommandContext, command: UpdateRegionCommand): Decision {
  const { set } = command
  const found = findRegion(context, command.id)
  if ('ok' in found) return found
  const { network, region: old } = found
  const tagList = readTags(set.tags ?? network.tags)
  if ('refused' in tagList) return tagList.refused
  const region: RegionFacet = {
    ...old,
    name: set.name ?? old.name,
    owner: set.owner === undefined ? old.owner : set.owner,
    status: set.status ?? old.status,
  }
  const refused =
    checkRevision(command.ifRevision, network.revision) ??
    checkStatus(region.status) ??
    (set.owner === undefined ? null : checkOwner(set.owner)) ??
    (set.name === undefined
      ? null
      : checkName(context, set.name, { x: xOf(network.first), id: network.id }))
  if (refused !== null) return refused
  const description = set.description === undefined ? network.description : set.description
  const after = replaceNetwork(context, network, {
    ...network,
    description,
    tags: tagList.tags,
    region,
  })
  return answer({ type: 'network', network: after })
}

export function findRegion(
  context: CommandContext,
  id: number,
):
  | { readonly node: NetworkNode; readonly network: Network; readonly region: RegionFacet }
  | Decision {
  const node = context.space.node(id)
  const region = node?.network.region ?? null
  if (node === null || region === null) return refuse({ code: 'region-not-found', id })
  return { node, network: node.network, region }
}

function facetOf({ origin, timeMs }: CommandContext, { name, owner }: RegionFacts): RegionFacet {
  const { userId, actor } = origin
  const signedIn = userId === undefined ? null : actor
  return {
    name,
    owner: owner ?? signedIn,
    status: 'Active',
    createdBy: userId ?? null,
    createdByName: signedIn,
    createdMs: timeMs,
  }
}

/** @returns what it is now. */
function replaceNetwork(context: CommandContext, before: Network, set: Network): Network {
  const after = { ...set, updatedMs: context.timeMs, revision: context.revision }
  context.rows.saveNetwork(after)
  context.space.replaceNetwork(after)
  const images = [networkImage(before), networkImage(after)] as const
  context.record('network.updated', 'network', after.id, ...images)
  return after
}

/** With host bits it is no such CIDR: here they are not cleared. */
function readCidr(text: string): Cidr | Decision {
  const cidr = parseCidr(text)
  if ('reason' in cidr) return invalid('cidr', text, cidr.reason)
  return formatCidr(cidr) === text ? cidr : notRegionCidr(text)
}

function freeCidr(context: CommandContext, codeOrName: string): Cidr | Decision {
  const { countries } = context.state
  const country = countries.find(codeOrName)
  if (country === null) return refuse({ code: 'country-not-found', country: codeOrName })
  const cidr = nextRegion(context, country)
  if (cidr !== null) return cidr
  const regions = context.space.regions.countIn(country.xFirst, country.xLast)
  return refuse({ code: 'country-exhausted', country: country.code, regions })
}

function notRegionCidr(text: string): Decision {
  return invalid('cidr', text, 'must be 10.X.Y.0/24, with X and Y from 0 to 255')
}

/** @param exact the network at the CIDR */
function checkThere(context: CommandContext, exact: NetworkNode | null): Decision | null {
  if (context.vrfs.get(DEFAULT_VRF_ID) === null) {
    return refuse({ code: 'vrf-not-found', vrf: DEFAULT_VRF_NAME })
  }
  if (exact === null || exact.network.region === null) return null
  const { id } = exact.network
  return refuse({ code: 'region-exists', id, cidr: formatCidr(exact.network) })
}

function checkOwner(owner: string | null): Decision | null {
  return owner === null ? null : checkLine('owner', owner, OWNER_CHARACTERS_MAX)
}

function checkStatus(status: RegionStatus): Decision | null {
  return STATUSES.includes(status)
    ? null
    : invalid('status', status, `must be ${STATUSES.join(' or ')}`)
}

/** Its country has no other region of that name; regions of no country are together. @param id its own; null: not made yet */
function checkName(
  context: CommandContext,
  name: string,
  { x, id }: { readonly x: number; readonly id: number | null },
): Decision | null {
  const refused = checkPlainName('region_name', name, 1)
  if (refused !== null) return refused
  const { countries } = context.state
  const country = countries.ofX(x)
  const [from, to] = country === null ? [0, OCTET_VALUES - 1] : [country.xFirst, country.xLast]
  for (let at = from; at <= to; at += 1) {
    const other = context.space.regions.named(at, name)?.network ?? null
    if (other === null || other.id === id || countries.ofX(at) !== country) continue
    return refuse({
      code: 'region-name-taken',
      name,
      country: country?.code ?? null,
      id: other.id,
    })
  }
  return null
}
