// What is in a region, networks inside it included: as plain numbers, since a region has 256 addresses.
import { HOSTS_OF_REGION, OCTET_VALUES } from '../regions/region-cidr.js'
import type { NetworkNode } from './network-node.js'
import type { RegionTable } from './region-table.js'
import { freeUsable } from './usable-space.js'

export type RegionFigures = {
  /** Live allocations of addresses; a run is one. */
  readonly hosts: number
  /** Addresses in use: theirs, blocks, gateways. */
  readonly allocated: number
  /** Nobody has them, and a host may get them. */
  readonly available: number
}

/** Sums over regions by X; each list has an entry for every X. */
export type RegionTotals = {
  readonly regions: readonly number[]
  readonly hosts: readonly number[]
  readonly allocated: readonly number[]
  /** Of which 80 % and more of the addresses are in use. */
  readonly full: readonly number[]
}

const FULL_PARTS = 0.8

export function regionFiguresOf(node: NetworkNode): RegionFigures {
  let available = 0
  for (const one of withNetworksInside(node)) available += Number(freeUsable(one))
  return { hosts: hostsIn(node), allocated: allocatedIn(node), available }
}

/** O(regions and networks inside them). */
export function regionTotalsOf(regions: RegionTable): RegionTotals {
  const none = () => Array.from({ length: OCTET_VALUES }, () => 0)
  const totals = { regions: none(), hosts: none(), allocated: none(), full: none() }
  for (let x = 0; x < OCTET_VALUES; x += 1) {
    let [count, hosts, allocated, full] = [0, 0, 0, 0]
    for (const node of regions.nodesOf(x)) {
      if (node === null) continue
      const inUse = allocatedIn(node)
      count += 1
      hosts += hostsIn(node)
      allocated += inUse
      if (inUse >= HOSTS_OF_REGION * FULL_PARTS) full += 1
    }
    totals.regions[x] = count
    totals.hosts[x] = hosts
    totals.allocated[x] = allocated
    totals.full[x] = full
  }
  return totals
}

/** The node first. */
export function* withNetworksInside(node: NetworkNode): Generator<NetworkNode> {
  yield node
  for (const child of node.children) yield* withNetworksInside(child)
}

export function hostsIn({ liveClaims, liveBlocks, children }: NetworkNode): number {
  let hosts = liveClaims - liveBlocks
  for (const child of children) hosts += hostsIn(child)
  return hosts
}

export function allocatedIn({ allocated, children }: NetworkNode): number {
  let sum = Number(allocated)
  for (const child of children) sum += allocatedIn(child)
  return sum
}
