// What an office network team keeps of a network (document 004, 3): a facet, given to one that is there or made with it, and edited.
import { type Address, parseAddress } from '../address/address-text.js'
import { formatCidr } from '../address/cidr-text.js'
import { explainAddress } from '../address/explain-address.js'
import { networkRange, rangeContains } from '../address/range.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { networkImage } from '../changes/images.js'
import type { CreateSubnetCommand, SubnetFacts, UpdateSubnetCommand } from '../commands.js'
import type { Network, SubnetFacet } from '../entities.js'
import { checkOwnAddress, reservationAt, reservationTaken } from './address-holders.js'
import { checkLine, checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { checkCustomFields } from './custom-values.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { makeNetwork, type NetworkPlan, namedSite, planNetwork, type Site } from './networks.js'
import { readTags } from './tags.js'

/** IEEE 802.1Q; 0 and 4095 are reserved. */
const VLAN_ID_MAX = 4094
/** In code points. */
const LOCATION_CHARACTERS_MAX = 200

const NO_FACTS: PlainFacts = { vlanId: null, location: null, customFields: {} }

/** All but the gateway. */
type PlainFacts = Omit<SubnetFacts, 'gateway'>
type Gateway = Address | null
type Described = Pick<Network, 'description' | 'tags'>

export function createSubnet(context: CommandContext, command: CreateSubnetCommand): Decision {
  const { description, subnet: facts } = command
  const tagList = readTags(command.tags)
  if ('refused' in tagList) return tagList.refused
  const refused = checkFacts(context, facts)
  if (refused !== null) return refused
  const gateway = readGateway(facts.gateway)
  if ('refused' in gateway) return gateway.refused
  const site = namedSite(context, command.vrf, command.cidr)
  if ('ok' in site) return site
  const described = { description, tags: tagList.tags }
  const subnet = facetOf(context, facts, gateway.address)
  const { exact } = context.space.locate(site.vrfId, site.cidr)
  if (exact !== null) {
    return giveSubnet(context, exact, { ...described, subnet }, gateway.address)
  }
  const plan = planSubnet(context, site, gateway.address)
  if ('ok' in plan) return plan
  const network = makeNetwork(context, plan, { ...described, holdHours: 0, subnet, region: null })
  return answer({ type: 'network', network })
}

/** The facet is there afterwards, with what was not said empty. */
export function updateSubnet(context: CommandContext, command: UpdateSubnetCommand): Decision {
  const { id, set } = command
  const node = context.space.node(id)
  if (node === null) return refuse({ code: 'network-not-found', id })
  const { network } = node
  const tagList = readTags(set.tags ?? network.tags)
  if ('refused' in tagList) return tagList.refused
  const refused = checkRevision(command.ifRevision, network.revision) ?? checkFacts(context, set)
  if (refused !== null) return refused
  const old = network.subnet ?? facetOf(context, NO_FACTS, null)
  const gateway = set.gateway === undefined ? null : readGateway(set.gateway)
  if (gateway !== null && 'refused' in gateway) return gateway.refused
  const unfit = gateway === null ? null : checkGateway(context, node, gateway.address)
  if (unfit !== null) return unfit
  const subnet: SubnetFacet = {
    ...old,
    gateway: gateway === null ? old.gateway : (gateway.address?.value ?? null),
    vlanId: set.vlanId === undefined ? old.vlanId : set.vlanId,
    location: set.location === undefined ? old.location : set.location,
    customFields: set.customFields ?? old.customFields,
  }
  const description = set.description === undefined ? network.description : set.description
  return replace(context, network, { description, tags: tagList.tags, subnet })
}

function facetOf(
  { origin }: CommandContext,
  { vlanId, location, customFields }: PlainFacts,
  gateway: Gateway,
): SubnetFacet {
  const createdBy = origin.userId ?? null
  return { gateway: gateway?.value ?? null, vlanId, location, customFields, createdBy }
}

/** To a network that is there without. */
function giveSubnet(
  context: CommandContext,
  node: NetworkNode,
  facts: Described & { readonly subnet: SubnetFacet },
  gateway: Gateway,
): Decision {
  const { network } = node
  if (network.subnet !== null) {
    return refuse({ code: 'subnet-exists', id: network.id, cidr: formatCidr(network) })
  }
  return checkGateway(context, node, gateway) ?? replace(context, network, facts)
}

function replace(
  context: CommandContext,
  before: Network,
  facts: Described & { readonly subnet: SubnetFacet },
): Decision {
  const { timeMs: updatedMs, revision } = context
  const network = { ...before, ...facts, updatedMs, revision }
  context.rows.saveNetwork(network)
  context.space.replaceNetwork(network)
  const images = [networkImage(before), networkImage(network)] as const
  context.record('network.updated', 'network', network.id, ...images)
  return answer({ type: 'network', network })
}

/** Whether there may be such a network with that gateway; writes nothing. */
function planSubnet(context: CommandContext, site: Site, gateway: Gateway): NetworkPlan | Decision {
  const { vrfId, cidr } = site
  const unfit =
    gateway === null ? null : checkOwnAddress(context, { id: 0, vrfId, ...cidr }, gateway)
  if (unfit !== null) return unfit
  const plan = planNetwork(context, site, gateway?.value ?? null)
  if ('ok' in plan) return plan
  if (gateway === null) return plan
  const { value } = gateway
  const reservation = plan.adoption.reservations.findLast(one =>
    rangeContains(networkRange(one), { first: value, last: value }),
  )
  return reservation === undefined ? plan : reservationTaken(reservation, value)
}

/** That an allocation has the address, live or held, is no obstacle: the gateway takes over when that ends. */
function checkGateway(
  context: CommandContext,
  node: NetworkNode,
  gateway: Gateway,
): Decision | null {
  if (gateway === null) return null
  const unfit = checkOwnAddress(context, node.network, gateway)
  if (unfit !== null) return unfit
  const reservation = reservationAt(context, node, gateway.value)
  return reservation === null ? null : reservationTaken(reservation, gateway.value)
}

function readGateway(
  text: string | null,
): { readonly address: Gateway } | { readonly refused: Decision } {
  if (text === null) return { address: null }
  const address = parseAddress(text)
  if (address !== null) return { address }
  return { refused: invalid('gateway', text, explainAddress(text) ?? 'not an address') }
}

function checkFacts(
  context: CommandContext,
  { vlanId, location, customFields }: Partial<PlainFacts>,
): Decision | null {
  return (
    checkVlan(vlanId ?? null) ??
    (location == null ? null : checkLine('location', location, LOCATION_CHARACTERS_MAX)) ??
    (customFields === undefined ? null : checkCustomFields(context, 'subnet', customFields))
  )
}

function checkVlan(vlanId: number | null): Decision | null {
  if (vlanId === null) return null
  return Number.isInteger(vlanId) && vlanId >= 1 && vlanId <= VLAN_ID_MAX
    ? null
    : invalid('vlan_id', vlanId, `must be a whole number from 1 to ${VLAN_ID_MAX}`)
}
