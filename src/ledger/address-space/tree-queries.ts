// Where things stand in the tree of networks: around an address or a CIDR, and all of them in order.
import type { Address } from '../address/address-text.js'
import { addressBits } from '../address/family.js'
import { type Cidr, lastAddress } from '../address/range.js'
import type { Family, Network } from '../entities.js'
import type { AddressSpace } from './address-space.js'
import { indexAfter, indexFrom, type NetworkNode } from './network-node.js'

/** What lies around a CIDR that may or may not be a network: the one that equals it, all that contain it, those directly inside it. */
export type Surroundings = {
  readonly exact: Network | null
  /** From the largest on. */
  readonly containing: readonly Network[]
  /** In address order, at most as many as were asked for. */
  readonly inside: readonly Network[]
}

const FAMILIES: readonly Family[] = [4, 6]

/** The most specific network that contains the address. O(depth · log n). */
export function nodeAtAddress(
  space: AddressSpace,
  vrfId: number,
  { family, value }: Address,
): NetworkNode | null {
  const own = { family, first: value, prefixLength: addressBits(family) }
  const { exact, parent } = space.locate(vrfId, own)
  return exact ?? parent
}

export function surroundingsOf(
  space: AddressSpace,
  vrfId: number,
  cidr: Cidr,
  insideMax: number,
): Surroundings {
  const { exact, parent } = space.locate(vrfId, cidr)
  const containing: Network[] = []
  for (let node = parent; node !== null; node = node.parent) containing.push(node.network)
  const siblings = parent?.children ?? space.roots(vrfId, cidr.family)
  const from = indexFrom(siblings, cidr.first)
  const to = Math.min(indexAfter(siblings, lastAddress(cidr)), from + insideMax)
  const inside = exact?.children.slice(0, insideMax) ?? siblings.slice(from, to)
  return {
    exact: exact?.network ?? null,
    containing: containing.reverse(),
    inside: inside.map(node => node.network),
  }
}

/**
 * By address, IPv4 before IPv6, the larger of two at one address first. Networks may come and go while it is under way: it
 * goes on behind the CIDR that it gave last. O(1) for each whose place is as it was.
 */
export function* networksInTreeOrder(space: AddressSpace, vrfId: number): Generator<Network> {
  for (const family of FAMILIES) {
    let node: NetworkNode | null = space.roots(vrfId, family)[0] ?? null
    let index = 0
    while (node !== null) {
      const { network }: NetworkNode = node
      yield network
      const siblings: readonly NetworkNode[] = siblingsOf(space, node)
      const isInPlace = siblings[index] === node
      const behind: NetworkNode | undefined = siblings[index + 1]
      if (isInPlace && node.children.length === 0 && behind !== undefined) {
        node = behind
        index += 1
        continue
      }
      node = nodeBehind(space, network)
      if (node !== null) index = indexFrom(siblingsOf(space, node), node.range.first)
    }
  }
}

function siblingsOf(space: AddressSpace, { parent, network }: NetworkNode): readonly NetworkNode[] {
  return parent?.children ?? space.roots(network.vrfId, network.family)
}

/** The first node behind the CIDR in tree order, whether there is a network at it or not. */
function nodeBehind(space: AddressSpace, network: Network): NetworkNode | null {
  const { vrfId, family, first } = network
  const { exact, parent } = space.locate(vrfId, network)
  const below = exact?.children ?? parent?.children ?? space.roots(vrfId, family)
  const next = below[indexFrom(below, first)]
  if (next !== undefined) return next
  for (let node = exact ?? parent; node !== null; node = node.parent) {
    const siblings = node.parent?.children ?? space.roots(vrfId, family)
    const behind = siblings[indexAfter(siblings, node.range.first)]
    if (behind !== undefined) return behind
  }
  return null
}
