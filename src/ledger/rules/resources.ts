// Countries, regions and hosts as things that can be shared and watched: whether they are there, what they are called, how full
// they are.
import { formatCidr } from '../address/cidr-text.js'
import type { NetworkNode } from '../address-space/network-node.js'
import { allocatedIn } from '../address-space/region-figures.js'
import { regionOf } from '../address-space/region-table.js'
import type { Country, ResourceType } from '../regions/nouns.js'
import { HOSTS_OF_REGION } from '../regions/region-cidr.js'
import type { CommandContext } from './command-context.js'
import { type Decision, refuse } from './decision.js'

type Watched = Exclude<ResourceType, 'host'>

/** 100 % in hundredths of a percent. */
const WHOLE = 10_000

export function resourceExists(context: CommandContext, type: ResourceType, id: number): boolean {
  switch (type) {
    case 'country':
      return countryOf(context, id) !== null
    case 'region':
      return regionNode(context, id) !== null
    case 'host':
      return isHost(context, id)
  }
}

export function checkResource(
  context: CommandContext,
  resourceType: ResourceType,
  id: number,
): Decision | null {
  const isThere = Number.isSafeInteger(id) && resourceExists(context, resourceType, id)
  return isThere ? null : refuse({ code: 'resource-not-found', resourceType, id })
}

/**
 * Of a region allocated / 254, of a country the same of all its regions together (0 without any), networks inside them included;
 * in hundredths of a percent, rounded down. null: there is no such thing. A country costs a look at each of its regions.
 */
export function utilizationOfResource(
  context: CommandContext,
  type: Watched,
  id: number,
): number | null {
  if (type === 'region') {
    const node = regionNode(context, id)
    return node === null ? null : utilizationOf([node])
  }
  const country = countryOf(context, id)
  return country === null ? null : utilizationOf(regionsOf(context, country))
}

/** As messages call it; its kind alone where there is no such thing. */
export function resourceName(context: CommandContext, type: Watched, id: number): string {
  if (type === 'country') return `Country ${countryOf(context, id)?.name ?? ''}`.trim()
  const node = regionNode(context, id)
  return node === null ? 'Region' : `Region ${formatCidr(node.network)}`
}

function utilizationOf(regions: Iterable<NetworkNode>): number {
  let [allocated, room] = [0, 0]
  for (const node of regions) {
    allocated += allocatedIn(node)
    room += HOSTS_OF_REGION
  }
  return room === 0 ? 0 : Math.floor((WHOLE * allocated) / room)
}

function* regionsOf({ space }: CommandContext, { xFirst, xLast }: Country): Generator<NetworkNode> {
  for (let x = xFirst; x <= xLast; x += 1)
    for (const node of space.regions.nodesOf(x)) if (node !== null) yield node
}

function countryOf({ state }: CommandContext, id: number): Country | null {
  return state.countries.all().find(country => country.id === id) ?? null
}

function regionNode({ space }: CommandContext, id: number): NetworkNode | null {
  const node = space.node(id)
  return node !== null && node.network.region !== null ? node : null
}

/** A live address or run in a region, in a network inside it too. */
function isHost({ rows, space }: CommandContext, id: number): boolean {
  const allocation = rows.allocation(id)
  if (allocation === null || allocation.status !== 'allocated') return false
  if (allocation.kind === 'block') return false
  const node = space.node(allocation.networkId)
  return node !== null && regionOf(node) !== null
}
