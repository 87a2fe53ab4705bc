// Hosts: address allocations in a region, with a name that is the region's once (document 001, 7).

import type { NetworkNode } from '../address-space/network-node.js'
import { freeAddresses } from '../address-space/own-addresses.js'
import { withNetworksInside } from '../address-space/region-figures.js'
import { regionOf } from '../address-space/region-table.js'
import { freeUsable } from '../address-space/usable-space.js'
import type { Allocation } from '../entities.js'
import {
  type CreateHostsCommand,
  HOSTS_OF_BATCH_MAX,
  type UpdateHostCommand,
} from '../regions/commands.js'
import { newDetails, readFacts } from './allocation-details.js'
import { changeAllocation, claimPlace } from './allocations.js'
import { checkRevision } from './checks.js'
import type { CommandContext } from './command-context.js'
import { answer, type Decision, invalid, refuse } from './decision.js'
import { checkMayAllocate } from './region-checks.js'
import { findRegion } from './regions.js'
import { readTags } from './tags.js'

const HOSTNAME_CHARACTERS_MAX = 253
/** Labels between dots (RFC 1123, 2.1): letters, digits and hyphens, no hyphen first or last. */
const HOSTNAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

export type HostPlace = { readonly allocation: Allocation; readonly region: NetworkNode }

/** The names in small letters, at the lowest free addresses in their order. */
export function createHosts(context: CommandContext, command: CreateHostsCommand): Decision {
  const { description } = command
  const found = findRegion(context, command.regionId)
  if ('ok' in found) return found
  const { node } = found
  const tagList = readTags(command.tags)
  if ('refused' in tagList) return tagList.refused
  const said = readFacts(context, command.facts)
  if ('refused' in said) return said.refused
  const names = readNames(command.hostnames)
  if ('ok' in names) return names
  const refused = checkMayAllocate(node) ?? checkNamesFree(context, node, names, null)
  if (refused !== null) return refused
  const addresses = lowestFree(node, names.length)
  if (addresses.length < names.length) {
    const [wanted, free] = [String(names.length), String(freeUsable(node))]
    return refuse({ code: 'no-space', networkId: node.network.id, wanted, free })
  }
  const { owner = null } = said.facts
  const facts = { description, owner, tags: tagList.tags, ttlMs: null }
  const allocations = addresses.map((first, at) => {
    const place = { first, last: first, kind: 'address', prefixLength: null } as const
    const details = newDetails(context, said.facts)
    return claimPlace(context, node, place, { ...facts, hostname: names[at] ?? null, details })
  })
  return answer({ type: 'bulk', allocations })
}

export function updateHost(context: CommandContext, command: UpdateHostCommand): Decision {
  const found = findHost(context, command.id)
  if ('ok' in found) return found
  const { allocation, region } = found
  const refused = checkRevision(command.ifRevision, allocation.revision)
  if (refused !== null) return refused
  const { hostname, ...others } = command.set
  if (hostname === undefined) return changeAllocation(context, allocation, others)
  const name = readHostname(hostname)
  if (typeof name !== 'string') return name
  return (
    checkNamesFree(context, region, [name], allocation.id) ??
    changeAllocation(context, allocation, { ...others, hostname: name })
  )
}

/** A live allocation of addresses in a region, whoever made it. */
export function findHost({ rows, space }: CommandContext, id: number): HostPlace | Decision {
  const allocation = rows.allocation(id)
  const isLive = allocation?.status === 'allocated' && allocation.kind !== 'block'
  const node = isLive ? space.node(allocation.networkId) : null
  const region = node === null ? null : regionOf(node)
  if (allocation === null || region === null) return refuse({ code: 'host-not-found', id })
  return { allocation, region }
}

/** In small letters; the refusal of one that is none. */
export function readHostname(text: string): string | Decision {
  const name = text.toLowerCase()
  if (name.length >= 1 && name.length <= HOSTNAME_CHARACTERS_MAX && HOSTNAME.test(name)) return name
  const rule =
    'of letters, digits and hyphens between dots, none of which begins or ends with a hyphen'
  return invalid('hostname', text, `must be 1 to ${HOSTNAME_CHARACTERS_MAX} characters ${rule}`)
}

/**
 * No other live host of the region has one of the names, whatever the case of its letters; nor do two of them go by the same.
 * @param own allocation that may have it already; null: it is not made yet
 */
export function checkNamesFree(
  context: CommandContext,
  region: NetworkNode,
  names: readonly string[],
  own: number | null,
): Decision | null {
  const regionId = region.network.id
  const taken = namesIn(context, region, own)
  for (const hostname of names) {
    const allocationId = taken.get(hostname)
    if (allocationId !== undefined) {
      return refuse({ code: 'hostname-taken', hostname, regionId, allocationId })
    }
    // One of this very command, which has no number yet.
    taken.set(hostname, 0)
  }
  return null
}

/** Name in small letters → allocation, of all but one; O(hosts of the region). */
function namesIn(
  { rows }: CommandContext,
  region: NetworkNode,
  except: number | null,
): Map<string, number> {
  const names = new Map<string, number>()
  for (const { network } of withNetworksInside(region)) {
    for (const { id, hostname } of rows.regions.hostNames(network.id)) {
      if (id !== except) names.set(hostname.toLowerCase(), id)
    }
  }
  return names
}

function readNames(hostnames: readonly string[]): readonly string[] | Decision {
  if (hostnames.length < 1 || hostnames.length > HOSTS_OF_BATCH_MAX) {
    const reason = `must be 1 to ${HOSTS_OF_BATCH_MAX} names`
    return invalid('hostnames', hostnames.length, reason)
  }
  const names: string[] = []
  for (const text of hostnames) {
    const name = readHostname(text)
    if (typeof name !== 'string') return name
    names.push(name)
  }
  return names
}

/** At most `count`, fewer when there are no more. */
function lowestFree(node: NetworkNode, count: number): bigint[] {
  const addresses: bigint[] = []
  for (const { first, last } of freeAddresses(node, 0n, count)) {
    for (let address = first; address <= last; address += 1n) addresses.push(address)
  }
  return addresses
}
