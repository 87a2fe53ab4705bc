// What must hold of an interval tree after every operation; a broken one is a sentence that says where.
import {
  ENTRIES_MAX,
  ENTRIES_MIN,
  type IntervalNode,
} from '../../../src/ledger/free-space/interval-node.js'
import type { IntervalTree } from '../../../src/ledger/free-space/interval-tree.js'
import { assert } from '../../../src/lib/index.js'

export type Summary = { first: bigint; run: bigint; block: number }

/** Throws on the first broken invariant. @returns the height of the tree, 1 for a lone leaf. */
export function checkTree(tree: IntervalTree): number {
  const depths = new Set<number>()
  const intervals: { first: bigint; last: bigint }[] = []
  const visit = (node: IntervalNode, depth: number): Summary[] => {
    const place = `node at depth ${depth}`
    assert(node.count <= ENTRIES_MAX, `${place} has ${node.count} entries`)
    const fewest = depth > 1 ? ENTRIES_MIN : node.children === null ? 0 : 2
    assert(node.count >= fewest, `${place} has only ${node.count} entries`)
    const entries = readEntries(node)
    if (node.children === null) {
      depths.add(depth)
      for (const { first, run } of entries) intervals.push({ first, last: first + run })
      for (const entry of entries) {
        const block = slowLargestBlock(entry.first, entry.first + entry.run)
        assert(entry.block === block, `${place}: block ${entry.block}, not ${block}`)
      }
      return entries
    }
    assert(node.children.length === node.count, `${place} has as many children as entries`)
    for (const [i, child] of node.children.entries()) {
      const below = visit(child, depth + 1)
      const wanted = {
        first: below[0]?.first,
        run: below.map(entry => entry.run).reduce(higher, 0n),
        block: Math.max(...below.map(entry => entry.block)),
      }
      const entry = entries[i]
      assert(
        entry?.first === wanted.first && entry?.run === wanted.run && entry.block === wanted.block,
        `${place}, entry ${i}: first ${entry?.first}, run ${entry?.run}, block ${entry?.block}, ` +
          `not ${wanted.first}, ${wanted.run}, ${wanted.block}`,
      )
    }
    return entries
  }
  visit(tree.root, 1)
  assert(depths.size === 1, 'all leaves are at one depth')
  assert(tree.count === intervals.length, `count is ${tree.count}, not ${intervals.length}`)
  for (const [i, { first, last }] of intervals.entries()) {
    assert(first <= last && last >> BigInt(32 * tree.width) === 0n, 'an interval fits its width')
    const next = intervals[i + 1]
    assert(next === undefined || last + 1n < next.first, `intervals ${i} and ${i + 1} touch`)
  }
  return [...depths][0] ?? 0
}

function higher(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** The entries as they stand in the node's words. */
export function readEntries(node: IntervalNode): Summary[] {
  const { width } = node
  const word = (at: number) => BigInt(node.words[at] ?? 0)
  const keyAt = (at: number) =>
    Array.from({ length: width }, (_, i) => word(at + i)).reduce((key, w) => (key << 32n) | w, 0n)
  return Array.from({ length: node.count }, (_, slot) => {
    const at = slot * (width * 2 + 1)
    return { first: keyAt(at), run: keyAt(at + width), block: Number(word(at + width * 2)) }
  })
}

/** Exponent of the largest aligned block in first..last, by trying every size from the largest down. */
export function slowLargestBlock(first: bigint, last: bigint): number {
  for (let exponent = (last - first + 1n).toString(2).length - 1; exponent > 0; exponent--) {
    const size = 1n << BigInt(exponent)
    const start = ((first + size - 1n) / size) * size
    if (start + size - 1n <= last) return exponent
  }
  return 0
}
