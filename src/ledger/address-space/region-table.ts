// The regions among the networks, by the X and Y of 10.X.Y.0/24: found in O(1), gone over in address order.
import { assert } from '../../lib/index.js'
import { OCTET_VALUES, REGION_PREFIX_LENGTH } from '../regions/region-cidr.js'
import type { NetworkNode } from './network-node.js'

/** Those of one X. Two of them never have the same name: one X is of one country, or of none. */
type Row = {
  /** By Y. */
  readonly nodes: (NetworkNode | null)[]
  readonly byName: Map<string, NetworkNode>
}

export class RegionTable {
  /** By X; null while there is none with that X. */
  private readonly rows: (Row | null)[] = Array.from({ length: OCTET_VALUES }, () => null)
  private regionCount = 0

  get size(): number {
    return this.regionCount
  }

  /** Those with X from xFirst to xLast. */
  countIn(xFirst: number, xLast: number): number {
    let count = 0
    for (let x = xFirst; x <= xLast; x += 1) count += this.rows[x]?.byName.size ?? 0
    return count
  }

  at(x: number, y: number): NetworkNode | null {
    return this.rows[x]?.nodes[y] ?? null
  }

  named(x: number, name: string): NetworkNode | null {
    return this.rows[x]?.byName.get(name) ?? null
  }

  /** In address order; they may come and go while somebody goes over them. */
  *all(): Generator<NetworkNode> {
    for (let at = 0; at < OCTET_VALUES * OCTET_VALUES; at += 1) {
      const node = this.at(at >>> 8, at & 0xff)
      if (node !== null) yield node
    }
  }

  /** By Y; null: that place is no region. Empty where there is none with that X. */
  nodesOf(x: number): readonly (NetworkNode | null)[] {
    return this.rows[x]?.nodes ?? []
  }

  /** Puts the node in if it is a region; once more changes nothing. */
  put(node: NetworkNode): void {
    const { region } = node.network
    if (region === null) return
    const [x, y] = octetsOf(node)
    const row = this.rows[x] ?? emptyRow()
    const old = row.nodes[y] ?? null
    if (old === node && row.byName.get(region.name) === node) return
    assert(old === null, 'two regions have the same place')
    row.nodes[y] = node
    row.byName.set(region.name, node)
    this.rows[x] = row
    this.regionCount += 1
  }

  /** Takes the node out, as the region that it still is; nothing when it is none. */
  delete(node: NetworkNode): void {
    const { region } = node.network
    if (region === null) return
    const [x, y] = octetsOf(node)
    const row = this.rows[x] ?? null
    if (row?.nodes[y] !== node) return
    row.nodes[y] = null
    row.byName.delete(region.name)
    if (row.byName.size === 0) this.rows[x] = null
    this.regionCount -= 1
  }
}

/** The region that the node lies in, or is: one step up the tree for each network between them. */
export function regionOf(node: NetworkNode): NetworkNode | null {
  for (let at: NetworkNode | null = node; at !== null; at = at.parent) {
    if (at.network.region !== null) return at
    if (at.network.prefixLength <= REGION_PREFIX_LENGTH) return null
  }
  return null
}

function emptyRow(): Row {
  return { nodes: Array.from({ length: OCTET_VALUES }, () => null), byName: new Map() }
}

function octetsOf({ network }: NetworkNode): [x: number, y: number] {
  const first = Number(network.first)
  return [(first >>> 16) & 0xff, (first >>> 8) & 0xff]
}
