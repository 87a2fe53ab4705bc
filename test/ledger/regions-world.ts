// Commands about countries, regions and hosts with only the options that matter set, by users who have signed in or not.
import {
  type Allocation,
  type Command,
  type Country,
  type CreateHostsCommand,
  formatAddress,
  formatCidr,
  type Network,
  type RegionFacts,
  type UpdateHostCommand,
  type UpdateRegionCommand,
} from '../../src/ledger/index.js'
import type { World } from './world.js'

const facts = { owner: null, description: null, tags: [] }

/** At the CIDR, or the next one of the country. */
export function region(place: string, set: Partial<RegionFacts> = {}): Command {
  const where = place.includes('/') ? { cidr: place } : { country: place }
  return { type: 'region.create', place: where, region: { name: place, ...facts, ...set } }
}

export function updateRegion(
  id: number,
  set: UpdateRegionCommand['set'],
  ifRevision: number | null = null,
): Command {
  return { type: 'region.update', id, ifRevision, set }
}

export function retire(id: number, cascade = false, reason: string | null = null): Command {
  return { type: 'region.retire', id, ifRevision: null, cascade, reason }
}

export function hosts(
  regionId: number,
  hostnames: readonly string[],
  set: Partial<CreateHostsCommand> = {},
): Command {
  const said = { description: null, tags: [], facts: {} }
  return { type: 'hosts.create', regionId, hostnames, ...said, ...set }
}

export function updateHost(
  id: number,
  set: UpdateHostCommand['set'],
  ifRevision: number | null = null,
): Command {
  return { type: 'host.update', id, ifRevision, set }
}

export function comment(resourceType: 'region' | 'host', resourceId: number, text = 'ok'): Command {
  return { type: 'comment.create', resourceType, resourceId, text }
}

/** CIDR of the region that it makes. */
export function placeOf(world: World, command: Command): string {
  return formatCidr(world.network(command))
}

/** Their addresses, in the order of the names. */
export function addressesOf(world: World, command: Command): string[] {
  return hostsOf(world, command).map(({ family, first }) => formatAddress(family, first))
}

export function hostsOf(world: World, command: Command): readonly Allocation[] {
  const result = world.result(command)
  if (result.type !== 'bulk') throw new Error(`a ${result.type} is no list of hosts`)
  return result.allocations
}

export function countryOf(world: World, command: Command): Country {
  const result = world.result(command)
  if (result.type !== 'country') throw new Error(`a ${result.type} is no country`)
  return result.country
}

/** As somebody who has signed in: no rule of regions looks at his role. */
export function regionBy(world: World, command: Command, userId: number, actor: string): Network {
  const origin = { actor, userId, clientAddress: null, userAgent: null }
  const outcome = world.apply(world.request(command, { origin }))
  if (!outcome.ok || outcome.result.type !== 'network') throw new Error('no region was made')
  return outcome.result.network
}
