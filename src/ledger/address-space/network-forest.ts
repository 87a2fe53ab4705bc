// How networks nest: one tree per VRF and family, implied by containment alone.

import type { Cidr } from '../address/range.js'
import { lastAddress } from '../address/range.js'
import type { Family } from '../entities.js'
import { indexAfter, indexFrom, type NetworkNode, nodeAt } from './network-node.js'

/** Where a CIDR stands among the networks of a VRF. */
export type Position = {
  /** The network of exactly that CIDR. */
  readonly exact: NetworkNode | null
  /** The most specific network that contains it and is larger. */
  readonly parent: NetworkNode | null
}

export class NetworkForest {
  private readonly roots = new Map<string, NetworkNode[]>()

  /** O(depth · log n). */
  locate(vrfId: number, cidr: Cidr): Position {
    const last = lastAddress(cidr)
    let parent: NetworkNode | null = null
    let siblings = this.rootsOf(vrfId, cidr.family)
    for (;;) {
      const node = nodeAt(siblings, cidr.first)
      if (node === null || node.range.last < last) return { exact: null, parent }
      if (node.network.prefixLength === cidr.prefixLength) return { exact: node, parent }
      parent = node
      siblings = node.children
    }
  }

  /** Networks of the VRF and family that lie in no other, in address order. */
  rootsOf(vrfId: number, family: Family): readonly NetworkNode[] {
    return this.roots.get(rootKey(vrfId, family)) ?? []
  }

  /** Puts the node under `parent` and the networks inside it under the node. @returns these, in address order. */
  insert(node: NetworkNode, parent: NetworkNode | null): readonly NetworkNode[] {
    const siblings = this.childrenOf(node, parent)
    const from = indexFrom(siblings, node.range.first)
    const to = indexAfter(siblings, node.range.last)
    const inside = siblings.splice(from, to - from, node)
    node.parent = parent
    node.children = inside
    for (const child of inside) child.parent = node
    return inside
  }

  /** Takes the node out; its children move up into its place. */
  remove(node: NetworkNode): void {
    const { parent, children } = node
    const siblings = this.childrenOf(node, parent)
    const at = indexFrom(siblings, node.range.first)
    this.replaceChildren(node, [...siblings.slice(0, at), ...children, ...siblings.slice(at + 1)])
    for (const child of children) child.parent = parent
    node.parent = null
    node.children = []
  }

  /** Adds nodes that come in (VRF, family, first, prefix length) order: each goes behind the last one. O(depth). */
  append(node: NetworkNode, previous: NetworkNode | null): void {
    const { vrfId, family } = node.network
    let parent = previous
    if (previous?.network.vrfId !== vrfId || previous.network.family !== family) parent = null
    while (parent !== null && parent.range.last < node.range.first) parent = parent.parent
    node.parent = parent
    this.childrenOf(node, parent).push(node)
  }

  private childrenOf(node: NetworkNode, parent: NetworkNode | null): NetworkNode[] {
    return parent?.children ?? this.rootsFor(node.network.vrfId, node.network.family)
  }

  private replaceChildren(node: NetworkNode, siblings: NetworkNode[]): void {
    const { vrfId, family } = node.network
    if (node.parent !== null) node.parent.children = siblings
    else if (siblings.length > 0) this.roots.set(rootKey(vrfId, family), siblings)
    else this.roots.delete(rootKey(vrfId, family))
  }

  /** Made if there are none. */
  private rootsFor(vrfId: number, family: Family): NetworkNode[] {
    const key = rootKey(vrfId, family)
    let roots = this.roots.get(key)
    if (roots === undefined) {
      roots = []
      this.roots.set(key, roots)
    }
    return roots
  }
}

function rootKey(vrfId: number, family: Family): string {
  return `${vrfId}/${family}`
}
