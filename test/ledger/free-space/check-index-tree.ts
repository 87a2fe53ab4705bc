// What must hold of an index tree after every operation; a broken one is a sentence that says where.
import type { IndexNode } from '../../../src/ledger/free-space/index-node.js'
import type { IndexTree } from '../../../src/ledger/free-space/index-tree.js'
import { ENTRIES_MAX, ENTRIES_MIN } from '../../../src/ledger/free-space/interval-node.js'
import { assert } from '../../../src/lib/index.js'

/** Throws on the first broken invariant. @returns the height of the tree, 1 for a lone leaf. */
export function checkIndexTree(tree: IndexTree): number {
  const { keyWords, markWords } = tree.layout
  const depths = new Set<number>()
  let count = 0
  let previous = ''
  const visit = (node: IndexNode, depth: number): void => {
    const place = `node at depth ${depth}`
    const fewest = depth > 1 ? ENTRIES_MIN : node.children === null ? 0 : 2
    assert(node.count >= fewest && node.count <= ENTRIES_MAX, `${place} has ${node.count} entries`)
    for (let slot = 0; slot < node.count; slot++) {
      const child = node.children?.[slot]
      const text = textOf(node.entryAt(slot).subarray(0, keyWords + markWords))
      if (child !== undefined) {
        const summary = textOf(child.summary().subarray(0, keyWords + markWords))
        assert(text === summary, `${place}, entry ${slot}: ${text}, not ${summary}`)
        visit(child, depth + 1)
        continue
      }
      const key = textOf(node.entryAt(slot).subarray(0, keyWords))
      assert(previous < key, `${place}, entry ${slot}: ${key} after ${previous}`)
      previous = key
      count++
      depths.add(depth)
    }
    assert((node.children?.length ?? node.count) === node.count, `${place} has a child an entry`)
  }
  visit(tree.root, 1)
  assert(depths.size <= 1, 'all leaves are at one depth')
  assert(count === tree.count, `count is ${tree.count}, not ${count}`)
  return [...depths][0] ?? 1
}

function textOf(words: Uint32Array): string {
  return [...words].map(word => word.toString(16).padStart(8, '0')).join(' ')
}
